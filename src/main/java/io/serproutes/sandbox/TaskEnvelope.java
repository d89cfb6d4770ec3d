package io.serproutes.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The members around a result, in the vendor's order (docs.dataforseo.com, "Get Naver Organic SERP
 * Results by id").
 */
final class TaskEnvelope {

  static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Such as {@code 2026-10-17 11:24:44 +00:00}. */
  static final DateTimeFormatter DATETIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xxx");

  private static final DateTimeFormatter TIME_OF_ID = DateTimeFormatter.ofPattern("MMddHHmm");
  private static final String VERSION = "0.1.20261115";

  private TaskEnvelope() {}

  /** The whole body where the call itself failed: it has no tasks. */
  static ObjectNode failedCall(int code) {
    return call(code, "0 sec.", 0, 0).putNull("tasks");
  }

  /**
   * The whole body of a call that was served, whatever became of its tasks.
   *
   * @param time such as {@code 0.2318 sec.}
   * @param tasks see {@link #task}
   */
  static ObjectNode servedCall(String time, ArrayNode tasks) {
    int errors = 0;
    for (JsonNode task : tasks) {
      errors += errors(task.path("status_code").intValue());
    }
    return call(20000, time, tasks.size(), errors).set("tasks", tasks);
  }

  /**
   * A task.
   *
   * @param id echoed, may be anything
   * @param path see {@link #elements}
   * @param data what was posted, see {@link #data}
   * @param result null where there is none
   */
  static ObjectNode task(String id, int code, ArrayNode path, ObjectNode data, ArrayNode result) {
    // as captured: 40102 counts no result, and yet has one
    int resultCount = result == null || code == 40102 ? 0 : result.size();
    ObjectNode task = status(JSON.objectNode().put("id", id), code, time(code));
    task.put("result_count", resultCount);
    task.set("path", path);
    task.set("data", data);
    task.set("result", result);
    return task;
  }

  /** The {@code path} of a task: the elements of the URL's path. */
  static ArrayNode elements(String path) {
    ArrayNode elements = JSON.arrayNode();
    for (String element : path.replaceFirst("^/", "").split("/", -1)) {
      elements.add(element);
    }
    return elements;
  }

  /** The {@code data} of a task of which nothing more is known. */
  static ObjectNode data(String function) {
    return JSON.objectNode()
        .put("api", "serp")
        .put("function", function)
        .put("se", "naver")
        .put("se_type", "organic");
  }

  /**
   * A new id in the vendor's form: time, account, function, random digits.
   *
   * @param function such as {@code 0066} for a task
   */
  static String newId(String function) {
    String time = TIME_OF_ID.format(Instant.now().atOffset(ZoneOffset.UTC));
    long random = ThreadLocalRandom.current().nextLong() >>> 16;
    return time + "-1535-" + function + "-0000-%012x".formatted(random);
  }

  /** A time, given in ms since 1970, in the vendor's form. */
  static String datetime(long millis) {
    return DATETIME.format(Instant.ofEpochMilli(millis).atOffset(ZoneOffset.UTC));
  }

  private static ObjectNode call(int code, String time, int tasks, int errors) {
    return status(JSON.objectNode().put("version", VERSION), code, time)
        .put("tasks_count", tasks)
        .put("tasks_error", errors);
  }

  private static ObjectNode status(ObjectNode json, int code, String time) {
    return json.put("status_code", code)
        .put("status_message", StatusMessages.of(code))
        .put("time", time)
        .put("cost", 0);
  }

  private static String time(int code) {
    return switch (code) {
      case 40401 -> "0.0000 sec.";
      case 40006, 40501, 40502, 40503 -> "0 sec.";
      default -> "0.1293 sec.";
    };
  }

  /** As captured from the vendor, whose count is no usable signal: 0 with 40101, say. */
  private static int errors(int code) {
    return code < 40000 || code == 40101 || code == 40602 ? 0 : 1;
  }
}
