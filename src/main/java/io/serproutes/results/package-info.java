/**
 * What lies under {@code serp.files.dir} and in the topics, for people and for other programs: the
 * commands {@code status} and {@code export}, and the page. Changes nothing.
 *
 * <ol>
 *   <li>{@link io.serproutes.results.IdLookup} finds what became of ids: an {@link
 *       io.serproutes.results.IdStatus} each, made of {@link io.serproutes.results.IdRecord}s.
 *       {@link io.serproutes.results.StatusReport} writes it.
 *   <li>{@link io.serproutes.results.Export} writes all results as one stream. {@code ReceiptFiles}
 *       is its index; {@code StoredItems} reads a file of items, {@code JsonMembers} an item, and
 *       {@code CsvTable} makes rows of them.
 * </ol>
 */
package io.serproutes.results;
