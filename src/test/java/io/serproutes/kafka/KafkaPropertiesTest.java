package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.serproutes.LogLines;
import io.serproutes.Settings;
import io.serproutes.Values;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KafkaPropertiesTest {

  private static KafkaProperties with(String name) {
    return new KafkaProperties(settings(Map.of("serp.kafka.properties." + name, "1")));
  }

  private static Settings settings(Map<String, String> values) {
    return new Settings(
        new Values() {
          @Override
          public String value(String asked) {
            return values.get(asked);
          }

          @Override
          public Set<String> names(String prefix) {
            return values.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .collect(Collectors.toSet());
          }

          @Override
          public String origin(String asked) {
            return null;
          }
        });
  }

  @Test
  void oneThatIsMisspeltIsPassedOnWithAWarning() {
    try (LogLines log = LogLines.of("serp-kafka")) {
      KafkaProperties given = with("lingerms");
      given.warnOfUnknown();
      assertThat(given.values()).containsEntry("lingerms", "1");
      assertThat(log.lines())
          .containsExactly(
              "WARN no Kafka client knows serp.kafka.properties.lingerms; it is passed on, since an"
                  + " interceptor may know it; did you mean linger.ms?");
    }
  }

  /** Kafka would refuse a time-out that nobody has set. */
  @Test
  void aLongRequestMakesTheTimeOutsThatSpanItAsLong() {
    Settings settings =
        settings(
            Map.of(
                "serp.kafka.brokers", "localhost:1",
                "serp.kafka.properties.request.timeout.ms", " 60000 "));
    assertThatCode(() -> new TopicsCheck(settings).tryProperties()).doesNotThrowAnyException();
    assertThatCode(() -> new TopicScan(settings).close()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "request.timeout.ms=29995, 30000",
    "request.timeout.ms=29996, 30001",
    "linger.ms=25000, 35000",
    "request.timeout.ms=2147483647, 2147483647",
    "request.timeout.ms=soon, 30000",
    "delivery.timeout.ms=9, 9",
  })
  void ofAProducerToo(String given, String timeout) {
    String[] property = given.split("=");
    Map<String, Object> all =
        new HashMap<>(
            Map.of("request.timeout.ms", 10_000, "linger.ms", 5, "delivery.timeout.ms", 30_000));
    new KafkaProperties(settings(Map.of("serp.kafka.properties." + property[0], property[1])))
        .addTo(all, "delivery.timeout.ms", "request.timeout.ms", "linger.ms");
    assertThat(all.get("delivery.timeout.ms")).hasToString(timeout);
  }

  @Test
  void thoseOfEveryClientAreKnown() {
    try (LogLines log = LogLines.of("serp-kafka")) {
      with("linger.ms").warnOfUnknown();
      with("fetch.min.bytes").warnOfUnknown();
      with("ssl.truststore.location").warnOfUnknown();
      assertThat(log.lines()).isEmpty();
    }
  }
}
