package io.serproutes.bench;

import java.util.List;
import java.util.Map;

/**
 * What is run, and under what limits.
 *
 * @param perMinute calls a minute that the product may make
 * @param options options of every Java process
 * @param jar the product
 * @param before another build of the product, the subject {@code before}; or null
 */
record Settings(int perMinute, List<String> options, String jar, String before) {

  /** The product with serp.kafka.delivery=exactly-once. */
  static final String EXACTLY_ONCE = "exactly-once";

  /** Whether a subject is a build of the product. */
  boolean isProduct(String subject) {
    return List.of("product", "before", EXACTLY_ONCE).contains(subject);
  }

  String jarOf(String subject) {
    return subject.equals("before") ? before : jar;
  }

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
