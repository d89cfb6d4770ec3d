package io.serproutes.sandbox;

import static io.serproutes.sandbox.TaskEnvelope.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * tasks_ready: the posted tasks that are done, until they are collected by task_get or delivered by
 * a postback; at most 1,000.
 */
final class TasksReady {

  private static final String PATH = "/v3/serp/naver/organic/tasks_ready";
  private static final int MOST = 1000;

  private final String taskGetPath;
  private final PostedTasks tasks;

  TasksReady(String taskGetPath, PostedTasks tasks) {
    this.taskGetPath = taskGetPath;
    this.tasks = tasks;
  }

  SandboxAnswer answer() {
    ArrayNode ready = JSON.arrayNode();
    tasks.ready(MOST).forEach(task -> ready.add(row(task)));
    ObjectNode data = TaskEnvelope.data("tasks_ready");
    return SandboxAnswer.call(PATH, "0087", data, ready);
  }

  private ObjectNode row(PostedTask task) {
    JsonNode tag = task.posted().path("tag");
    return JSON.objectNode()
        .put("id", task.id())
        .put("se", "naver")
        .put("se_type", "organic")
        .put("date_posted", TaskEnvelope.datetime(task.postedAt()))
        .put("tag", tag.textValue())
        .put("endpoint_regular", taskGetPath + "/" + task.id())
        .putNull("endpoint_advanced")
        .putNull("endpoint_html");
  }
}
