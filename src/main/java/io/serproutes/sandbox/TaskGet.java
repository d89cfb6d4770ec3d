package io.serproutes.sandbox;

import static io.serproutes.sandbox.TaskEnvelope.JSON;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.apache.camel.support.LRUCacheFactory;

/**
 * task_get: a result, always the same for the same id, or the failure that the id spells, in the
 * shapes that were captured from the API. A task that was posted here is not ready until it is
 * done, and counts as collected when its result is asked for.
 */
final class TaskGet {

  private static final int COUNTED_IDS = 100_000;

  private final Map<String, Integer> reads = LRUCacheFactory.newLRUCache(COUNTED_IDS);
  private final TaskResults results;
  private final PostedTasks posted;

  TaskGet(TaskResults results, PostedTasks posted) {
    this.results = results;
    this.posted = posted;
  }

  /** The answer for {@code text}, which may be no id at all. */
  SandboxAnswer answer(String text) {
    SandboxId id = SandboxId.of(text);
    if (id == null) {
      return results.none(text, 200, 40501, TaskEnvelope.data("task_get"));
    }
    PostedTask task = posted.find(id.text());
    if (task != null) {
      return answer(task);
    }
    return fails(id) ? failure(id, id.http(), id.code()) : result(id, 200, 20000);
  }

  private SandboxAnswer answer(PostedTask task) {
    int code = task.status(posted.now());
    if (code != 20000) {
      return results.none(task.id(), 200, code, task.data("task_get"));
    }
    posted.collect(task.id());
    return results.of(task, 200, code);
  }

  /**
   * The answer where the task fails so; with 20000, 40102 or 40106 it has a result nonetheless.
   *
   * @param code 0: whatever goes with {@code http}
   */
  SandboxAnswer failure(SandboxId id, int http, int code) {
    if (http == 204 || http == 205 || http == 304) {
      return SandboxAnswer.empty(http);
    }
    return code == 0 ? ofHttp(id, http) : ofCode(id, http, code);
  }

  private boolean fails(SandboxId id) {
    return id.http() != 0
        && (id.failures() == 0 || reads.merge(id.text(), 1, Integer::sum) <= id.failures());
  }

  private SandboxAnswer ofHttp(SandboxId id, int http) {
    return switch (http) {
      case 401 -> SandboxAnswer.failedCall(401, 40100);
      case 402 -> paymentRequired();
      case 403 -> SandboxAnswer.failedCall(403, 40104);
      case 404 -> SandboxAnswer.failedCall(404, 40400);
      case 429 -> SandboxAnswer.failedCall(429, 40202);
      // seen: an HTTP error whose body says that all is well
      case 500 -> result(id, 500, 20000);
      default -> http < 300 ? result(id, http, 20000) : SandboxAnswer.page(http);
    };
  }

  private SandboxAnswer ofCode(SandboxId id, int http, int code) {
    return switch (code) {
      case 20000, 40102, 40106 -> result(id, http, code);
      case 40100, 40202, 40400 -> SandboxAnswer.failedCall(http, code);
      case 40401 -> results.none(id.text(), http, code, TaskEnvelope.data("task_get"));
      default ->
          http == 402 && code == 40200
              ? paymentRequired()
              : results.none(id.text(), http, code, PostedTask.madeUp(id).data("task_get"));
    };
  }

  /** HTTP 402 came with few of the members, and no top-level status code. */
  private static SandboxAnswer paymentRequired() {
    ObjectNode task = TaskEnvelope.task(null, 40200, null, null, null);
    task.retain("status_code", "status_message", "cost", "result");
    return SandboxAnswer.json(
        402, TaskEnvelope.servedCall(null, JSON.arrayNode().add(task)).retain("tasks"));
  }

  private SandboxAnswer result(SandboxId id, int http, int code) {
    return results.of(PostedTask.madeUp(id), http, code);
  }
}
