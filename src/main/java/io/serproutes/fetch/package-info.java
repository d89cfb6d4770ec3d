/**
 * Fetch and judge: when a call may be made, how it is made, and what its answer means.
 *
 * <p>Read in this order, beside {@code routes/task-results.camel.yaml} and {@code
 * routes/failure-policy.camel.yaml}:
 *
 * <ol>
 *   <li>{@link io.serproutes.fetch.Task} is one id in work and all that has been found of it.
 *   <li>{@link io.serproutes.fetch.AwaitTurn} takes an id into work, one at a time for the same id;
 *       {@link io.serproutes.fetch.EndTurn} ends the work and tells the source.
 *   <li>{@link io.serproutes.fetch.PassGate} waits for the {@link io.serproutes.fetch.Gate}, which
 *       every call passes; {@code RateLimit} says when the next may start, {@code Circuit} whether
 *       any may.
 *   <li>{@link io.serproutes.fetch.TaskGetClient} sets up the HTTP client: credentials, no hidden
 *       retries, one time-out for the whole call.
 *   <li>{@link io.serproutes.fetch.Judge} turns an answer into a {@link
 *       io.serproutes.fetch.Verdict}; {@code StatusCodes} is the vendor's table, {@link
 *       io.serproutes.fetch.Reason} the words for what is given up.
 *   <li>{@link io.serproutes.fetch.AskAgain} lets the verdict stand or has the call made again; the
 *       route file {@code failure-policy} says after what wait.
 *   <li>{@link io.serproutes.fetch.MarkDurable} is the last step: the source may forget the id.
 * </ol>
 */
package io.serproutes.fetch;
