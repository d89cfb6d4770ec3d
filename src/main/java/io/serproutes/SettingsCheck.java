package io.serproutes;

import io.serproutes.fetch.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads every key once, so that a wrong one stops the start and not the work. */
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

  /**
   * Looks for keys that nothing reads.
   *
   * @throws IllegalSettingException for the first of them
   */
  void names() {
    Set<String> known = Settings.knownKeys();
    for (String key : settings.keys("serp.")) {
      if (!known.contains(key) && !key.startsWith("serp.kafka.properties.")) {
        throw new IllegalSettingException(key + " is not a key of serp-routes");
      }
    }
  }

  /**
   * Looks at every value.
   *
   * @throws IllegalSettingException for the first that is missing or cannot be used
   */
  void values() {
    account();
    words();
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
    share();
    settings.flag("serp.once");
    if (!settings.text("serp.sandbox.items").matches("\\d{1,6}(-\\d{1,6})?")) {
      throw new IllegalSettingException(
          "serp.sandbox.items="
              + settings.text("serp.sandbox.items")
              + " is not a number or a range such as 20-110");
    }
  }

  private void account() {
    ApiAddress.check(settings);
    settings.required("serp.api.path");
    credential("serp.api.login");
    credential("serp.api.password");
  }

  private void credential(String key) {
    String value = settings.verbatim(key);
    if (value.isEmpty()) {
      String variable = key.toUpperCase(Locale.ROOT).replace('.', '_');
      throw new IllegalSettingException(
          key + " is required: set " + variable + " (app.dataforseo.com/api-access)");
    }
    if (value.indexOf('\uFFFD') >= 0) {
      throw new IllegalSettingException(
          key
              + " holds characters that Java cannot read here; set LANG=C.UTF-8, or write it into"
              + " config/application.properties");
    }
  }

  private void words() {
    settings.oneOf("serp.from", Set.of("command-line", "folder", "kafka", "dead-letters"));
    settings.oneOf("serp.to", Set.of("files", "kafka", "endpoints"));
    settings.oneOf("serp.files.layout", Set.of("flat", "by-day"));
    settings.oneOf("serp.endpoints.each", Set.of("list", "item"));
    settings.oneOf(
        "serp.replay.reasons",
        Arrays.stream(Reason.values()).map(Reason::toString).collect(Collectors.toSet()));
  }

  private void share() {
    settings.share();
    List<String> from = settings.list("serp.from");
    boolean both = from.contains("folder") && from.contains("kafka");
    if (both && settings.text("serp.api.share").equals("auto")) {
      throw new IllegalSettingException(
          "serp.api.share must say a part such as 1/2 where serp.from has folder and kafka");
    }
  }
}
