package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.IllegalSettingException;
import io.serproutes.Settings;
import io.serproutes.deliver.OutputUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that Kafka's clients cannot load and rights that are missing, as a person is told. */
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

  /** A right on topics would not help. */
  @Test
  void oneOfATransactionNamesTheRightThatIsMissing() {
    assertThat(ofTransaction(GroupAuthorizationException.forGroupId("serp-routes")))
        .isEqualTo(
            "Kafka: not allowed to join the consumer group serp-routes (serp.kafka.group-id):"
                + " allow this user the operation Read on it");
    assertThat(ofTransaction(new KafkaException(new TransactionalIdAuthorizationException("no"))))
        .startsWith(
            "Kafka: not allowed to use transactional ids that begin with serp-routes-"
                + " (serp.kafka.group-id): allow this user the operations Write and Describe");
    assertThat(ofTransaction(new TopicAuthorizationException("no")))
        .isEqualTo(ofTransaction(new ClusterAuthorizationException("no")))
        .isEqualTo(
            "Kafka: not allowed to write to serp.organic: allow this user the operation Write on"
                + " it");
  }

  private static String ofTransaction(Throwable failure) {
    Throwable refusal =
        KafkaFailures.ofTransaction(failure, "serp.organic", new Settings(name -> null));
    return ((OutputUnavailableException) refusal).why();
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
