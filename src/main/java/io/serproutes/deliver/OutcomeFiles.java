package io.serproutes.deliver;

import com.fasterxml.jackson.core.JacksonException;
import io.serproutes.Failures;
import io.serproutes.Settings;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.deliver.lines.StoredLines;
import io.serproutes.deliver.lines.StoredSet;
import io.serproutes.ids.TaskId;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up ids under {@code serp.files.dir}, whatever its layout. Changes nothing. */
public final class OutcomeFiles {

  private static final Logger LOG = LoggerFactory.getLogger("serp-reconcile");

  private final Path dir;
  private final Path receipts;
  private final Path parked;
  private final Path posted;

  public OutcomeFiles(Settings settings) {
    dir = ResultFolder.of(settings);
    receipts = dir.resolve(ResultFolder.RECEIPTS);
    parked = dir.resolve(ResultFolder.PARKED);
    posted = dir.resolve(ResultFolder.POSTBACKS);
  }

  /** Whether there is a folder of receipts, maybe an empty one. */
  public boolean haveReceipts() {
    return Files.isDirectory(receipts);
  }

  /** Whether an id is parked here. */
  public boolean isParked(TaskId id) {
    return Files.exists(ResultFolder.flat(parked, id), LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether an answer that was posted for an id is kept here and still to be delivered. */
  public boolean isPosted(TaskId id) {
    return Files.exists(posted.resolve(id + ResultFolder.END_OF_POSTED), LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * What the receipt of an id says; null where there is none. One that is no receipt is logged and
   * counts as none.
   *
   * @throws IOException where a receipt cannot be read
   */
  public ReceiptOutcome find(TaskId id) throws IOException {
    ReceiptOutcome found = null;
    for (Path file : ResultFolder.places(receipts, id)) {
      ReceiptOutcome one = read(file);
      found = one != null && (found == null || one.isDelivered()) ? one : found;
    }
    return found;
  }

  /**
   * Passes on what all receipts in files of lines say. One that is no receipt is passed over; one
   * that holds no JSON is logged.
   *
   * @throws IOException where they cannot be read
   */
  public void forEachLine(BiConsumer<TaskId, ReceiptOutcome> visitor) throws IOException {
    List<String> problems = new ArrayList<>();
    List<StoredSet> sets = StoredSet.all(dir, problems::add);
    if (!problems.isEmpty()) {
      throw new IOException(problems.get(0));
    }
    for (StoredSet set : sets) {
      try (StoredLines lines = set.open(LineKind.RECEIPTS)) {
        while (lines.next()) {
          pass(lines, set.file(LineKind.RECEIPTS), visitor);
        }
      } catch (IOException e) {
        String file = set.file(LineKind.RECEIPTS).toString();
        throw new IOException(file + " cannot be read to its end: " + Failures.inWords(e), e);
      }
    }
  }

  private static void pass(
      StoredLines line, Path file, BiConsumer<TaskId, ReceiptOutcome> visitor) {
    TaskId id = TaskId.parse(line.id());
    byte[] json = id == null ? null : line.bytes();
    try {
      if (json != null) {
        visitor.accept(id, ReceiptOutcome.read(json));
      }
    } catch (IOException e) {
      LOG.warn("{}:{} is ignored: it holds no JSON", file, line.number());
    }
  }

  private static ReceiptOutcome read(Path file) throws IOException {
    try {
      ReceiptOutcome outcome = ReceiptOutcome.read(DurableFiles.read(file));
      if (outcome == null) {
        LOG.warn("{} is ignored: it is no receipt, or one of the embedded sandbox", file);
      }
      return outcome;
    } catch (NoSuchFileException e) {
      return null;
    } catch (JacksonException | CharConversionException e) { // zeros pass for UTF-32
      LOG.warn("{} is ignored: it holds no JSON", file);
      return null;
    } catch (FileSystemException e) {
      throw e; // it names the file
    } catch (IOException e) {
      throw new IOException(file + " cannot be read: " + Failures.inWords(e), e);
    }
  }
}
