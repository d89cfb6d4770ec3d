/**
 * Embed: the core behind Kamelets and route templates of a host.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>{@code kamelets/*.kamelet.yaml} and {@code routes/templates.camel.yaml} are what a host
 *       names; each makes one bean of this package.
 *   <li>{@link io.serproutes.embed.TaskForId} gives the id of a message to the core; {@link
 *       io.serproutes.embed.ItemsAction} has the items come back as the reply, {@link
 *       io.serproutes.embed.ItemsSink} has them go to endpoints.
 *   <li>{@code CoreRoutes} loads the route files of the core that the context does not have.
 * </ol>
 */
package io.serproutes.embed;
