package io.serproutes;

import java.util.List;

/** Reads every key once, so that a malformed one stops the start and not the work. */
final class SettingsCheck {

  private static final List<String> DURATIONS =
      List.of(
          "serp.once.wait-not-ready",
          "serp.once.wait-circuit",
          "serp.folder.settle",
          "serp.api.connect-timeout",
          "serp.api.response-timeout",
          "serp.retry.first-delay",
          "serp.retry.max-delay",
          "serp.not-ready.delay",
          "serp.not-ready.max-delay",
          "serp.not-ready.deadline",
          "serp.circuit.probe-interval",
          "serp.sandbox.latency");
  private static final int MOST_PORT = 65_535;

  private final Settings settings;

  SettingsCheck(Settings settings) {
    this.settings = settings;
  }

  void run() {
    DURATIONS.forEach(settings::duration);
    settings.size("serp.api.max-response-size");
    settings.number("serp.api.calls-per-minute", 1, 100_000_000);
    settings.number("serp.api.max-concurrent", 1, 10_000);
    settings.number("serp.retry.max-attempts", 1, 1_000_000);
    settings.number("serp.server.port", 0, MOST_PORT);
    settings.number("serp.sandbox.port", 1, MOST_PORT);
    settings.size("serp.kafka.max-item-bytes");
    settings.number("serp.kafka.topics.partitions", 1, 100_000);
    if (!settings.text("serp.kafka.topics.replication").isEmpty()) {
      settings.number("serp.kafka.topics.replication", 1, 1000);
    }
    settings.share();
    settings.flag("serp.once");
    if (!settings.text("serp.sandbox.items").matches("\\d{1,6}(-\\d{1,6})?")) {
      throw new IllegalSettingException(
          "serp.sandbox.items="
              + settings.text("serp.sandbox.items")
              + " is not a number or a range such as 20-110");
    }
  }
}
