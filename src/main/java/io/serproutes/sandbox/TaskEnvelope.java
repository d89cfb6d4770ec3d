package io.serproutes.sandbox;

/**
 * The members around a result, in the vendor's order (docs.dataforseo.com, "Get Naver Organic SERP
 * Results by id").
 */
final class TaskEnvelope {
  private static final String VERSION = "0.1.20261115";

  private final String path;

  TaskEnvelope(String path) {
    this.path = elements(path);
  }

  /** The whole body where the call itself failed: it has no tasks. */
  static byte[] withoutTasks(int code) {
    return head(new JsonBytes(256), code, "0 sec.", 0, 0).raw("null}").toByteArray();
  }

  /**
   * Begins an answer with one task; its {@code result} comes next, then {@link #close}.
   *
   * @param id echoed, may be anything
   * @param data JSON
   */
  JsonBytes open(JsonBytes json, String id, int code, int resultCount, String data) {
    head(json, 20000, "0.2318 sec.", 1, tasksError(code));
    task(json, id, code, resultCount).raw("[").raw(path).raw(",").string(id);
    return json.raw("],\"data\":").raw(data).raw(",\"result\":");
  }

  /** Begins the answer to a call that is its own task, such as tasks_ready. */
  static JsonBytes openCall(JsonBytes json, String id, String path, int resultCount, String data) {
    head(json, 20000, "0.0412 sec.", 1, 0);
    task(json, id, 20000, resultCount).raw("[").raw(elements(path));
    return json.raw("],\"data\":").raw(data).raw(",\"result\":");
  }

  static byte[] close(JsonBytes json) {
    return json.raw("}]}").toByteArray();
  }

  private static JsonBytes head(JsonBytes json, int code, String time, int tasks, int errors) {
    json.raw("{\"version\":\"").raw(VERSION).raw("\",");
    status(json, code, time).raw(",\"tasks_count\":").number(tasks);
    return json.raw(",\"tasks_error\":").number(errors).raw(",\"tasks\":");
  }

  private static JsonBytes task(JsonBytes json, String id, int code, int resultCount) {
    json.raw("[{\"id\":").string(id).raw(",");
    status(json, code, time(code));
    return json.raw(",\"result_count\":").number(resultCount).raw(",\"path\":");
  }

  private static JsonBytes status(JsonBytes json, int code, String time) {
    json.raw("\"status_code\":").number(code);
    json.raw(",\"status_message\":").string(StatusMessages.of(code));
    return json.raw(",\"time\":\"").raw(time).raw("\",\"cost\":0");
  }

  private static String time(int code) {
    return switch (code) {
      case 40401 -> "0.0000 sec.";
      case 40501 -> "0 sec.";
      default -> "0.1293 sec.";
    };
  }

  /** As captured from the vendor, whose count is no usable signal: 0 with 40101, say. */
  private static int tasksError(int code) {
    return code < 40000 || code == 40101 || code == 40602 ? 0 : 1;
  }

  private static String elements(String path) {
    return "\"" + path.replaceFirst("^/", "").replace("/", "\",\"") + "\"";
  }
}
