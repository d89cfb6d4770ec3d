package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.Settings;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class FailedPollsTest {

  @AutoClose private final LogLines log = LogLines.of("serp-kafka");
  private long now = -7;
  private boolean isStopping;
  private final FailedPolls failures =
      new FailedPolls(
          new Settings(Map.<String, String>of()::get),
          "serp.task-ids",
          () -> isStopping,
          () -> now += TimeUnit.SECONDS.toNanos(2));

  /** It ends the consumer of one for good. */
  @Test
  void camelHearsOfNoRefusedLogin() {
    RuntimeException refused = new SaslAuthenticationException("Authentication failed");
    assertThat(failures.tell(refused))
        .isNotInstanceOf(AuthenticationException.class)
        .hasCause(refused);
    assertThat(log.lines())
        .containsExactly(
            "WARN serp.task-ids is not read now: the broker does not accept the credentials:"
                + " Authentication failed; check serp.kafka.properties.sasl.*; its records stay"
                + " there, and this is tried again every 5 s");
  }

  @Test
  void aReasonIsToldOnceUntilItIsAnotherOrComesBack() {
    RuntimeException topic = new TopicAuthorizationException(Set.of("serp.task-ids"));
    long start = now;
    assertThat(failures.tell(topic)).isSameAs(topic);
    assertThat(now - start).as("a pause").isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(5));
    failures.tell(topic);
    failures.tell(GroupAuthorizationException.forGroupId("serp-routes"));
    failures.tell(new KafkaException("no luck"));
    now += TimeUnit.MINUTES.toNanos(1);
    failures.tell(new KafkaException("no luck"));
    assertThat(log.lines())
        .extracting(line -> line.replaceAll("^WARN [^:]*: |; its records .*", ""))
        .containsExactly(
            "not allowed to read serp.task-ids (serp.kafka.topics.ids): allow this user the"
                + " operation Read on it",
            "not allowed to join the consumer group serp-routes (serp.kafka.group-id): allow this"
                + " user the operation Read on it",
            "no luck; check the broker and the topic",
            "no luck; check the broker and the topic");
  }

  @Test
  void aStopWaitsForNothing() {
    isStopping = true;
    long start = now;
    failures.tell(new KafkaException("no luck"));
    assertThat(now).isEqualTo(start);
    assertThat(log.lines()).isEmpty();
  }
}
