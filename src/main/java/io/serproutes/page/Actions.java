package io.serproutes.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Count;
import io.serproutes.deliver.DeadLetterList;
import io.serproutes.fetch.Reason;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.page.IdInlet.Given;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the page does with ids: all of it gives them to the source that keeps ids. */
final class Actions {

  private static final Logger LOG = LoggerFactory.getLogger("serp-page");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern KIND =
      Pattern.compile("(?is).+\\.(txt|csv|tsv|json|ndjson|jsonl)(\\.gz)?");
  private static final int MOST_UPLOADS = 8;
  private static final int MOST_ASKED = 10_000;

  private final IdInlet inlet;
  private final Requests requests;
  private final ExecutorService disk;
  private final DeadLetters deadLetters;
  private final DeadLetterList letters; // null: they are in no files
  private final Semaphore uploads = new Semaphore(MOST_UPLOADS);

  /**
   * Actions that give ids to {@code inlet}.
   *
   * @param disk runs the steps of uploads
   * @param letters null where dead letters are in no files
   */
  Actions(
      IdInlet inlet,
      Requests requests,
      ExecutorService disk,
      DeadLetters deadLetters,
      DeadLetterList letters) {
    this.inlet = inlet;
    this.requests = requests;
    this.disk = disk;
    this.deadLetters = deadLetters;
    this.letters = letters;
  }

  /** Takes the body as a file of the drop folder. */
  void file(HttpServerRequest request) {
    try {
      inlet.check();
      String name = name(request.getParam("name"));
      long bytes = length(request);
      if (!uploads.tryAcquire()) {
        throw new RefusedException(503, "Too many files at once; give it again in a moment.");
      }
      new Upload(request, inlet, requests, disk, name, Upload.PATIENCE, uploads::release)
          .receive(bytes);
    } catch (RefusedException e) {
      Answers.refuse(request, e);
    }
  }

  // one part, without control characters, not hidden, at most 200 bytes
  static String name(String given) throws RefusedException {
    if (given == null || given.isBlank()) {
      throw new RefusedException(400, "The parameter name is missing: the name of the file.");
    }
    String one = given.replaceAll("[/\\\\]", "_").strip();
    String name = Source.readable(one.startsWith(".") ? "_" + one.substring(1) : one);
    if (!KIND.matcher(name).matches()) {
      throw new RefusedException(
          415,
          "The name must end in .txt, .csv, .tsv, .json, .ndjson or .jsonl, or in one of these and"
              + " .gz. Save a workbook as CSV UTF-8.");
    }
    return name;
  }

  private long length(HttpServerRequest request) throws RefusedException {
    String length = request.getHeader("Content-Length");
    if (length == null && request.getHeader("Transfer-Encoding") == null) {
      throw new RefusedException(411, "The request has no body.");
    }
    long bytes = length == null ? 0 : Long.parseLong(length);
    if (bytes > inlet.mostBytes()) {
      throw tooLarge(inlet);
    }
    return bytes;
  }

  /** The refusal of a file that is too large. */
  static RefusedException tooLarge(IdInlet inlet) {
    long most = inlet.mostBytes() >> 20;
    return new RefusedException(
        413, "The file is larger than " + most + " MiB: split it, or put it into the inbox.");
  }

  /** Takes the ids of a text. */
  Given ids(Buffer body) throws IOException, RefusedException {
    Given given = inlet.text(body.toString(UTF_8));
    LOG.info("{} from the page to {}", Count.of(given.ids(), "id"), given.to());
    return given;
  }

  /**
   * Asks again for the ids of dead letters: for those that are named, or for all of a reason. One
   * body at a time: as a tree it may take 30 times its size.
   */
  synchronized Given askAgain(Buffer body) throws IOException, RefusedException {
    JsonNode asked = json(body);
    boolean ofReason = asked.hasNonNull("reason");
    if (ofReason == asked.hasNonNull("ids")) {
      throw new RefusedException(400, "The body must have ids or reason, and not both.");
    }
    Given given = ofReason ? all(reason(asked.get("reason").asText())) : some(asked.get("ids"));
    if (given.ids() == 0) {
      throw new RefusedException(409, "There is no dead letter with an id to ask again.");
    }
    LOG.info("{} asked again, by {}", Count.of(given.ids(), "id"), given.to());
    return given;
  }

  private static JsonNode json(Buffer body) throws RefusedException {
    try {
      JsonNode json = JSON.readTree(body.getBytes());
      if (json != null && json.isObject()) {
        return json;
      }
    } catch (JacksonException e) {
      // refused as any other
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    throw new RefusedException(400, "The body must be a JSON object.");
  }

  private static Reason reason(String word) throws RefusedException {
    Reason reason = Reason.find(word);
    if (reason == null || !reason.mayAskAgain()) {
      throw new RefusedException(
          400,
          reason == null
              ? "There is no such reason."
              : "Asking again is of no use: " + reason.advice() + ".");
    }
    return reason;
  }

  private Given all(Reason reason) throws IOException, RefusedException {
    return inlet.keep(
        visitor -> {
          if (letters == null) {
            deadLetters.ids(reason).forEach(visitor);
          } else {
            letters.forEach(letter -> pass(letter, reason, visitor));
          }
        });
  }

  private static void pass(JsonNode letter, Reason reason, Consumer<TaskId> visitor) {
    TaskId id = TaskId.parse(letter.path("task_id").asText());
    if (id != null && letter.path("reason").asText().equals(reason.toString())) {
      visitor.accept(id);
    }
  }

  private Given some(JsonNode texts) throws IOException, RefusedException {
    Set<TaskId> ids = new LinkedHashSet<>();
    for (JsonNode text : texts) {
      TaskId id = TaskId.parse(text.asText());
      if (id == null) {
        throw new RefusedException(400, "One of ids is no id.");
      }
      ids.add(id);
    }
    if (ids.isEmpty() || ids.size() > MOST_ASKED) {
      throw new RefusedException(400, "ids must be an array of 1 to 10,000 ids.");
    }
    return inlet.keep(List.copyOf(ids)::forEach);
  }
}
