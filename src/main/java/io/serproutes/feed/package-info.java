/**
 * Feeders: they turn a signal of the vendor into an id that is durably kept in another source, and
 * never ask for a task themselves.
 *
 * <p>Read in this order, beside {@code routes/feeders/ids-from-tasks-ready.camel.yaml}:
 *
 * <ol>
 *   <li>{@link io.serproutes.feed.Leader} tells which of several processes polls: {@link
 *       io.serproutes.feed.InboxLeader} where they share an inbox, {@link
 *       io.serproutes.kafka.GroupLeader} where they share a topic of ids.
 *   <li>{@link io.serproutes.feed.ReadyPolls} says when the vendor's list of finished tasks is
 *       polled; {@link io.serproutes.feed.ReadyList} reads the answer, a {@link
 *       io.serproutes.feed.ReadyPage}, with {@code ReadyPageReader}.
 *   <li>{@code ReadyIds} chooses which ids of a page are fed, and {@code FedIds} remembers them.
 *   <li>{@link io.serproutes.feed.FedFiles} keeps ids as drop files, and {@code LeftFedFiles}
 *       finishes those of killed processes. A topic needs no class: {@code
 *       ids-kept-in-kafka.camel.yaml} sends them.
 * </ol>
 */
package io.serproutes.feed;
