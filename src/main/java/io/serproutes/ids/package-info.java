/**
 * Ids in: what an inlet takes from its source, and how the source learns that it may let go.
 *
 * <p>Read in this order:
 *
 * <ol>
 *   <li>{@link io.serproutes.ids.TaskId} is a well-formed id; nothing else may become part of a URL
 *       or a file name.
 *   <li>{@link io.serproutes.ids.Delivery} is one id on its way, with the {@link
 *       io.serproutes.ids.Source} it came from and the settlement its source waits for.
 *   <li>{@link io.serproutes.ids.Intake} bounds how many deliveries are in work at once.
 *   <li>{@link io.serproutes.ids.CommandLineIds} is the smallest inlet.
 *   <li>{@link io.serproutes.ids.DropFolder} is the largest: it claims files, hands out their ids,
 *       waits for the last one and moves the file.
 *   <li>{@code InboxWalk} is a look at the folder and {@code ClaimedFiles} what this process takes
 *       of it, with {@code Claims} against other processes; {@code LeftAlone} names what nobody
 *       takes.
 *   <li>{@code DropFile} is the work on one file, {@code DropFileJournal} what is kept of it should
 *       the process be killed, {@code SeenIds} which ids it has had already.
 *   <li>{@code DropFileMoves} moves a file and puts it back if it is not what was read; {@code
 *       Journals} finds what a killed process left behind.
 *   <li>{@code DropFileContent} opens a file as an {@code IdReader} of its kind: {@code TextIds},
 *       {@code CsvIds}, {@code JsonIds}, {@code JsonLineIds}.
 * </ol>
 */
package io.serproutes.ids;
