package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.IllegalSettingException;
import io.serproutes.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of keys or certificates that Kafka's clients cannot load, as a person is told. */
class KafkaFailuresTest {

  private static final String PREFIX = "serp.kafka.properties.";

  @TempDir Path temp;

  private static void tryStore(String type, Path file) {
    Map<String, String> values =
        Map.of(
            "serp.kafka.brokers",
            "localhost:1",
            PREFIX + "security.protocol",
            "SSL",
            PREFIX + "ssl.truststore.type",
            type,
            PREFIX + "ssl.truststore.location",
            file.toString());
    new TopicsCheck(new Settings(values::get)).tryProperties();
  }

  @Test
  void oneThatIsMissing() {
    Path file = temp.resolve("kafka-ca.pem");
    assertThatThrownBy(() -> tryStore("PEM", file))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(
            "Failed to load PEM SSL keystore %s: %s: no such file; check %sssl.*",
            file, file, PREFIX);
  }

  @Test
  void oneOfAnotherType() throws Exception {
    Path file = Files.writeString(temp.resolve("kafka-ca.pem"), "no certificate");
    assertThatThrownBy(() -> tryStore("JKS", file))
        .hasMessage(
            "Failed to load SSL keystore %s of type JKS: Invalid keystore format; check %sssl.*",
            file, PREFIX);
    assertThatThrownBy(() -> tryStore("PEM", file))
        .hasMessage(
            "Failed to load PEM SSL keystore %s: No matching CERTIFICATE entries in PEM file;"
                + " check %sssl.*",
            file, PREFIX);
  }
}
