/**
 * Fetch and judge: when a call may be made, how it is made, and what its answer means.
 *
 * <p>Read in this order, beside {@code routes/core/task-results.camel.yaml} and {@code
 * routes/core/failure-policy.camel.yaml}:
 *
 * <ol>
 *   <li>{@link io.serproutes.fetch.Task} is one id in work and all that has been found of it: its
 *       {@code Tries}, and the result of its last call.
 *   <li>{@link io.serproutes.fetch.BeginTask} takes an id into work, one at a time for the same id;
 *       {@link io.serproutes.fetch.SettleTask} ends the work and tells the source.
 *   <li>{@link io.serproutes.fetch.PassGate} waits for the {@link io.serproutes.fetch.Gate}, which
 *       every call passes; {@code WaitingCalls} says which call is next, {@code RateLimit} when it
 *       may start, {@code Circuit} whether any may and {@code Halt} why not, {@code OpenAnswers}
 *       whether the outputs keep up. {@link io.serproutes.fetch.EndCall} ends the call.
 *   <li>{@link io.serproutes.fetch.Workers} are the threads on which tasks continue; {@link
 *       io.serproutes.fetch.FetchLifecycle} starts and stops them, the gate and the client.
 *   <li>{@link io.serproutes.fetch.TaskGetClient} sets up the HTTP client: credentials, no hidden
 *       retries, one time-out for the whole call.
 *   <li>{@link io.serproutes.fetch.Judge} turns an answer into a {@link
 *       io.serproutes.fetch.Verdict}; {@code StatusCodes} is the vendor's table, {@code Refusal}
 *       what a person can do about the account, {@link io.serproutes.fetch.Reason} the words for
 *       what is given up.
 *   <li>{@link io.serproutes.fetch.AskAgain} decides whether the verdict stands or the call is made
 *       again; the route file {@code failure-policy} says after what wait. {@link
 *       io.serproutes.fetch.UnexpectedFailure} and {@link io.serproutes.fetch.KeepOrGiveUp} decide
 *       on failures that no stage knows.
 *   <li>{@link io.serproutes.fetch.MarkDurable} is the last step: the source may forget the id.
 * </ol>
 */
package io.serproutes.fetch;
