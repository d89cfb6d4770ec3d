/**
 * Items: where they are in an answer, and how they are cut out of it without changing a byte.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>{@link io.serproutes.items.Answer} is the body of one answer, in memory or in a file;
 *       {@link io.serproutes.items.AnswerReader} reads it up to a limit.
 *   <li>{@link io.serproutes.items.Envelope} is what one pass over it finds: codes, the asked task,
 *       its results; {@code EnvelopeReader} makes the pass, {@code ItemReader} the part of it
 *       within {@code items}.
 *   <li>{@link io.serproutes.items.ItemBatch} holds a task's items of one {@link
 *       io.serproutes.items.ItemType}; {@code ItemWalk} goes over them, an {@link
 *       io.serproutes.items.ItemRecord} is one of them by itself.
 *   <li>{@code TaskMember} is the member that is added at the end of every item.
 *   <li>{@link io.serproutes.items.ReceiptFields} is what a receipt quotes of a task; {@link
 *       io.serproutes.items.Webhooks} cuts webhook URLs after their host.
 *   <li>{@code Tokens} reads the JSON, {@code Part} is how a position is noted.
 * </ol>
 */
package io.serproutes.items;
