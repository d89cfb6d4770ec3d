package io.serproutes.sandbox;

import static io.serproutes.sandbox.TaskEnvelope.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.camel.support.LRUCacheFactory;

/**
 * task_get: a result, always the same for the same id, or the failure that the id spells, in the
 * shapes that were captured from the API.
 */
final class TaskGet {

  private static final int COUNTED_IDS = 100_000;
  private static final int ITEMS_OF_ZERO = 20;

  /** Of everything on the page searched, not of what this endpoint returns of it. */
  private static final List<String> TYPES = List.of("organic", "paid", "related_searches");

  private static final List<String> TYPES_OF_ZERO =
      List.of("images", "local_pack", "map", "organic", "paid", "related_searches", "video");

  private final Map<String, Integer> reads = LRUCacheFactory.newLRUCache(COUNTED_IDS);
  private final String path;
  private final InventedItems items;

  /**
   * @param path without the id, such as {@code /v3/serp/naver/organic/task_get/regular}
   */
  TaskGet(String path, InventedItems items) {
    this.path = path;
    this.items = items;
  }

  /** The answer to what should be an id, and may be anything. */
  SandboxAnswer answer(String text) {
    SandboxId id = SandboxId.of(text);
    if (id == null) {
      return task(text, 200, 40501, TaskEnvelope.data("task_get"), null);
    }
    return fails(id) ? failure(id, id.http(), id.code()) : result(id, 200, 20000);
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
      case 40401 -> task(id.text(), http, code, TaskEnvelope.data("task_get"), null);
      default ->
          http == 402 && code == 40200
              ? paymentRequired()
              : task(id.text(), http, code, PostedTask.of(id).data(), null);
    };
  }

  /** HTTP 402 came with few of the members, and no top-level status code. */
  private static SandboxAnswer paymentRequired() {
    ObjectNode task = TaskEnvelope.task(null, 40200, null, null, null);
    task.retain("status_code", "status_message", "cost", "result");
    return SandboxAnswer.json(402, TaskEnvelope.servedCall(null, task).retain("tasks"));
  }

  /** A result with its items: half of them with 40106, with 40102 the head alone, as captured. */
  private SandboxAnswer result(SandboxId id, int http, int code) {
    PostedTask task = PostedTask.of(id);
    SplittableRandom random = new SplittableRandom(~id.seed());
    int planned = id.isZero() ? ITEMS_OF_ZERO : items.count(random);
    ObjectNode result = head(task, random.nextInt(8) == 0 && code != 40102);
    if (code == 40102) {
      result.putNull("item_types").put("se_results_count", 0);
      result.put("pages_count", 1).put("items_count", 0).putNull("items");
    } else {
      int count = code == 40106 ? (planned + 1) / 2 : planned;
      (id.isZero() ? TYPES_OF_ZERO : TYPES).forEach(result.putArray("item_types")::add);
      result.put("se_results_count", 0).put("pages_count", InventedItems.pages(count));
      result.put("items_count", count).set("items", items.list(task.keyword(), count, random));
    }
    return task(id.text(), http, code, task.data(), result);
  }

  private static ObjectNode head(PostedTask task, boolean misspelt) {
    ObjectNode head =
        JSON.objectNode()
            .put("keyword", task.keyword())
            .put("type", "organic")
            .put("se_domain", "search.naver.com")
            .put("location_code", 0)
            .put("language_code", "")
            .put("check_url", task.checkUrl())
            .put("datetime", task.datetime())
            .putNull("spell");
    if (misspelt) {
      head.putObject("spell")
          .put("keyword", task.keyword() + " 추천")
          .put("type", "including_results_for");
    }
    return head.putNull("refinement_chips");
  }

  /** One with this result, which may be null. */
  private SandboxAnswer task(String id, int http, int code, ObjectNode data, ObjectNode result) {
    ArrayNode results = result == null ? null : JSON.arrayNode().add(result);
    ArrayNode elements = TaskEnvelope.elements(path).add(id);
    ObjectNode task = TaskEnvelope.task(id, code, elements, data, results);
    return SandboxAnswer.json(http, TaskEnvelope.servedCall("0.2318 sec.", task));
  }
}
