package io.serproutes.sandbox;

import static io.serproutes.sandbox.TaskEnvelope.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes up what task_get answers, always the same for the same id.
 *
 * @param path of task_get without the id, such as {@code /v3/serp/naver/organic/task_get/regular}
 * @param items of a result
 */
record TaskResults(String path, InventedItems items) {

  private static final int ITEMS_OF_ZERO = 20;

  /** Of everything on the page searched, not of what this endpoint returns of it. */
  private static final List<String> TYPES = List.of("organic", "paid", "related_searches");

  private static final List<String> TYPES_OF_ZERO =
      List.of("images", "local_pack", "map", "organic", "paid", "related_searches", "video");

  /**
   * The answer with the task's result: half of its items with 40106, and none with 40102, as
   * captured.
   */
  SandboxAnswer of(PostedTask task, int http, int code) {
    SandboxId id = SandboxId.of(task.id());
    ObjectNode data = task.data("task_get");
    String keyword = PostedTask.keyword(data);
    SplittableRandom random = new SplittableRandom(~id.seed());
    int planned = id.isZero() ? ITEMS_OF_ZERO : items.count(random);
    ObjectNode result = head(keyword, task.doneAt(), random.nextInt(8) == 0 && code != 40102);
    if (code == 40102) {
      result.putNull("item_types").put("se_results_count", 0);
      result.put("pages_count", 1).put("items_count", 0).putNull("items");
    } else {
      int count = code == 40106 ? (planned + 1) / 2 : planned;
      (id.isZero() ? TYPES_OF_ZERO : TYPES).forEach(result.putArray("item_types")::add);
      result.put("se_results_count", 0).put("pages_count", InventedItems.pages(count));
      result.put("items_count", count).set("items", items.list(keyword, count, random));
    }
    return answer(task.id(), http, code, data, result);
  }

  /** The answer where the task has no result. */
  SandboxAnswer none(String id, int http, int code, ObjectNode data) {
    return answer(id, http, code, data, null);
  }

  /** What a postback brings: the answer of {@code function}, such as {@code advanced}. */
  SandboxAnswer postback(PostedTask task, String function) {
    TaskResults other = new TaskResults(path.replaceFirst("[^/]*$", function), items);
    return function.equals("html")
        ? other.none(task.id(), 200, 40404, task.data("task_get"))
        : other.of(task, 200, 20000);
  }

  private static ObjectNode head(String keyword, long doneAt, boolean misspelt) {
    ObjectNode head =
        JSON.objectNode()
            .put("keyword", keyword)
            .put("type", "organic")
            .put("se_domain", "search.naver.com")
            .put("location_code", 0)
            .put("language_code", "")
            .put("check_url", PostedTask.checkUrl(keyword))
            .put("datetime", TaskEnvelope.datetime(doneAt))
            .putNull("spell");
    if (misspelt) {
      head.putObject("spell").put("keyword", keyword + " 추천").put("type", "including_results_for");
    }
    return head.putNull("refinement_chips");
  }

  private SandboxAnswer answer(String id, int http, int code, ObjectNode data, ObjectNode result) {
    ArrayNode results = result == null ? null : JSON.arrayNode().add(result);
    ArrayNode elements = TaskEnvelope.elements(path).add(id);
    ObjectNode task = TaskEnvelope.task(id, code, elements, data, results);
    return SandboxAnswer.json(
        http, TaskEnvelope.servedCall("0.2318 sec.", JSON.arrayNode().add(task)));
  }
}
