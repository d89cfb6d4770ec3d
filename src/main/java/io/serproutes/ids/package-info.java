/**
 * Ids in: what a source delivers, and how it learns that it may forget an id.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>{@link io.serproutes.ids.TaskId} is a well-formed id; nothing else may become part of a URL
 *       or a file name.
 *   <li>{@link io.serproutes.ids.Delivery} is one id with the {@link io.serproutes.ids.Source} it
 *       was read from and the settlement that source waits for.
 *   <li>{@link io.serproutes.ids.Intake} limits how many deliveries are in work.
 *   <li>{@link io.serproutes.ids.CommandLineIds} is the smallest source.
 *   <li>{@link io.serproutes.ids.DropFolder} is the largest: it claims files, delivers their ids,
 *       waits for the last one and moves the file.
 *   <li>{@code InboxWalk} lists the folder and {@code ClaimedFiles} claims what this process works
 *       on, with {@code Claims} against other processes; {@code LeftAlone} logs what no process
 *       works on.
 *   <li>{@code DropFile} reads one file, {@code FileOutcomes} counts what becomes of its ids,
 *       {@code DropFileJournal} keeps which have ended for the next process after a kill, {@code
 *       IdTable} knows which ids the file has held so far.
 *   <li>{@code DropFileMoves} moves a file and puts it back where it is not what was read; {@code
 *       Journals} finds what a killed process left behind.
 *   <li>{@code DropFileContent} opens a file as the {@code IdReader} of its format: {@code
 *       TextIds}, {@code CsvIds}, {@code JsonIds}, {@code JsonLineIds}. {@code IdColumn} finds the
 *       column of ids in a table, {@code IdTexts} the ids in JSON, {@code ReadyRows} those of our
 *       endpoint in a list of finished tasks.
 * </ol>
 */
package io.serproutes.ids;
