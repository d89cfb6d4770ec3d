package io.serproutes.sandbox;

import java.util.SplittableRandom;

/** The bodies that hold a result, always the same for the same id. */
final class ResultBodies {
  private static final int BYTES_AROUND = 2048;
  private static final int BYTES_PER_ITEM = 640;
  private static final int ITEMS_OF_ZERO = 20;

  private final ItemBodies itemBodies = new ItemBodies();
  private final TaskEnvelope envelope;
  private final ItemRange items;

  ResultBodies(TaskEnvelope envelope, ItemRange items) {
    this.envelope = envelope;
    this.items = items;
  }

  /** A result with its items, fewer of them where {@code code} is 40106. */
  SandboxAnswer result(SandboxId id, int http, int code) {
    PostedTask task = PostedTask.of(id);
    SplittableRandom random = new SplittableRandom(~id.seed());
    int planned = id.isZero() ? ITEMS_OF_ZERO : items.pick(random);
    int count = code == 40106 ? (planned + 1) / 2 : planned;
    JsonBytes json = new JsonBytes(BYTES_AROUND + BYTES_PER_ITEM * count);
    envelope.open(json, id.text(), code, 1, task.data());
    head(json, task, random.nextInt(8) == 0).raw(",\"item_types\":").raw(itemTypes(id));
    json.raw(",\"se_results_count\":0,\"pages_count\":")
        .number(1 + Math.max(0, count - 1) / ItemBodies.PER_PAGE);
    json.raw(",\"items_count\":").number(count).raw(",\"items\":[");
    itemBodies.write(json, task.keyword(), count, random);
    return SandboxAnswer.json(http, code, TaskEnvelope.close(json.raw("]}]")));
  }

  /** 40102 as captured: no result is counted, and yet there is one, of the head alone. */
  SandboxAnswer noResults(SandboxId id, int http) {
    PostedTask task = PostedTask.of(id);
    JsonBytes json = new JsonBytes(BYTES_AROUND);
    envelope.open(json, id.text(), 40102, 0, task.data());
    head(json, task, false).raw(",\"item_types\":null,\"se_results_count\":0,\"pages_count\":1");
    json.raw(",\"items_count\":0,\"items\":null}]");
    return SandboxAnswer.json(http, 40102, TaskEnvelope.close(json));
  }

  private static JsonBytes head(JsonBytes json, PostedTask task, boolean misspelt) {
    json.raw("[{\"keyword\":").string(task.keyword());
    json.raw(",\"type\":\"organic\",\"se_domain\":\"search.naver.com\",\"location_code\":0");
    json.raw(",\"language_code\":\"\",\"check_url\":").string(task.checkUrl());
    json.raw(",\"datetime\":").string(task.datetime()).raw(",\"spell\":");
    if (misspelt) {
      json.raw("{\"keyword\":").string(task.keyword() + " 추천");
      json.raw(",\"type\":\"including_results_for\"}");
    } else {
      json.raw("null");
    }
    return json.raw(",\"refinement_chips\":null");
  }

  /** Types of everything on the page searched, not of what this endpoint returns of it. */
  private static String itemTypes(SandboxId id) {
    return id.isZero()
        ? "[\"images\",\"local_pack\",\"map\",\"organic\",\"paid\",\"related_searches\",\"video\"]"
        : "[\"organic\",\"paid\",\"related_searches\"]";
  }
}
