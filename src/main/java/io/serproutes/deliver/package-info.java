/**
 * Deliver: everything that stays when the process is gone.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>{@link io.serproutes.deliver.Receipts} makes the {@link io.serproutes.deliver.Receipt} or
 *       the {@link io.serproutes.deliver.DeadLetter} of a task whose verdict stands.
 *   <li>{@link io.serproutes.deliver.ResultFiles} writes the files of a task: items, then receipt.
 *   <li>{@code DurableFiles} makes each appear whole and stay.
 *   <li>{@link io.serproutes.deliver.OutputUnavailableException} is an output that is unavailable;
 *       {@link io.serproutes.deliver.OutputUnavailable} opens the circuit for it.
 *   <li>{@link io.serproutes.deliver.ParkingTimes} says when a task that is not ready is asked for
 *       again, in a {@link io.serproutes.deliver.ParkedRecord}; {@link
 *       io.serproutes.deliver.ParkedFiles} is one of the {@link io.serproutes.deliver.ParkedIds},
 *       the places where these wait; {@code ParkedFolder} is the folder itself and its lock.
 *   <li>{@link io.serproutes.deliver.DeadLetterFiles} reads dead letters back in.
 * </ol>
 */
package io.serproutes.deliver;
