/**
 * Deliver: everything that outlives the process.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>{@link io.serproutes.deliver.Receipts} writes the receipt or the dead letter of a task with
 *       a final verdict.
 *   <li>{@link io.serproutes.deliver.ResultFolder} says what lies where under {@code
 *       serp.files.dir}.
 *   <li>{@link io.serproutes.deliver.ResultFiles} writes the files of a task: items, then receipt.
 *       {@link io.serproutes.deliver.PublishFiles} shows those of many tasks at once; {@code
 *       Publication} is the part of one; {@code DurableFiles} makes each file whole and durable.
 *   <li>{@link io.serproutes.deliver.SendToHost} sends to {@code serp.endpoints.*}, {@link
 *       io.serproutes.deliver.OutputComponent} to the route files of the user's own outputs; both
 *       by a {@code Sender}.
 *   <li>{@link io.serproutes.deliver.OutputUnavailableException} is an output that is unavailable;
 *       {@link io.serproutes.deliver.OutputUnavailable} opens the circuit for it.
 *   <li>{@link io.serproutes.deliver.ParkingTimes} says when a task that is not ready is asked for
 *       again, in a {@link io.serproutes.deliver.ParkedRecord}. {@link
 *       io.serproutes.deliver.ParkedFiles} is one of the {@link io.serproutes.deliver.ParkedIds},
 *       where these wait; {@code ParkedFolder} is its folder and lock.
 *   <li>{@link io.serproutes.deliver.DeadLetterFiles} reads dead letters back in; {@code
 *       StoredLetters} finds them.
 * </ol>
 */
package io.serproutes.deliver;
