package io.serproutes.sandbox;

import static io.serproutes.sandbox.TaskEnvelope.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * An HTTP answer before compression.
 *
 * @param http HTTP status
 * @param contentType null where the body is empty
 * @param body UTF-8
 */
record SandboxAnswer(int http, String contentType, byte[] body) {

  static SandboxAnswer json(int http, ObjectNode body) {
    return of(http, "application/json", body.toString());
  }

  /** A call with one task of its own, such as a list, and what it results in. */
  static SandboxAnswer call(String path, String function, ObjectNode data, ArrayNode result) {
    ObjectNode task =
        TaskEnvelope.task(
            TaskEnvelope.newId(function), 20000, TaskEnvelope.elements(path), data, result);
    return tasks(JSON.arrayNode().add(task));
  }

  /** A call that was served with these tasks. */
  static SandboxAnswer tasks(ArrayNode tasks) {
    return json(200, TaskEnvelope.servedCall("0.0412 sec.", tasks));
  }

  /** The call itself failed with this status code. */
  static SandboxAnswer failedCall(int http, int code) {
    return json(http, TaskEnvelope.failedCall(code));
  }

  /** An HTTP error as a proxy in front of the API would send it. */
  static SandboxAnswer page(int http) {
    return of(
        http,
        "text/html; charset=utf-8",
        "<html><body><center><h1>" + http + "</h1></center><hr></body></html>\r\n");
  }

  static SandboxAnswer empty(int http) {
    return of(http, null, "");
  }

  private static SandboxAnswer of(int http, String contentType, String body) {
    return new SandboxAnswer(http, contentType, body.getBytes(StandardCharsets.UTF_8));
  }
}
