package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.Count;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.Times;
import io.serproutes.fetch.Reason;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.Verdict;
import io.serproutes.ids.Source;
import io.serproutes.items.Answer;
import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.ItemType;
import io.serproutes.items.ReceiptFields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Variable;
import org.apache.camel.util.function.ThrowingSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes the receipt or the dead letter of a task as JSON. Members without a value are left out.
 *
 * <p>A receipt fits into a Kafka record: a quoted member that is longer than any the API is known
 * to send is left out, and {@code "shortened":true} says so.
 */
public final class Receipts implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger("serp-receipt");
  private static final JsonFactory JSON = new JsonFactory();

  private static final int LONGEST_RESPONSE = 64 * 1024;
  private static final int LONGEST_INPUT = 1024;
  // characters; at three bytes each, all of them together stay below a broker's default of 1 MiB
  private static final int LONGEST_TEXT = 4 * 1024;
  private static final int LONGEST_DATA = 64 * 1024;
  private static final int LONGEST_RESULTS = 192 * 1024;

  private final Secrets secrets;
  private final boolean sandbox;
  private final AtomicBoolean mismatchTold = new AtomicBoolean();

  /** Receipts that say whether the embedded sandbox answered. */
  public Receipts(Settings settings, Secrets secrets) {
    this.secrets = secrets;
    this.sandbox = settings.isSandbox();
  }

  /** Writes the receipt of a task with a final verdict into the body. */
  @Override
  public void process(Exchange exchange) throws IOException {
    exchange.getMessage().setBody(receipt(Task.of(exchange)));
  }

  /** The receipt of a task with a final verdict. */
  public byte[] receipt(Task task) throws IOException {
    Verdict verdict = task.getVerdict();
    FoundTask delivered = verdict.isDeliver() ? task.getFound() : null;
    int organic = count(delivered, ItemType.ORGANIC);
    int paid = count(delivered, ItemType.PAID);
    int other = count(delivered, ItemType.OTHER);
    int items = organic + paid + other;
    Long claimed = delivered == null ? null : ReceiptFields.claimedItems(delivered);

    Members receipt = new Members();
    receipt.put("task_id", id(task));
    receipt.put("outcome", task.getOutcome());
    receipt.put("reason", delivered == null ? verdict.reason().toString() : null);
    receipt.put("status_code", verdict.statusCode());
    receipt.put("http_status", verdict.httpStatus());
    receipt.put("attempts", task.getAttempts());
    receipt.put("organic", organic);
    receipt.put("paid", paid);
    receipt.put("other", other);
    receipt.put("oversized", delivered == null ? 0 : task.getOversized());
    receipt.put("items_count", claimed);
    receipt.putIf(isMismatch(task, claimed, items), "count_mismatch");
    receipt.put("other_tasks", otherTasks(task));
    quoteTexts(task, receipt);
    receipt.put("source", task.getSource().label());
    receipt.put("fetched_at", Times.record(task.getFetchedAt()));
    receipt.put("elapsed_ms", task.getElapsedMillis());
    receipt.putIf(sandbox, "sandbox");
    quoteAnswer(task, receipt);
    return receipt.json();
  }

  private boolean isMismatch(Task task, Long claimed, int items) {
    if (claimed == null || claimed == items) {
      return false;
    }
    LOG.atLevel(mismatchTold.getAndSet(true) ? Level.DEBUG : Level.WARN)
        .log(
            "{}: items_count says {}, the answer has {}; these are delivered, and the receipt says"
                + " count_mismatch, as do those of later ids of which this is true",
            task,
            claimed,
            Count.of(items, "item", "items"));
    return true;
  }

  private static String id(Task task) {
    return task.isValid() ? task.getId().value() : null;
  }

  private static int count(FoundTask delivered, ItemType type) {
    return delivered == null ? 0 : delivered.count(type);
  }

  private static Integer otherTasks(Task task) {
    int others = task.getEnvelope() == null ? 0 : task.getEnvelope().otherTasks();
    return others == 0 ? null : others;
  }

  private static void quoteTexts(Task task, Members receipt) throws IOException {
    Answer answer = task.getAnswer();
    FoundTask found = task.getFound();
    if (found != null) {
      receipt.quote("keyword", LONGEST_TEXT, () -> ReceiptFields.keyword(answer, found));
    }
    if (task.getTag() != null) {
      receipt.put("tag", LONGEST_TEXT, task.getTag());
    } else if (found != null) {
      receipt.quote("tag", LONGEST_TEXT, () -> ReceiptFields.tag(answer, found));
    }
  }

  private static void quoteAnswer(Task task, Members receipt) throws IOException {
    Answer answer = task.getAnswer();
    FoundTask found = task.getFound();
    if (found != null) {
      receipt.quote("data", LONGEST_DATA, () -> ReceiptFields.data(answer, found));
      receipt.quote("results", LONGEST_RESULTS, () -> ReceiptFields.results(answer, found));
    }
  }

  /** Writes the dead letter of a task that is given up, or of input that is no id. */
  public byte[] deadLetter(@Variable(Task.VARIABLE) Task task) throws IOException {
    Verdict verdict = task.getVerdict();
    boolean noId = verdict.reason() == Reason.INVALID_ID;
    String message = noId ? null : verdict.statusMessage();
    return deadLetter(task, verdict.reason(), message, response(task.getAnswer()));
  }

  /** Writes the dead letter of the items that are too large for a record. */
  public byte[] tooLarge(@Variable(Task.VARIABLE) Task task) throws IOException {
    String message =
        "items "
            + task.getOversizedPositions()
            + " are over serp.kafka.max-item-bytes; they are in oversized/"
            + task.getId()
            + "-{index}.json";
    return deadLetter(task, Reason.TOO_LARGE, message, null);
  }

  private byte[] deadLetter(Task task, Reason reason, String message, String response)
      throws IOException {
    Members letter = new Members();
    letter.put("task_id", id(task));
    letter.put("input", task.isValid() ? null : input(task.getDelivery().text()));
    letter.put("reason", reason.toString());
    letter.put("status_code", task.getVerdict().statusCode());
    letter.put("status_message", message);
    letter.put("http_status", task.getVerdict().httpStatus());
    letter.put("attempts", task.getAttempts());
    letter.put("source", task.getSource().label());
    letter.put("failed_at", Times.record(Instant.now()));
    letter.put("response", response);
    return letter.json();
  }

  /** What a dead letter asks for: its id, else the input that is none. */
  public static String inputOf(JsonNode deadLetter) {
    return deadLetter.path("task_id").asText(deadLetter.path("input").asText());
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
    String text = new String(answer.copy(0, read), UTF_8);
    String redacted = secrets.redact(text);
    if (read < answer.length() && !redacted.equals(text)) {
      // the end may hold the beginning of a secret, and the redaction moves it forward
      redacted = redacted.substring(0, Math.max(0, redacted.length() - 1024));
    }
    return Source.cut(redacted, LONGEST_RESPONSE);
  }

  /** The members of a JSON object, written as they come; those without a value are left out. */
  private static final class Members {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(2048);
    private final JsonGenerator json;
    private boolean isShortened;

    Members() throws IOException {
      json = JSON.createGenerator(bytes);
      json.writeStartObject();
    }

    void put(String name, String value) throws IOException {
      if (value != null) {
        json.writeStringField(name, value);
      }
    }

    /**
     * Adds a host's text, which may hold half a character, unless it is longer than {@code most}.
     */
    void put(String name, int most, String value) throws IOException {
      if (value.length() <= most) {
        put(name, value);
      } else {
        isShortened = true;
      }
    }

    void put(String name, Number value) throws IOException {
      if (value != null) {
        json.writeNumberField(name, value.longValue());
      }
    }

    void putIf(boolean holds, String name) throws IOException {
      if (holds) {
        json.writeBooleanField(name, true);
      }
    }

    /** Adds JSON exactly as the API sent it, unless it is longer than {@code most} characters. */
    void quote(String name, int most, ThrowingSupplier<String, IOException> quote)
        throws IOException {
      try {
        String value = quote.get();
        if (value == null) {
          return;
        }
        if (value.length() <= most) {
          json.writeFieldName(name);
          json.writeRawValue(value);
          return;
        }
      } catch (ReceiptFields.TooLongException e) {
        // far too long
      }
      isShortened = true;
    }

    byte[] json() throws IOException {
      putIf(isShortened, "shortened");
      json.writeEndObject();
      json.close();
      return bytes.toByteArray();
    }
  }
}
