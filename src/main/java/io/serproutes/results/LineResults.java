package io.serproutes.results;

import com.fasterxml.jackson.core.JacksonException;
import io.serproutes.Failures;
import io.serproutes.deliver.lines.LatestReceipts;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.deliver.lines.StoredLines;
import io.serproutes.deliver.lines.StoredSet;
import io.serproutes.results.Export.Request;
import io.serproutes.results.Export.Type;
import io.serproutes.results.JsonMembers.Value;
import io.serproutes.results.ResultStream.OutputFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The part of an {@link Export} that lies in files of lines. The items of a set lie in the order of
 * its receipts, so both are read side by side. Not thread-safe.
 *
 * <p>An id whose lines are damaged is left out as a whole; beyond 8 MiB its lines are written as
 * they are read.
 */
final class LineResults {

  private static final int FITS_INTO_MEMORY = 8 << 20;

  private final List<StoredSet> sets;
  private final LatestReceipts latest;
  private final Request request;
  private final CsvTable table;
  private final LineKind kind;
  private final OutputStream out;
  private final Consumer<String> problems;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(); // of one id
  private StoredSet set;
  private StoredLines items;
  private boolean isItemRead; // and not yet written
  private long ids;
  private long lines;

  /** What lies in these sets, but for what {@code latest} says is overtaken. */
  LineResults(
      List<StoredSet> sets,
      LatestReceipts latest,
      Request request,
      CsvTable table,
      OutputStream out,
      Consumer<String> problems) {
    this.sets = sets;
    this.latest = latest;
    this.request = request;
    this.table = table;
    this.kind = LineKind.valueOf(request.type().name());
    this.out = out;
    this.problems = problems;
  }

  long ids() {
    return ids;
  }

  long lines() {
    return lines;
  }

  void write() throws IOException {
    for (int at = 0; at < sets.size(); at++) {
      set = sets.get(at);
      isItemRead = false;
      try (StoredLines receipts = set.open(LineKind.RECEIPTS);
          StoredLines opened = set.open(kind)) {
        items = opened;
        while (receipts.next()) {
          write(receipts, at);
        }
      } catch (OutputFailure e) {
        throw e.cause();
      } catch (IOException e) {
        problem("is read in part: " + inWords(e));
      }
    }
  }

  private static String inWords(IOException e) {
    return e instanceof JacksonException ? "a line holds no JSON" : Failures.inWords(e);
  }

  private void problem(String what) {
    problems.accept(set.file(kind) + " " + what);
  }

  private void write(StoredLines receipt, int at) throws IOException {
    String id = receipt.id();
    byte[] json = receipt.bytes();
    if (id == null || json == null) {
      problems.accept(set.file(LineKind.RECEIPTS) + ":" + receipt.number() + " is no receipt");
      return;
    }
    Map<String, Value> members = JsonMembers.of(json);
    Instant since = request.since();
    boolean isWanted =
        !latest.isOvertaken(id, at, receipt.number())
            && (since == null || !fetched(members).isBefore(since));
    buffer.reset();
    if (request.type() != Type.RECEIPTS) {
      writeItems(id, ResultStream.count(members, request.type()), isWanted);
    } else if (isWanted && add(receipt)) {
      end(1);
    }
  }

  private Instant fetched(Map<String, Value> receipt) {
    Value time = receipt.get("fetched_at");
    try {
      return time == null ? set.begun() : Instant.parse(time.text());
    } catch (DateTimeException e) {
      return set.begun();
    }
  }

  private void writeItems(String id, long count, boolean isWanted) throws IOException {
    if (count == 0) {
      return;
    }
    isItemRead = isItemRead || items.next();
    // the id of a long one is beyond what is held
    if (!isItemRead || !items.isLong() && !id.equals(items.idOfTask())) {
      // a copied route leaves a type out, or a person has changed the file
      if (isWanted) {
        problem("has no items of " + id + ", whose receipt says that there are some");
      }
      return;
    }
    isItemRead = false;
    boolean isWhole = isWanted;
    for (long n = 0; n < count; n++) {
      if (n > 0 && !items.next()) {
        throw new IOException("it ends within the items of " + id);
      }
      isWhole = isWhole && add(items);
    }
    if (isWhole) {
      end(count);
    }
  }

  /** Adds a line of an id; false where the id is to be left out. */
  private boolean add(StoredLines line) throws IOException {
    boolean isLong = line.isLong();
    if (isLong && table != null) {
      problem(
          "has an item that is too large for a row, on line "
              + line.number()
              + "; its id is left out");
      return false;
    }
    if (table != null) {
      table.writeRow(buffer, line.bytes());
    } else if (!isLong) {
      line.writeTo(buffer);
    }
    if (isLong || buffer.size() > FITS_INTO_MEMORY) {
      flush();
    }
    if (isLong) {
      ResultStream.write(out, line::writeTo);
    }
    return true;
  }

  private void end(long count) throws IOException {
    flush();
    ids++;
    lines += count;
  }

  private void flush() throws IOException {
    ResultStream.write(out, buffer::writeTo);
    buffer.reset();
  }
}
