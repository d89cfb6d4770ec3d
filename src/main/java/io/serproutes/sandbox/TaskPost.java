package io.serproutes.sandbox;

import static io.serproutes.sandbox.TaskEnvelope.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/**
 * task_post: checks up to 100 tasks by the vendor's rules (docs.dataforseo.com, "Setting Naver
 * Organic SERP Tasks") and keeps those that are right. Every task has a status code of its own.
 */
final class TaskPost {

  private static final String PATH = "/v3/serp/naver/organic/task_post";
  private static final int MOST = 100;
  private static final int LONGEST_KEYWORD = 700;
  private static final int LONGEST_TAG = 255;
  private static final Set<String> POSTBACK_DATA = Set.of("regular", "advanced", "html");

  private final PostedTasks tasks;
  private final WebhookSender webhooks;

  TaskPost(PostedTasks tasks, WebhookSender webhooks) {
    this.tasks = tasks;
    this.webhooks = webhooks;
  }

  SandboxAnswer answer(PostBody post) {
    ArrayNode answers = JSON.arrayNode();
    if (post.code() != 0) {
      answers.add(refused(post.code(), null));
    }
    List<ObjectNode> posted = post.tasks();
    for (int index = 0; index < posted.size(); index++) {
      answers.add(index < MOST ? task(posted.get(index)) : refused(40006, posted.get(index)));
    }
    return SandboxAnswer.tasks(answers);
  }

  private ObjectNode task(ObjectNode posted) {
    if (posted == null) {
      return refused(40503, null);
    }
    String wrong = wrongField(posted);
    if (wrong != null) {
      return refused(40501, posted).put("status_message", "Invalid Field: '" + wrong + "'.");
    }
    PostedTask task = tasks.add(posted);
    webhooks.sendWhenDone(task);
    return task(task.id(), 20100, posted);
  }

  private static ObjectNode refused(int code, ObjectNode posted) {
    return task(TaskEnvelope.newId("0066"), code, posted);
  }

  private static ObjectNode task(String id, int code, ObjectNode posted) {
    ObjectNode data = TaskEnvelope.data("task_post");
    if (posted != null) {
      data.setAll(posted);
    }
    return TaskEnvelope.task(id, code, TaskEnvelope.elements(PATH), data, null);
  }

  /** The first field that breaks a rule; null where all are right. */
  private static String wrongField(ObjectNode posted) {
    if (!isText(posted.get("keyword"), LONGEST_KEYWORD)
        || posted.get("keyword").textValue().isBlank()) {
      return "keyword";
    }
    if (isGiven(posted, "tag") && !isText(posted.get("tag"), LONGEST_TAG)) {
      return "tag";
    }
    for (String url : List.of("pingback_url", "postback_url")) {
      if (isGiven(posted, url) && !WebhookUrl.isValid(posted.get(url).textValue())) {
        return url;
      }
    }
    boolean hasPostback = isGiven(posted, "postback_url");
    if ((hasPostback || isGiven(posted, "postback_data"))
        && !POSTBACK_DATA.contains(posted.path("postback_data").asText())) {
      return "postback_data";
    }
    return null;
  }

  private static boolean isGiven(ObjectNode posted, String field) {
    return posted.hasNonNull(field);
  }

  private static boolean isText(JsonNode field, int longest) {
    return field != null && field.isTextual() && field.textValue().length() <= longest;
  }
}
