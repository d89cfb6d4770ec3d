package io.serproutes.results;

import io.serproutes.Failures;
import io.serproutes.deliver.lines.LatestReceipts;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.deliver.lines.StoredLines;
import io.serproutes.deliver.lines.StoredSet;
import io.serproutes.results.Export.Request;
import io.serproutes.results.JsonMembers.Value;
import io.serproutes.results.ResultStream.OutputFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The part of an {@link Export} that lies in files of lines. The items of a set lie in the order of
 * its receipts, so both are read side by side. Not thread-safe.
 *
 * <p>An id whose lines are damaged is left out as a whole; beyond 1 MiB its lines are written as
 * they are read, and it is written in part.
 */
final class LineResults {

  private static final int FITS_INTO_MEMORY = 1 << 20; // several may be read at once

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
  private int damaged; // receipts whose items may be read yet
  private boolean isBegun; // lines of the id are written
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
    this.kind = request.type();
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
      damaged = 0;
      try (StoredLines receipts = set.open(LineKind.RECEIPTS);
          StoredLines opened = set.open(kind)) {
        items = opened;
        while (receipts.next()) {
          write(receipts, at);
        }
      } catch (OutputFailure e) {
        throw e.cause();
      } catch (IOException e) {
        problem("is read in part: " + Failures.inWords(e));
      }
    }
  }

  private void problem(String what) {
    problems.accept(set.file(kind) + " " + what);
  }

  private void write(StoredLines receipt, int at) throws IOException {
    String id = receipt.id();
    Map<String, Value> members = id == null || receipt.isLong() ? null : members(receipt);
    if (members == null) {
      problems.accept(set.file(LineKind.RECEIPTS) + ":" + receipt.number() + " is no receipt");
      damaged++;
      return;
    }
    Instant since = request.since();
    boolean isWanted =
        !latest.isOvertaken(id, at, receipt.number())
            && (since == null || !fetched(members).isBefore(since));
    buffer.reset();
    isBegun = false;
    if (request.type() != LineKind.RECEIPTS) {
      writeItems(id, ResultStream.count(members, request.type()), isWanted);
    } else if (isWanted && add(receipt)) {
      end(1);
    }
  }

  private static Map<String, Value> members(StoredLines line) {
    try {
      return JsonMembers.of(line.bytes());
    } catch (IOException e) {
      return null;
    }
  }

  private Instant fetched(Map<String, Value> receipt) {
    Instant time = Value.time(receipt.get("fetched_at"));
    return time == null ? set.begun() : time;
  }

  private void writeItems(String id, long count, boolean isWanted) throws IOException {
    if (count == 0) {
      return;
    }
    isItemRead = isItemRead || items.next();
    passDamaged(id);
    if (!isItemRead || isOfOther(id)) {
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
      if (isOfOther(id)) {
        isItemRead = true;
        if (isWhole) {
          leaveOut("has fewer items of " + id + " than its receipt says; it");
        }
        return;
      }
      isWhole = isWhole && add(items);
    }
    if (isWhole) {
      end(count);
    }
  }

  private void passDamaged(String id) throws IOException {
    while (damaged > 0 && isItemRead && isOfOther(id)) {
      String other = items.idOfTask();
      do {
        isItemRead = items.next();
      } while (isItemRead && other.equals(items.idOfTask()));
      damaged--;
    }
  }

  // the id of a long one is beyond what is held, and a damaged one is where one of this id was
  private boolean isOfOther(String id) {
    String its = items.isLong() ? null : items.idOfTask();
    return its != null && !its.equals(id);
  }

  /** Adds a line of an id; false where the id is to be left out. */
  private boolean add(StoredLines line) throws IOException {
    boolean isLong = line.isLong();
    if (isLong && table != null) {
      return leaveOut("an item that is too large for a row, on", line);
    }
    if (!isLong && line == items && line.idOfTask() == null) {
      return leaveOut("no item on", line);
    }
    if (table != null) {
      try {
        table.writeRow(buffer, line.bytes());
      } catch (IOException e) {
        return leaveOut("no JSON on", line);
      }
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

  private boolean leaveOut(String what, StoredLines line) {
    leaveOut("has " + what + " line " + line.number() + "; its id");
    return false;
  }

  private void leaveOut(String what) {
    problem(what + (isBegun ? " is written in part" : " is left out"));
  }

  private void end(long count) throws IOException {
    flush();
    ids++;
    lines += count;
  }

  private void flush() throws IOException {
    isBegun = true;
    ResultStream.write(out, buffer::writeTo);
    buffer.reset();
  }
}
