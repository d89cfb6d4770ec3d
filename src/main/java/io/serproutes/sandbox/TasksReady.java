package io.serproutes.sandbox;

import static io.serproutes.sandbox.TaskEnvelope.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** tasks_ready: always the same handful of ids, collected or not. */
final class TasksReady {

  private static final String PATH = "/v3/serp/naver/organic/tasks_ready";
  private static final DateTimeFormatter CALL_TIME = DateTimeFormatter.ofPattern("MMddHHmm");

  private static final List<String> IDS =
      List.of(
          "10171324-1535-0066-0000-770617fdc9a8",
          "10171325-1535-0066-0000-1d132bb28897",
          "10181406-1535-0066-1000-a96bc1ad0bce",
          "10191554-1535-0066-2000-5e0f3c7a91d4",
          "10201600-1535-0066-3000-c81d40be2f6a");

  private final AtomicLong calls = new AtomicLong();
  private final String taskGetPath;

  TasksReady(String taskGetPath) {
    this.taskGetPath = taskGetPath;
  }

  SandboxAnswer answer() {
    ArrayNode ready = JSON.arrayNode();
    IDS.forEach(id -> add(ready, SandboxId.of(id)));
    ArrayNode path = TaskEnvelope.elements(PATH);
    ObjectNode data = TaskEnvelope.data("tasks_ready");
    ObjectNode task = TaskEnvelope.task(callId(), 20000, path, data, ready);
    return SandboxAnswer.json(200, TaskEnvelope.servedCall("0.0412 sec.", task));
  }

  private void add(ArrayNode ready, SandboxId id) {
    PostedTask task = PostedTask.of(id);
    String regular = taskGetPath + "/" + id.text();
    ready
        .addObject()
        .put("id", id.text())
        .put("se", "naver")
        .put("se_type", "organic")
        .put("date_posted", task.datetime())
        .put("tag", task.tag())
        .put("endpoint_regular", regular)
        .put("endpoint_advanced", regular.replace("/regular/", "/advanced/"))
        .putNull("endpoint_html");
  }

  /** A new one each time, in the vendor's form: time, account, function, number. */
  private String callId() {
    String time = CALL_TIME.format(LocalDateTime.now(ZoneOffset.UTC));
    return time + "-1535-0087-0000-%012x".formatted(calls.incrementAndGet());
  }
}
