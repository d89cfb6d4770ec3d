package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.Settings;
import io.serproutes.Values;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KafkaPropertiesTest {

  private static KafkaProperties with(String name) {
    Set<String> names = Set.of("serp.kafka.properties." + name);
    return new KafkaProperties(
        new Settings(
            new Values() {
              @Override
              public String value(String asked) {
                return names.contains(asked) ? "1" : null;
              }

              @Override
              public Set<String> names(String prefix) {
                return names;
              }

              @Override
              public String origin(String asked) {
                return null;
              }
            }));
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
