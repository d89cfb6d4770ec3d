package io.serproutes;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsCheckTest {

  private final Map<String, String> keys =
      new HashMap<>(
          Map.of("serp.api.base-url", "http://a", "serp.api.login", "l", "serp.api.password", "p"));

  private void check() {
    SettingsCheck check = new SettingsCheck(new Settings(keys::get));
    check.keys();
    check.end();
  }

  /** Receipts among ids, say, would be read as ids for ever. */
  @Test
  void twoPurposesOfATopicAreNamed() {
    assertThatCode(this::check).doesNotThrowAnyException();
    for (Key<String> first : Keys.TOPICS) {
      for (Key<String> second : Keys.TOPICS) {
        if (first != second) {
          keys.put(first.name(), "one");
          keys.put(second.name(), "one");
          assertThatThrownBy(this::check)
              .isInstanceOf(IllegalSettingException.class)
              .hasMessageContaining(first.name())
              .hasMessageContaining(second.name())
              .hasMessageEndingWith(" name the same topic, one; set two different topics");
          keys.remove(first.name());
          keys.remove(second.name());
        }
      }
    }
  }

  private void refuses(String... words) {
    assertThatThrownBy(this::check)
        .isInstanceOf(IllegalSettingException.class)
        .message()
        .contains(words)
        .doesNotContain("swordfish");
  }

  /** As one that the locale has no characters for, which the locale of a test may have. */
  @ParameterizedTest
  @ValueSource(strings = {"serp.folder.inbox", "serp.files.dir"})
  void aValueThatCannotNameAFolderIsNamed(String key) {
    keys.put(key, "a\0b");
    refuses(key + "=a", " cannot name a folder here: ", "LANG=C.UTF-8");
  }

  /** Zero is not for without a limit; it would let nothing through. */
  @ParameterizedTest
  @CsvSource({
    "serp.kafka.max-item-bytes, 0, a size of at least 1B",
    "serp.webhooks.max-body, 0KiB, a size of at least 1B",
    "serp.files.lines.max-size, 0B, a size of at least 1B",
    "serp.files.lines.max-age, 0s, a duration of at least 1ms",
    "serp.api.max-response-size, 0, a size of at least 1B",
    "serp.api.max-response-size, 1025MiB, a size of at most 1GiB",
    "serp.sandbox.items, 110-20, a number or a range such as 20-110",
    "serp.sandbox.items, 20-, a number or a range such as 20-110"
  })
  void whatWouldBeOfNoUseIsRefused(String key, String value, String expected) {
    keys.put(key, value);
    refuses(key + "=" + value + " is not " + expected);
  }

  @ParameterizedTest
  @CsvSource({
    "serp.kafka.max-item-bytes, 1",
    "serp.api.max-response-size, 1GiB",
    "serp.sandbox.items, 20-20",
    "serp.sandbox.items, 0"
  })
  void theBoundsThemselvesAreAccepted(String key, String value) {
    keys.put(key, value);
    assertThatCode(this::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "swordfish",
        "swordfish-swordfish-sw",
        "swordfish-swordfish-swo,swordfish-sword",
        "swordfish+swordfish/swordfish=",
        "swordfish swordfish swordfish",
        "swordfish-swordfish-swo,swordfish-swordfish-swo,swordfish-swordfish-swo",
      })
  void aTokenOfWebhooksIsLongAndFitForAUrl(String token) {
    keys.put("serp.from", "webhooks");
    keys.put("serp.webhooks.token", token);
    if (token.equals("swordfish-swordfish-sw")) {
      assertThatCode(this::check).as("22 characters").doesNotThrowAnyException();
    } else {
      refuses("serp.webhooks.token", "openssl rand -hex 16");
    }
  }

  @Test
  void webhooksHaveNoEndForARunOnceToReach() {
    keys.put("serp.from", "webhooks,command-line");
    keys.put("serp.webhooks.token", "swordfish-swordfish-sw");
    keys.put("serp.once", "true");
    refuses("serp.once=true although serp.from names webhooks");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "-",
      value = {
        "kafka; kafka; refetch; -",
        "kafka,tasks-ready,webhooks; kafka; refetch; -",
        "dead-letters; kafka; body; -",
        "kafka,dead-letters; kafka; refetch; -",
        "kafka; kafka,files; refetch; serp.to=kafka,files: only topics take part in a transaction",
        "kafka; files; refetch; serp.to=files: only topics",
        "folder; kafka; refetch; serp.from=folder: only ids of a topic",
        "kafka,folder; kafka; refetch; serp.from=kafka,folder: only ids of a topic",
        "tasks-ready; kafka; refetch; serp.from=tasks-ready: only ids of a topic",
        "command-line; kafka; refetch; serp.from=command-line: only ids of a topic",
        "kafka,webhooks; kafka; body; serp.webhooks.postback=body: an answer that is kept",
      })
  void exactlyOnceIsForTopicsAlone(String from, String to, String postback, String problem) {
    keys.put("serp.from", from);
    keys.put("serp.to", to);
    keys.put("serp.webhooks.postback", postback);
    keys.put("serp.webhooks.token", "swordfish-swordfish-sw");
    keys.put("serp.kafka.brokers", "localhost:1");
    keys.put("serp.api.share", "1/2");
    assertThatCode(this::check).doesNotThrowAnyException();
    keys.put("serp.kafka.delivery", "exactly-once");
    if (problem == null) {
      assertThatCode(this::check).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(this::check)
          .message()
          .startsWith("serp.kafka.delivery=exactly-once although " + problem)
          .endsWith("serp.kafka.delivery=at-least-once")
          .hasLineCount(1);
    }
  }
}
