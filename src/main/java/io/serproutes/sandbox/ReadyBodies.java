package io.serproutes.sandbox;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The answer to tasks_ready: always the same handful of ids, collected or not. */
final class ReadyBodies {
  private static final String PATH = "/v3/serp/naver/organic/tasks_ready";
  private static final String DATA =
      "{\"api\":\"serp\",\"function\":\"tasks_ready\",\"se\":\"naver\",\"se_type\":\"organic\"}";
  private static final DateTimeFormatter CALL_TIME = DateTimeFormatter.ofPattern("MMddHHmm");
  private static final List<SandboxId> IDS =
      List.of(
          SandboxId.of("10171324-1535-0066-0000-770617fdc9a8"),
          SandboxId.of("10171325-1535-0066-0000-1d132bb28897"),
          SandboxId.of("10181406-1535-0066-1000-a96bc1ad0bce"),
          SandboxId.of("10191554-1535-0066-2000-5e0f3c7a91d4"),
          SandboxId.of("10201600-1535-0066-3000-c81d40be2f6a"));

  private final AtomicLong calls = new AtomicLong();
  private final String taskGetPath;

  ReadyBodies(String taskGetPath) {
    this.taskGetPath = taskGetPath;
  }

  SandboxAnswer list() {
    JsonBytes json = new JsonBytes(4096);
    TaskEnvelope.openCall(json, callId(), PATH, IDS.size(), DATA).raw("[");
    for (SandboxId id : IDS) {
      json.raw(id == IDS.get(0) ? "" : ",");
      task(json, id);
    }
    return SandboxAnswer.json(200, 20000, TaskEnvelope.close(json.raw("]")));
  }

  private void task(JsonBytes json, SandboxId id) {
    PostedTask task = PostedTask.of(id);
    String regular = taskGetPath + "/" + id.text();
    json.raw("{\"id\":").string(id.text()).raw(",\"se\":\"naver\",\"se_type\":\"organic\"");
    json.raw(",\"date_posted\":").string(task.datetime()).raw(",\"tag\":").string(task.tag());
    json.raw(",\"endpoint_regular\":").string(regular).raw(",\"endpoint_advanced\":");
    json.string(regular.replace("/regular/", "/advanced/")).raw(",\"endpoint_html\":null}");
  }

  /** A new one each time, in the vendor's form: time, account, function, number. */
  private String callId() {
    String time = CALL_TIME.format(LocalDateTime.now(ZoneOffset.UTC));
    String number = Long.toHexString(0x1_0000_0000_0000L + calls.incrementAndGet()).substring(1);
    return time + "-1535-0087-0000-" + number;
  }
}
