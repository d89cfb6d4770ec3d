/**
 * The program around the routes. The way of an id does not begin here but in {@code
 * routes/core/task-results.camel.yaml}; read that first.
 *
 * <p>To follow a start, read in this order:
 *
 * <ol>
 *   <li>{@link io.serproutes.SerpRoutes} is the main class: it starts, waits, and ends with an exit
 *       code.
 *   <li>{@code StartUp} reads the keys, chooses the route files that {@code serp.from} and {@code
 *       serp.to} name, and tells Camel how to run; {@link io.serproutes.RouteFiles} knows where
 *       they lie.
 *   <li>{@link io.serproutes.Keys} declares each key with its type and bounds; {@link
 *       io.serproutes.Settings} holds their values; {@code SettingsCheck} reads each once, so that
 *       all that is malformed stops the start.
 *   <li>{@link io.serproutes.Secrets} holds the credentials and takes them out of every text that
 *       is quoted.
 *   <li>{@code FatalErrorHandler} ends the program at an error it cannot survive; {@link
 *       io.serproutes.FatalErrors} is where those are reported that something would keep to itself.
 *   <li>{@code RunOnce} ends a run when its sources are worked off.
 *   <li>{@link io.serproutes.Tally} counts what has ended; {@code Announcements} says it on the
 *       console, {@link io.serproutes.Metrics} to Micrometer, {@link io.serproutes.CircuitHealth}
 *       and {@link io.serproutes.LoopHealth} to Camel's health checks.
 * </ol>
 *
 * <p>The other packages are the stages of the flow: {@link io.serproutes.ids}, {@link
 * io.serproutes.fetch}, {@link io.serproutes.items}, {@link io.serproutes.deliver}. {@link
 * io.serproutes.kafka} is what Kafka needs of each, {@link io.serproutes.sandbox} stands in for the
 * API, and {@link io.serproutes.embed} is behind the Kamelets.
 */
package io.serproutes;
