package io.serproutes.results;

import io.serproutes.Failures;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.deliver.lines.LatestReceipts;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Iterator;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.camel.util.function.ThrowingBiConsumer;

/**
 * The receipts under {@code serp.files.dir}, of all layouts; an id is given once. They are listed
 * as they are visited, in no order, so their number costs no memory.
 */
final class ReceiptFiles {

  private static final Pattern DAY = Pattern.compile("[0-9a-f]{4}");

  private final Path receipts;
  private final Consumer<String> problems;

  /**
   * The receipts of a folder.
   *
   * @param problems is told what cannot be listed, a line for a person
   */
  ReceiptFiles(Path dir, Consumer<String> problems) {
    receipts = dir.resolve(ResultFolder.RECEIPTS);
    this.problems = problems;
  }

  /**
   * Visits all receipts.
   *
   * @throws IOException where the folder cannot be listed, or from the visitor
   */
  void forEach(ThrowingBiConsumer<TaskId, Path, IOException> visitor) throws IOException {
    try (DirectoryStream<Path> listing = Files.newDirectoryStream(receipts)) {
      visit(listing, Path.of(""), visitor);
    } catch (NoSuchFileException e) {
      throw new IOException("there is no folder " + receipts + ": nothing was delivered here");
    }
  }

  private void visit(
      DirectoryStream<Path> listing,
      Path under,
      ThrowingBiConsumer<TaskId, Path, IOException> visitor)
      throws IOException {
    boolean isTop = under.toString().isEmpty();
    for (Iterator<Path> files = listing.iterator(); hasNext(files, under); ) {
      Path file = files.next();
      String name = file.getFileName().toString();
      TaskId id = ResultFolder.idOf(name);
      if (id != null && !isReplaced(id, isTop)) {
        visitor.accept(id, under.resolve(name));
      } else if (isTop && DAY.matcher(name).matches() && Files.isDirectory(file)) {
        visitDay(file, visitor);
      }
    }
  }

  private void visitDay(Path folder, ThrowingBiConsumer<TaskId, Path, IOException> visitor)
      throws IOException {
    DirectoryStream<Path> listing;
    try {
      listing = Files.newDirectoryStream(folder);
    } catch (IOException e) {
      problems.accept(folder + " cannot be listed: " + Failures.inWords(e));
      return;
    }
    try (listing) {
      visit(listing, folder.getFileName(), visitor);
    }
  }

  private boolean hasNext(Iterator<Path> files, Path under) {
    try {
      return files.hasNext();
    } catch (DirectoryIteratorException e) {
      Path folder = receipts.resolve(under);
      problems.accept("not all of " + folder + " can be listed: " + Failures.inWords(e));
      return false;
    }
  }

  // an id that was given again after the layout was changed has two receipts; the later one counts
  private boolean isReplaced(TaskId id, boolean isTop) {
    Path flat = ResultFolder.flat(receipts, id);
    Path byDay = ResultFolder.byDay(receipts, id);
    try {
      Instant other = LatestReceipts.fetchedAt(isTop ? byDay : flat);
      int later = other.compareTo(LatestReceipts.fetchedAt(isTop ? flat : byDay));
      return later > 0 || later == 0 && isTop;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      String file = (isTop ? byDay : flat).toString();
      problems.accept(file + " may be a later receipt, which is left out: " + Failures.inWords(e));
      return false;
    }
  }
}
