package io.serproutes.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The members around a result, in the vendor's order (docs.dataforseo.com, "Get Naver Organic SERP
 * Results by id").
 */
final class TaskEnvelope {

  static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final String VERSION = "0.1.20261115";

  private TaskEnvelope() {}

  /** The whole body where the call itself failed: it has no tasks. */
  static ObjectNode failedCall(int code) {
    return call(code, "0 sec.", 0, 0).putNull("tasks");
  }

  /**
   * The whole body of a call that was served, whatever became of its task.
   *
   * @param time such as {@code 0.2318 sec.}
   * @param task see {@link #task}
   */
  static ObjectNode servedCall(String time, ObjectNode task) {
    ObjectNode body = call(20000, time, 1, errors(task.path("status_code").intValue()));
    body.putArray("tasks").add(task);
    return body;
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
      case 40501 -> "0 sec.";
      default -> "0.1293 sec.";
    };
  }

  /** As captured from the vendor, whose count is no usable signal: 0 with 40101, say. */
  private static int errors(int code) {
    return code < 40000 || code == 40101 || code == 40602 ? 0 : 1;
  }
}
