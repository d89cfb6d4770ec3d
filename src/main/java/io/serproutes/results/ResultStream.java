package io.serproutes.results;

import com.fasterxml.jackson.core.JacksonException;
import io.serproutes.Failures;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.deliver.lines.LatestReceipts;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.deliver.lines.StoredSet;
import io.serproutes.ids.Source;
import io.serproutes.items.OneLine;
import io.serproutes.results.Export.Counts;
import io.serproutes.results.Export.Format;
import io.serproutes.results.Export.Request;
import io.serproutes.results.JsonMembers.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * One run of an {@link Export}. Not thread-safe.
 *
 * <p>Before a byte of an id is written, all its lines have been made once: a file that is broken is
 * left out as a whole.
 */
final class ResultStream {

  private static final int FITS_INTO_MEMORY = 1 << 20;
  private static final int LARGEST_ROW = 1 << 20; // held in several forms at once
  private static final int MOST_LATER = 1000;

  private final Path dir;
  private final Request request;
  private final OutputStream out;
  private final Consumer<String> listener;
  private final CsvTable table;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private final List<Path> missing = new ArrayList<>();
  private boolean isEnd;
  private long ids;
  private long lines;
  private long problems;

  ResultStream(Path dir, Request request, OutputStream out, Consumer<String> listener) {
    this.dir = dir;
    this.request = request;
    this.out = out;
    this.listener = listener;
    boolean isTable = request.format() == Format.CSV;
    table = isTable ? new CsvTable(request.type(), request.separator()) : null;
  }

  Counts write() throws IOException {
    ReceiptFiles receipts = new ReceiptFiles(dir, this::problem);
    List<StoredSet> sets = StoredSet.all(dir, this::problem);
    try (LatestReceipts latest =
        new LatestReceipts(
            sets, ids -> receipts.forEach((id, path) -> ids.accept(id.value())), this::problem)) {
      return write(receipts, sets, latest);
    }
  }

  private Counts write(ReceiptFiles receipts, List<StoredSet> sets, LatestReceipts latest)
      throws IOException {
    if (table != null) {
      table.writeHeader(out, request.byteOrderMark());
    }
    receipts.forEach(
        (id, path) -> {
          if (holds(id.value(), path, latest)) {
            writeId(path);
          }
        });
    isEnd = true;
    for (Path path : missing) {
      writeId(path);
    }
    LineResults inLines = new LineResults(sets, latest, request, table, out, this::problem);
    inLines.write();
    out.flush();
    return new Counts(ids + inLines.ids(), lines + inLines.lines(), problems);
  }

  // an id that was given again after the layout was changed has two receipts; the later one counts
  private boolean holds(String id, Path path, LatestReceipts latest) throws IOException {
    Instant inLines = latest.fetchedAt(id);
    if (inLines == null) {
      return true;
    }
    try {
      Path file = dir.resolve(ResultFolder.RECEIPTS).resolve(path);
      if (inLines.isAfter(LatestReceipts.fetchedAt(file))) {
        return false;
      }
    } catch (NoSuchFileException e) {
      return false; // a person has removed it meanwhile
    }
    latest.overtake(id);
    return true;
  }

  private void problem(String words) {
    problems++;
    if (problems <= Export.MOST_TOLD) {
      listener.accept(Source.printable(words));
    }
  }

  private void leftOut(Path file, String why) {
    problem(file + " is left out: " + why);
  }

  private void writeId(Path path) throws IOException {
    Path file = dir.resolve(ResultFolder.RECEIPTS).resolve(path);
    byte[] receipt;
    Map<String, Value> members;
    try {
      receipt = DurableFiles.read(file);
      members = JsonMembers.of(receipt);
      if (request.since() != null && fetched(file, members).isBefore(request.since())) {
        return;
      }
    } catch (NoSuchFileException e) {
      return; // a person has removed it meanwhile
    } catch (IOException e) {
      leftOut(file, inWords(e));
      return;
    }
    if (request.type() == LineKind.RECEIPTS) {
      writeReceipt(receipt);
    } else if (count(members, request.type()) > 0) {
      writeItems(path);
    }
  }

  private static Instant fetched(Path file, Map<String, Value> receipt) throws IOException {
    Instant time =
        Value.time(receipt.get("fetched_at")); // a task that was never asked for has none
    return time == null ? Files.getLastModifiedTime(file).toInstant() : time;
  }

  /** How many items of a type a receipt tells of. */
  static long count(Map<String, Value> receipt, LineKind type) {
    Value count = receipt.get(type.toString());
    return count != null && count.text().matches("[0-9]{1,9}") ? Long.parseLong(count.text()) : 0;
  }

  private void writeReceipt(byte[] receipt) throws IOException {
    buffer.reset();
    if (table == null) {
      new OneLine(buffer).write(receipt);
      buffer.write('\n');
    } else {
      table.writeRow(buffer, receipt);
    }
    buffer.writeTo(out);
    ids++;
    lines++;
  }

  private void writeItems(Path path) throws IOException {
    Path file = dir.resolve(request.type().toString()).resolve(path);
    try (StoredItems items = StoredItems.open(file)) {
      boolean isSmall = items.length() <= FITS_INTO_MEMORY;
      buffer.reset();
      long count = make(items, isSmall ? buffer : OutputStream.nullOutputStream());
      write(out, isSmall ? buffer::writeTo : to -> make(items, to));
      ids++;
      lines += count;
    } catch (NoSuchFileException e) {
      if (isEnd || missing.size() == MOST_LATER) {
        leftOut(file, "its receipt says that there are items, but there is no such file");
      } else {
        missing.add(path); // it may be delivered anew just now; its receipt comes after its items
      }
    } catch (OutputFailure e) {
      throw e.cause();
    } catch (IOException e) {
      leftOut(file, inWords(e));
    }
  }

  /** A failure of what was begun to be written; it cannot be left out any more. */
  static final class OutputFailure extends IOException {
    private static final long serialVersionUID = 1;
    private final IOException failure;

    OutputFailure(IOException failure) {
      super(failure);
      this.failure = failure;
    }

    IOException cause() {
      return failure;
    }
  }

  /** Writes what cannot be left out once it has begun. */
  static void write(OutputStream out, DurableFiles.Content content) throws OutputFailure {
    try {
      content.writeTo(out);
    } catch (IOException e) {
      throw new OutputFailure(e);
    }
  }

  /** Makes the lines of a file; returns how many. */
  private long make(StoredItems items, OutputStream to) throws IOException {
    long[] count = {0};
    OutputStream line = new OneLine(to);
    items.forEach(
        item -> {
          count[0]++;
          if (table == null) {
            items.writeTo(line, item.from(), item.length());
            to.write('\n');
          } else if (item.length() <= LARGEST_ROW) {
            table.writeRow(to, items.copy(item.from(), (int) item.length()));
          } else {
            throw new IOException("an item of " + item.length() + " bytes is too large for a row");
          }
        });
    return count[0];
  }

  private static String inWords(IOException e) {
    return e instanceof JacksonException ? "it holds no whole JSON document" : Failures.inWords(e);
  }
}
