package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  private static final String KEY = "serp.some.key";
  private static final Key<String> TEXT = Key.text(KEY);

  private final Map<String, String> keys = new HashMap<>();
  private final Settings settings = new Settings(keys::get);

  private Settings with(String value) {
    keys.put(KEY, value);
    return settings;
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "0s, PT0S",
    "2 s, PT2S",
    "5m, PT5M",
    "24h, PT24H",
    "3d, PT72H",
    "36500d, PT876000H"
  })
  void durationsHaveAUnit(String text, Duration expected) {
    assertThat(with(text).get(Key.duration(KEY))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "-1s",
        "1.5s",
        "1w",
        "5S",
        "1234567890s",
        "5s 3s",
        "36501d",
        "999999999h"
      })
  void whatIsNoDurationIsRefusedByItsKey(String text) {
    assertThatThrownBy(() -> with(text).get(Key.duration(KEY)))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(KEY + "=" + text + " is not a duration such as 500ms, 2s, 5m or 24h");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0ms", "0s", "0d", "1", "36501d"})
  void aDurationThatMustNotBeZeroIsAtLeastAMillisecond(String text) {
    assertThat(with("1ms").get(Key.positiveDuration(KEY))).isEqualTo(Duration.ofMillis(1));
    assertThatThrownBy(() -> with(text).get(Key.positiveDuration(KEY)))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(
            KEY + "=" + text + " is not a duration of at least 1ms such as 500ms, 2s, 5m or 24h");
  }

  @ParameterizedTest
  @CsvSource({
    "17, 17",
    "17B, 17",
    "900KiB, 921600",
    "64 MiB, 67108864",
    "2GiB, 2147483648",
    "8589934591GiB, 9223372035781033984"
  })
  void sizesAreBytesOrHaveAUnit(String text, long expected) {
    assertThat(with(text).get(Key.size(KEY))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "0", "-1", "1KB", "1.5MiB", "MiB", "8589934592GiB", "999999999999GiB"})
  void whatIsNoSizeIsRefusedByItsKey(String text) {
    assertThatThrownBy(() -> with(text).get(Key.size(KEY)))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(KEY + "=" + text + " is not a size of at least 1B such as 900KiB or 64MiB");
  }

  @Test
  void namesOfHeadersAreThoseOfNobodyElse() {
    Key<List<String>> headers = Key.headers(KEY);
    assertThat(with("").get(headers)).isEmpty();
    assertThat(with(" traceparent, x-B3_id ,traceparent").get(headers))
        .containsExactly("traceparent", "x-B3_id");
    for (String refused :
        List.of(
            "serp.task-id",
            "SERP.x",
            "Content-Type",
            "CamelHttpUri",
            "kafka.KEY",
            "org.apache.camel.x",
            "a b",
            "\u00e9",
            "x".repeat(101),
            String.join(",", IntStream.range(0, 21).mapToObj(i -> "h" + i).toList()))) {
      assertThatThrownBy(() -> with("traceparent," + refused).get(headers))
          .isInstanceOf(IllegalSettingException.class)
          .hasMessageStartingWith(KEY + "=traceparent,")
          .hasMessageContaining(" is not a list of at most 20 names of headers;");
    }
    assertThat(with("content-types,serpent,x-camel").get(headers)).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({"auto, 1", "1/1, 1", "1/4, 0.25", "3 / 4, 0.75"})
  void aShareIsAPartOfTheWhole(String text, double expected) {
    keys.put("serp.api.share", text);
    assertThat(settings.get(Keys.SHARE)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0/1", "1/0", "2/1", "0.5", "1/", "-1/2"})
  void whatIsNoShareIsRefused(String text) {
    keys.put("serp.api.share", text);
    assertThatThrownBy(() -> settings.get(Keys.SHARE))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageStartingWith("serp.api.share=" + text + " is not ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "11", "-5", "5.0", "five", "99999999999"})
  void aNumberOutOfBoundsIsRefused(String text) {
    assertThat(with("1").get(Key.number(KEY, 1, 10))).isOne();
    assertThat(with("10").get(Key.number(KEY, 1, 10))).isEqualTo(10);
    assertThatThrownBy(() -> with(text).get(Key.number(KEY, 1, 10)))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(KEY + "=" + text + " is not a whole number from 1 to 10");
  }

  @Test
  void textIsStrippedAndCredentialsAreNot() {
    assertThat(with("  a b ").text(TEXT)).isEqualTo("a b");
    assertThat(settings.verbatim(TEXT)).isEqualTo("  a b ");
    assertThat(settings.text(Key.text("serp.no.such.key"))).isEmpty();
    assertThatThrownBy(() -> with(" ").required(TEXT))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(KEY + " is required and has no value");
  }

  @Test
  void wordsAreThoseThatAreKnown() {
    assertThat(with(" a, b ,,").get(Key.words(KEY, Set.of("a", "b", "c"))))
        .containsExactly("a", "b");
    assertThatThrownBy(() -> with("a,x").get(Key.words(KEY, Set.of("b", "a"))))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(KEY + "=x is not one of a, b");
    assertThat(with("true").get(Key.flag(KEY))).isTrue();
    assertThatThrownBy(() -> with("yes").get(Key.flag(KEY)))
        .hasMessage(KEY + "=yes is not true or false");
  }

  @Test
  void whatIsNotGivenHasItsDefault() {
    assertThat(settings.get(Keys.RESPONSE_TIMEOUT)).isPositive();
    assertThat(settings.get(Keys.FROM)).containsExactly("folder");
    keys.put("serp.from", "kafka");
    assertThat(settings.get(Keys.FROM)).containsExactly("kafka");
  }

  @ParameterizedTest
  @CsvSource({
    "off, PT0S",
    "3s, PT3S",
    "1m, PT1M",
  })
  void aPeriodIsOffOrLongEnough(String text, Duration expected) {
    assertThat(with(text).get(Key.period(KEY, Duration.ofSeconds(3)))).contains(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "2s", "2999ms", "on"})
  void whatIsNoPeriodIsRefused(String text) {
    assertThatThrownBy(() -> with(text).get(Key.period(KEY, Duration.ofSeconds(3))))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(KEY + "=" + text + " is not off or a duration of at least 3s such as 1m");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "folder; ''; ; PT1M",
        "tasks-ready; ''; tasks-ready; PT1M",
        "webhooks; ''; tasks-ready,webhooks; PT15M",
        "webhooks; 1m; tasks-ready,webhooks; PT1M",
        "webhooks; off; webhooks; PT0S",
        "webhooks,kafka,tasks-ready; ''; tasks-ready,webhooks; PT1M",
      })
  void theListIsPolledSlowlyBesideWebhooks(
      String from, String poll, String feeders, Duration expected) {
    keys.put("serp.from", from);
    keys.put("serp.ready.poll", poll);
    assertThat(settings.readyPoll()).isEqualTo(expected);
    assertThat(String.join(",", settings.feeders())).isEqualTo(feeders == null ? "" : feeders);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "144.76.154.130, 144.76.154.130, true",
    "144.76.154.130, 144.76.154.131, false",
    "144.76.154.128/31, 144.76.154.129, true",
    "144.76.154.128/31, 144.76.154.130, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "0.0.0.0/0, ::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
  })
  void aRangeHoldsTheAddressesThatBeginLikeIt(String range, String address, boolean holds)
      throws Exception {
    keys.put("serp.webhooks.allow", range);
    AddressRange only = settings.get(Keys.WEBHOOKS_ALLOW).get(0);
    assertThat(only.contains(InetAddress.getByName(address))).isEqualTo(holds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost", "10.0.0", "10.0.0.0/33", "10.0.0.256", "1.2.3.4/", ":/8", "a"})
  void whatIsNoAddressIsRefusedAndNotLookedUp(String text) {
    keys.put("serp.webhooks.allow", "10.0.0.1, " + text);
    assertThatThrownBy(() -> settings.get(Keys.WEBHOOKS_ALLOW))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageContaining(" is not a list of addresses and ranges such as ");
  }

  /** It is appended to the address: the credentials would go to another host. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        ".evil.example/v3",
        "@evil.example/v3",
        "v3/serp",
        "/v3/serp/",
        "/",
        "/a b",
        "/a?b"
      })
  void aPathOfTheApiThatIsNoneIsRefused(String path) {
    keys.put("serp.api.path", path);
    assertThatThrownBy(() -> settings.get(Keys.API_PATH))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageContaining(" is not a path such as /v3/serp/naver/organic/task_get/regular");
  }

  /** Camel alone asks environment variables before all else, and keeps the space. */
  @Test
  void aPlaceholderStandsForTheValueThatIsChecked() throws Exception {
    keys.put("path", " mine \r");
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      settings.answerIn(context);
      assertThat(context.resolvePropertyPlaceholders("{{path}}")).isEqualTo(System.getenv("PATH"));
      assertThat(context.resolvePropertyPlaceholders("{{serp-value:path}}")).isEqualTo("mine");
      assertThat(context.resolvePropertyPlaceholders("{{serp-value:serp.kafka.topics.organic}}"))
          .isEqualTo("serp.organic");
    }
  }

  @Test
  void theListOfFinishedTasksLiesBesideTheTasks() throws Exception {
    assertThat(readyPath(Map.of())).isEqualTo("/v3/serp/naver/organic/tasks_ready");
    assertThat(readyPath(Map.of("serp.api.path", "/v3/serp/google/news/task_get/advanced")))
        .isEqualTo("/v3/serp/google/news/tasks_ready");
    assertThat(readyPath(Map.of("serp.ready.path", "/v3/serp/tasks_ready")))
        .isEqualTo("/v3/serp/tasks_ready");
  }

  private static String readyPath(Map<String, String> keys) throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Properties given = new Properties();
      given.putAll(keys);
      given.put("serp.api.base-url", "http://127.0.0.1");
      given.put("serp.api.login", "login");
      given.put("serp.api.password", "password");
      context.getPropertiesComponent().setInitialProperties(given);
      new Settings().setCamelContext(context);
      return context.resolvePropertyPlaceholders("{{serp-chosen:ready-path}}");
    }
  }
}
