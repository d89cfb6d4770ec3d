package io.serproutes.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * What goes over the wire, before compression.
 *
 * @param http HTTP status
 * @param contentType null where the body is empty
 * @param body UTF-8
 */
record SandboxAnswer(int http, String contentType, byte[] body) {

  static SandboxAnswer json(int http, ObjectNode body) {
    return of(http, "application/json", body.toString());
  }

  /** The call itself failed with this status code. */
  static SandboxAnswer failedCall(int http, int code) {
    return json(http, TaskEnvelope.failedCall(code));
  }

  /** An HTTP error as a proxy before the API would send it. */
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
