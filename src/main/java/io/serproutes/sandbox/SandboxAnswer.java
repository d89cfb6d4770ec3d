package io.serproutes.sandbox;

import java.nio.charset.StandardCharsets;

/**
 * What goes over the wire, before compression.
 *
 * @param http HTTP status
 * @param code the status code in the body that decides; 0 where there is none
 * @param contentType null where the body is empty
 * @param body UTF-8
 */
record SandboxAnswer(int http, int code, String contentType, byte[] body) {

  static SandboxAnswer json(int http, int code, byte[] body) {
    return new SandboxAnswer(http, code, "application/json", body);
  }

  static SandboxAnswer json(int http, int code, String body) {
    return json(http, code, body.getBytes(StandardCharsets.UTF_8));
  }

  static SandboxAnswer html(int http, String body) {
    return new SandboxAnswer(
        http, 0, "text/html; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
  }

  static SandboxAnswer empty(int http) {
    return new SandboxAnswer(http, 0, null, new byte[0]);
  }
}
