package io.serproutes.bench;

import java.util.List;
import java.util.Map;

/**
 * What is run, and under what limits.
 *
 * @param perMinute calls a minute that the product may make
 * @param options options of every Java process
 * @param jar the product
 */
record Settings(int perMinute, List<String> options, String jar) {

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
