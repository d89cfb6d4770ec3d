package io.serproutes.sandbox;

import static io.serproutes.sandbox.TaskEnvelope.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * id_list: the tasks posted within a time, done or not, collected or not, the newest first unless
 * {@code sort} is {@code asc} (docs.dataforseo.com, "SERP API ID List").
 */
final class IdList {

  private static final String PATH = "/v3/serp/id_list";
  private static final String TASK_POST =
      "https://api.dataforseo.com/v3/serp/naver/organic/task_post";
  private static final int MOST_ROWS = 1000;
  private static final int MOST_OFFSET = 100_000_000;

  private final PostedTasks tasks;

  IdList(PostedTasks tasks) {
    this.tasks = tasks;
  }

  SandboxAnswer answer(PostBody post) {
    if (post.code() != 0) {
      return failed(post.code(), null);
    }
    ObjectNode asked = post.tasks().get(0);
    if (post.tasks().size() > 1 || asked == null) {
      return failed(asked == null ? 40503 : 40000, null);
    }
    String wrong = wrongField(asked);
    return wrong == null ? rows(asked) : failed(40501, wrong);
  }

  private SandboxAnswer rows(ObjectNode asked) {
    long from = millis(asked, "datetime_from");
    List<PostedTask> posted = tasks.posted(from, millis(asked, "datetime_to"));
    if (!"asc".equals(asked.path("sort").asText())) {
      Collections.reverse(posted);
    }
    boolean metadata = asked.path("include_metadata").asBoolean();
    ArrayNode rows = JSON.arrayNode();
    posted.stream()
        .skip(asked.path("offset").asInt())
        .limit(asked.path("limit").asInt(MOST_ROWS))
        .forEach(task -> rows.add(row(task, metadata)));
    return SandboxAnswer.call(PATH, "0089", data().setAll(asked), rows);
  }

  private ObjectNode row(PostedTask task, boolean metadata) {
    int status = task.status(tasks.now());
    ObjectNode row =
        JSON.objectNode()
            .put("id", task.id())
            .put("url", TASK_POST)
            .put("datetime_posted", TaskEnvelope.datetime(task.postedAt()))
            .put("datetime_done", status == 20000 ? TaskEnvelope.datetime(task.doneAt()) : null)
            .put("status", Integer.toString(status))
            .put("cost", 0);
    return row.set("metadata", metadata ? task.data("task_post") : JSON.nullNode());
  }

  private static String wrongField(ObjectNode asked) {
    for (String time : List.of("datetime_from", "datetime_to")) {
      if (millis(asked, time) < 0) {
        return time;
      }
    }
    if (!isWithin(asked.get("limit"), 1, MOST_ROWS)) {
      return "limit";
    }
    if (!isWithin(asked.get("offset"), 0, MOST_OFFSET)) {
      return "offset";
    }
    return Set.of("asc", "desc").contains(asked.path("sort").asText("desc")) ? null : "sort";
  }

  private static boolean isWithin(JsonNode number, int least, int most) {
    return number == null
        || number.isNull()
        || number.isInt() && number.intValue() >= least && number.intValue() <= most;
  }

  /** A time in ms since 1970; negative where it is missing or malformed. */
  private static long millis(ObjectNode asked, String field) {
    try {
      String text = asked.path(field).asText();
      return OffsetDateTime.parse(text, TaskEnvelope.DATETIME).toInstant().toEpochMilli();
    } catch (DateTimeException malformed) {
      return -1;
    }
  }

  private static SandboxAnswer failed(int code, String field) {
    ArrayNode path = TaskEnvelope.elements(PATH);
    ObjectNode task = TaskEnvelope.task(TaskEnvelope.newId("0089"), code, path, data(), null);
    if (field != null) {
      task.put("status_message", "Invalid Field: '" + field + "'.");
    }
    return SandboxAnswer.tasks(JSON.arrayNode().add(task));
  }

  private static ObjectNode data() {
    return JSON.objectNode().put("api", "serp").put("function", "id_list");
  }
}
