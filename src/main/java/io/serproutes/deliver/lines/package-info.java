/**
 * {@code serp.files.layout=lines}: results as JSON Lines, in files that grow.
 *
 * <p>A process writes one set of files at a time, one of each {@code LineKind} under one name,
 * {@code {stamp}-{six hex digits}.jsonl}. While they are written they are hidden, {@code
 * .{name}.part}. The ledger of a set, {@code .lines/{name}.commit}, says how long each of them is
 * committed.
 *
 * <p>A commit, of all tasks that have come since the one before:
 *
 * <ol>
 *   <li>append items, dead letters and receipts;
 *   <li>sync each file that was appended to;
 *   <li>write the new lengths to the ledger, and sync it: from here on it is committed;
 *   <li>acknowledge the tasks.
 * </ol>
 *
 * <p>A kill before the third step leaves bytes behind the committed lengths, which nobody reads and
 * the next start cuts off; after it, the tasks are there whole. In no case are there items without
 * their receipt, or a torn line, compressed or not: a commit is a gzip member of its own. A commit
 * that fails, such as on a full disk, is cut back in the same way before the next.
 *
 * <p>A set is closed between two commits: its files are cut to the committed lengths and get their
 * names, receipts last; then the ledger is removed. A kill in between is no harm, since this can be
 * done again as long as the ledger is there. The process that writes a set holds a lock, which dies
 * with it; whoever starts or begins a set closes those that nobody has locked.
 *
 * <ol>
 *   <li>{@link io.serproutes.deliver.lines.LineFiles} is the output: what a task has for it is in
 *       {@code TaskLines}. {@code OpenSet} is the set that it writes, of {@code LineFile}s and a
 *       {@code Ledger}.
 *   <li>{@link io.serproutes.deliver.lines.StoredSet} finds and reads sets, open ones too, as far
 *       as they are committed; {@link io.serproutes.deliver.lines.StoredLines} reads one file.
 *   <li>{@link io.serproutes.deliver.lines.LatestReceipts} says which lines a later delivery of
 *       their id has overtaken, and {@link io.serproutes.deliver.lines.LineLetters} which dead
 *       letters are to be replayed.
 * </ol>
 */
package io.serproutes.deliver.lines;
