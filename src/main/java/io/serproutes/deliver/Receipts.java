package io.serproutes.deliver;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Reason;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.Verdict;
import io.serproutes.items.Answer;
import io.serproutes.items.Envelope;
import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.ItemType;
import io.serproutes.items.ReceiptFields;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.camel.Variable;

/** Makes the receipt or the dead letter of a task, as JSON, from what has been found. */
public final class Receipts {

  // not the context's data format: a host may have set that up for records of its own
  private static final ObjectWriter JSON = new ObjectMapper().writer();

  private static final int LONGEST_RESPONSE = 64 * 1024;
  private static final int LONGEST_INPUT = 1024;
  // characters; of up to three bytes each, all together are less than a broker's default of 1 MiB
  private static final int LONGEST_TEXT = 4 * 1024;
  private static final int LONGEST_DATA = 64 * 1024;
  private static final int LONGEST_RESULTS = 192 * 1024;

  private final Secrets secrets;
  private final Boolean sandbox;

  /** Receipts that say whether the embedded sandbox answered. */
  public Receipts(Settings settings, Secrets secrets) {
    this.secrets = secrets;
    this.sandbox = settings.isSandbox() ? true : null;
  }

  /** The receipt of a task whose verdict stands. */
  public byte[] receipt(@Variable(Task.VARIABLE) Task task) throws IOException {
    Verdict verdict = task.getVerdict();
    FoundTask found = verdict.isDeliver() ? task.getFound() : null;
    Receipt receipt = found == null ? bare(task, verdict) : full(task, verdict, found);
    return JSON.writeValueAsBytes(receipt);
  }

  private Receipt bare(Task task, Verdict verdict) throws IOException {
    FoundTask found = task.getFound();
    Quotes quotes = quotes(task, found);
    return new Receipt(
        task.getId() == null ? null : task.getId().value(),
        task.getOutcome(),
        verdict.reason().toString(),
        verdict.statusCode(),
        verdict.httpStatus(),
        task.getAttempts(),
        0,
        0,
        0,
        0,
        null,
        null,
        otherTasks(task),
        quotes.keyword,
        quotes.tag,
        task.getSource().label(),
        Times.record(task.getFetchedAt()),
        task.getElapsedMillis(),
        sandbox,
        quotes.shortened,
        quotes.data,
        quotes.results);
  }

  private Receipt full(Task task, Verdict verdict, FoundTask found) throws IOException {
    int organic = found.count(ItemType.ORGANIC);
    int paid = found.count(ItemType.PAID);
    int other = found.count(ItemType.OTHER);
    Long claimed = ReceiptFields.claimedItems(found);
    boolean mismatch = claimed != null && claimed != organic + paid + other;
    Quotes quotes = quotes(task, found);
    return new Receipt(
        task.getId().value(),
        task.getOutcome(),
        null,
        verdict.statusCode(),
        verdict.httpStatus(),
        task.getAttempts(),
        organic,
        paid,
        other,
        task.getOversized(),
        claimed,
        mismatch ? true : null,
        otherTasks(task),
        quotes.keyword,
        quotes.tag,
        task.getSource().label(),
        Times.record(task.getFetchedAt()),
        task.getElapsedMillis(),
        sandbox,
        quotes.shortened,
        quotes.data,
        quotes.results);
  }

  private static Integer otherTasks(Task task) {
    Envelope envelope = task.getEnvelope();
    return envelope == null || envelope.otherTasks() == 0 ? null : envelope.otherTasks();
  }

  private static Quotes quotes(Task task, FoundTask found) throws IOException {
    Answer answer = task.getAnswer();
    Quotes quotes = new Quotes();
    quotes.tag = quotes.upTo(LONGEST_TEXT, () -> tag(task, found));
    if (found != null) {
      quotes.keyword = quotes.upTo(LONGEST_TEXT, () -> ReceiptFields.keyword(answer, found));
      quotes.data = quotes.upTo(LONGEST_DATA, () -> ReceiptFields.data(answer, found));
      quotes.results = quotes.upTo(LONGEST_RESULTS, () -> ReceiptFields.results(answer, found));
    }
    return quotes;
  }

  private interface Quote {
    String json() throws IOException;
  }

  /** What the API sent, as JSON, as far as it is not longer than a record may be. */
  private static final class Quotes {
    private String keyword;
    private String tag;
    private String data;
    private String results;
    private Boolean shortened;

    private String upTo(int most, Quote quote) throws IOException {
      try {
        String json = quote.json();
        if (json == null || json.length() <= most) {
          return json;
        }
      } catch (ReceiptFields.TooLongException e) {
        // far too long
      }
      shortened = true;
      return null;
    }
  }

  private static String tag(Task task, FoundTask found) throws IOException {
    if (task.getTag() != null) {
      char[] quoted = JsonStringEncoder.getInstance().quoteAsString(task.getTag());
      return '"' + new String(quoted) + '"';
    }
    return found == null ? null : ReceiptFields.tag(task.getAnswer(), found);
  }

  /** The dead letter of a task that is given up. */
  public byte[] deadLetter(@Variable(Task.VARIABLE) Task task) throws IOException {
    Verdict verdict = task.getVerdict();
    String input = task.getDelivery().text();
    return JSON.writeValueAsBytes(
        new DeadLetter(
            task.isValid() ? task.getId().value() : null,
            task.isValid() ? null : input(input),
            verdict.reason().toString(),
            verdict.statusCode(),
            verdict.reason() == Reason.INVALID_ID ? null : verdict.statusMessage(),
            verdict.httpStatus(),
            task.getAttempts(),
            task.getSource().label(),
            Times.record(Instant.now()),
            response(task.getAnswer())));
  }

  /** The dead letter of the items that are too large for a record. */
  public byte[] tooLarge(@Variable(Task.VARIABLE) Task task) throws IOException {
    Verdict verdict = task.getVerdict();
    return JSON.writeValueAsBytes(
        new DeadLetter(
            task.getId().value(),
            null,
            Reason.TOO_LARGE.toString(),
            verdict.statusCode(),
            "items "
                + task.getOversizedPositions()
                + " are over serp.kafka.max-item-bytes; they are in oversized/"
                + task.getId()
                + "-{index}.json",
            verdict.httpStatus(),
            task.getAttempts(),
            task.getSource().label(),
            Times.record(Instant.now()),
            null));
  }

  private String input(String text) {
    if (text == null) {
      return "";
    }
    String redacted = secrets.redact(text);
    return redacted.length() <= LONGEST_INPUT ? redacted : redacted.substring(0, LONGEST_INPUT);
  }

  private String response(Answer answer) throws IOException {
    if (answer == null) {
      return null;
    }
    // a little more than is kept, so that a secret that the cut would split is still found whole
    int read = (int) Math.min(answer.length(), LONGEST_RESPONSE + 1024);
    String text = new String(answer.copy(0, read), StandardCharsets.UTF_8);
    String redacted = secrets.redact(text);
    if (read < answer.length() && !redacted.equals(text)) {
      // the end may hold the beginning of a secret, and what is hidden before it moves it forward
      redacted = redacted.substring(0, Math.max(0, redacted.length() - 1024));
    }
    return Utf8.cut(redacted, LONGEST_RESPONSE);
  }
}
