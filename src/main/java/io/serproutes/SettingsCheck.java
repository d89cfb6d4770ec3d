package io.serproutes;

import io.serproutes.ids.Source;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads every key once, so that all that is wrong stops the start at once, and not the work. */
public final class SettingsCheck {

  private static final String AT_LEAST_ONCE = "serp.kafka.delivery=at-least-once";

  /** Sources whose ids lie in topics, and feeders. */
  private static final Set<String> IN_TRANSACTIONS =
      Set.of("kafka", "dead-letters", Settings.TASKS_READY, Settings.WEBHOOKS);

  private final Settings settings;
  private final Set<String> problems = new LinkedHashSet<>();

  public SettingsCheck(Settings settings) {
    this.settings = settings;
  }

  /** Looks for keys that nothing reads, at every value, and at keys that depend on each other. */
  public void keys() {
    names();
    Keys.all().forEach(key -> rule(() -> settings.get(key)));
    List.of(Keys.INBOX, Keys.FILES_DIR).forEach(key -> rule(() -> folder(key)));
    rule(this::share);
    rule(this::reasons);
    rule(this::tokens);
    rule(this::noEnd);
    rule(this::brokers);
    rule(this::polls);
    rule(this::transactionsTo);
    rule(this::transactionsFrom);
    rule(this::transactionsOfPostbacks);
    topics();
  }

  /** Looks for keys that nothing reads. */
  public void names() {
    Set<String> known = Keys.names();
    for (String name : settings.keys("serp.")) {
      if (!known.contains(name) && !name.startsWith(Settings.KAFKA_PROPERTIES)) {
        String unknown = name + " is not a key of serp-routes";
        problems.add(unknown + settings.origin(name) + Suggestion.of(name, known));
      }
    }
  }

  // receipts among ids, for example, would be read as ids for ever
  private void topics() {
    Map<String, String> keys = new HashMap<>();
    for (Key<String> key : Keys.TOPICS) {
      String topic = settings.text(key);
      String other = keys.putIfAbsent(topic, key.name());
      if (other != null && !topic.isEmpty()) {
        problems.add(
            other
                + " and "
                + key
                + " name the same topic, "
                + topic
                + "; set two different topics");
      }
    }
  }

  // the locale of this process may have no characters for it
  private void folder(Key<String> key) {
    try {
      Path.of(settings.text(key));
    } catch (InvalidPathException e) {
      throw new IllegalSettingException(
          key
              + "="
              + Source.printable(settings.text(key))
              + settings.origin(key.name())
              + " cannot name a folder here: "
              + e.getReason()
              + "; for a name beyond ASCII, start the program with LANG=C.UTF-8");
    }
  }

  private void share() {
    boolean both = settings.get(Keys.FROM).containsAll(List.of("folder", "kafka"));
    require(
        !both || !settings.text(Keys.SHARE).equals("auto"),
        "serp.api.share must say a part such as 1/2 where serp.from has folder and kafka");
  }

  private void reasons() {
    require(
        !settings.get(Keys.FROM).contains("dead-letters")
            || !settings.get(Keys.REPLAY_REASONS).isEmpty(),
        "serp.replay.reasons is required where serp.from has dead-letters, and has no value");
  }

  private void tokens() {
    require(
        !hasWebhooks() || !settings.get(Keys.WEBHOOKS_TOKEN).isEmpty(),
        "serp.webhooks.token is required where serp.from has webhooks: set "
            + Environment.variable(Keys.WEBHOOKS_TOKEN.name())
            + ", such as to what openssl rand -hex 16 prints");
  }

  private void noEnd() {
    require(
        !hasWebhooks() || !settings.get(Keys.ONCE),
        "serp.once=true although serp.from names webhooks, of which there is no end; take webhooks"
            + " out, or put tasks-ready in its place");
  }

  private void brokers() {
    require(
        !settings.usesKafka() || !settings.text(Keys.BROKERS).isEmpty(),
        "serp.kafka.brokers is required and has no value");
  }

  private void polls() {
    require(
        !settings.get(Keys.FROM).contains(Settings.TASKS_READY) || !settings.readyPoll().isZero(),
        "serp.ready.poll=off although serp.from names tasks-ready; name a period such as 1m,"
            + " or take tasks-ready out");
  }

  // one transaction holds records and offsets of topics, and nothing else
  private void transactionsTo() {
    require(
        !settings.isExactlyOnce() || settings.get(Keys.TO).equals(List.of("kafka")),
        exactlyOnce()
            + " although "
            + Keys.TO
            + "="
            + settings.text(Keys.TO)
            + ": only topics take part in a transaction; set serp.to=kafka, or "
            + AT_LEAST_ONCE);
  }

  private void transactionsFrom() {
    List<String> from = settings.get(Keys.FROM);
    boolean areTopics = IN_TRANSACTIONS.containsAll(from);
    boolean hasTopic = from.contains("kafka") || from.equals(List.of("dead-letters"));
    require(
        !settings.isExactlyOnce() || areTopics && hasTopic,
        exactlyOnce()
            + " although "
            + Keys.FROM
            + "="
            + settings.text(Keys.FROM)
            + ": only ids of a topic take part in a transaction; set serp.from to kafka (with"
            + " tasks-ready or webhooks, if you like) or to dead-letters, or "
            + AT_LEAST_ONCE);
  }

  private void transactionsOfPostbacks() {
    require(
        !settings.isExactlyOnce()
            || !hasWebhooks()
            || settings.get(Keys.WEBHOOKS_POSTBACK).equals("refetch"),
        exactlyOnce()
            + " although serp.webhooks.postback=body: an answer that is kept as a file is part of no"
            + " transaction; set serp.webhooks.postback=refetch, or "
            + AT_LEAST_ONCE);
  }

  private String exactlyOnce() {
    return Keys.DELIVERY + "=exactly-once" + settings.origin(Keys.DELIVERY.name());
  }

  private boolean hasWebhooks() {
    return settings.get(Keys.FROM).contains(Settings.WEBHOOKS);
  }

  /**
   * Requires that a rule holds.
   *
   * @throws IllegalSettingException where it does not hold
   */
  public static void require(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalSettingException(problem);
    }
  }

  /** Checks one more rule; its message is reported with the rest, once. */
  public void rule(Runnable rule) {
    try {
      rule.run();
    } catch (IllegalSettingException e) {
      problems.add(e.getMessage());
    }
  }

  /** All that is wrong so far, a line each. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  /**
   * Ends the check.
   *
   * @throws IllegalSettingException where something is wrong; a line each
   */
  public void end() {
    if (!problems.isEmpty()) {
      throw new IllegalSettingException(String.join("\n", problems));
    }
  }
}
