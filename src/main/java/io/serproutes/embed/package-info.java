/**
 * Embed: the routes in a host, and the core behind its Kamelets and route templates.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>A host names {@code kamelets/*.kamelet.yaml} or {@code routes/templates.camel.yaml}; each
 *       makes one bean of this package.
 *   <li>{@link io.serproutes.embed.TaskForId} gives the id of a message to the core; {@link
 *       io.serproutes.embed.ItemsAction} replies with its items, {@link
 *       io.serproutes.embed.ItemsSink} sends them to endpoints.
 *   <li>{@code CoreRoutes} loads the route files of the core that the context lacks.
 *   <li>A host without Kamelets includes {@code routes/serp.camel.yaml}, whose one bean is {@link
 *       io.serproutes.embed.IncludedRoutes}; in Spring Boot {@link
 *       io.serproutes.embed.SpringRoutes} does the same without an include.
 * </ol>
 */
package io.serproutes.embed;
