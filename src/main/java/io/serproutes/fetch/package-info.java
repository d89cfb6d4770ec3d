/**
 * Fetch and judge: when a call may be made, how it is made, and what its answer means.
 *
 * <p>Read in this order, beside {@code routes/core/task-results.camel.yaml} and {@code
 * routes/core/failure-policy.camel.yaml}:
 *
 * <ol>
 *   <li>{@link io.serproutes.fetch.Task} is one id in work and all that has been found of it: its
 *       {@code Tries}, and the {@code CallResult} of its last call.
 *   <li>{@link io.serproutes.fetch.BeginTask} takes an id into work, one at a time for the same id;
 *       {@link io.serproutes.fetch.SettleTask} ends the work and tells the source.
 *   <li>{@link io.serproutes.fetch.PassGate} waits for the {@link io.serproutes.fetch.Gate}, which
 *       every call passes; {@code RateLimit} says when the next may start, {@code Circuit} whether
 *       any may, {@code OpenAnswers} whether the outputs keep up.
 *   <li>{@link io.serproutes.fetch.Workers} are the threads on which tasks go on; {@link
 *       io.serproutes.fetch.FetchLifecycle} starts and stops them, the gate and the client.
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
