/**
 * Embed: the core behind Kamelets and route templates of a host.
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
 * </ol>
 */
package io.serproutes.embed;
