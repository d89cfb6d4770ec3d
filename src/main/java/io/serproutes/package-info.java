/**
 * What all stages share. The flow of an id starts in {@code routes/core/task-results.camel.yaml};
 * read that first.
 *
 * <ol>
 *   <li>{@link io.serproutes.SerpRoutes} is the main class; {@link io.serproutes.program} is what
 *       it runs.
 *   <li>{@link io.serproutes.Keys} declares each key with its type and bounds; {@link
 *       io.serproutes.Settings} holds their values; {@link io.serproutes.SettingsCheck} reads each
 *       once, so that every malformed value stops the start.
 *   <li>{@link io.serproutes.Secrets} holds the credentials and removes them from every text that
 *       is quoted.
 *   <li>{@link io.serproutes.RouteFiles} knows the route files; {@code RoutesCheck} stops a context
 *       that lacks one.
 *   <li>{@link io.serproutes.FatalErrors} reports the errors that no process survives.
 * </ol>
 *
 * <p>The other packages are the stages of the flow: {@link io.serproutes.ids}, {@link
 * io.serproutes.fetch}, {@link io.serproutes.items}, {@link io.serproutes.deliver}. {@link
 * io.serproutes.feed} brings ids that the vendor tells of, {@link io.serproutes.results} reads what
 * was delivered, {@link io.serproutes.page} shows it, {@link io.serproutes.kafka} is what Kafka
 * needs of each, {@link io.serproutes.observe} counts and reports health, {@link
 * io.serproutes.sandbox} is a stand-in for the API, {@link io.serproutes.reconcile} compares the
 * vendor's list of tasks with the receipts, and {@link io.serproutes.embed} implements the
 * Kamelets.
 */
package io.serproutes;
