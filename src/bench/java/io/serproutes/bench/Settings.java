package io.serproutes.bench;

import java.nio.file.Path;
import java.util.Map;

/**
 * What all runs share.
 *
 * @param home where they leave what they write
 * @param perMinute calls a minute that the product may make
 * @param items of a task
 * @param answer the API's answer
 */
record Settings(Path home, int perMinute, int items, Path answer) {

  /** The product with serp.kafka.delivery=exactly-once. */
  static final String EXACTLY_ONCE = "exactly-once";

  Map<String, Object> api(String api) {
    return Map.of(
        "serp.api.base-url",
        api,
        "serp.api.login",
        "sandbox",
        "serp.api.password",
        "sandbox",
        "serp.api.calls-per-minute",
        perMinute,
        "serp.server.port",
        0);
  }
}
