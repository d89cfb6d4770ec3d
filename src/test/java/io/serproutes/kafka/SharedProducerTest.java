package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedProducerTest {

  // nobody listens there, and nothing waits for somebody
  private final SharedProducer<String, String> shared =
      new SharedProducer<>(
          Map.of(
              "bootstrap.servers",
              "127.0.0.1:1",
              "max.block.ms",
              0,
              "key.serializer",
              StringSerializer.class.getName(),
              "value.serializer",
              StringSerializer.class.getName()));

  @AfterEach
  void closeForGood() {
    shared.close(Duration.ZERO);
  }

  @Test
  void closesWithTheLastOfItsUsers() {
    assertThat(shared.join()).isTrue();
    assertThat(shared.join()).isTrue();
    shared.close(Duration.ofSeconds(1));
    assertThat(shared.join()).as("still open for one more").isTrue();
    assertSends();
    shared.close();
    assertSends();
    shared.close();
    assertThat(shared.join()).isFalse();
    assertThatThrownBy(this::send)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  /** Kafka's own handler only logs, and everything that is sent would wait for ever. */
  @Test
  void whatEndsTheThreadThatSendsIsTheJvmsAffair() {
    String client = shared.metrics().keySet().iterator().next().tags().get("client-id");
    Thread sender =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("kafka-producer-network-thread | " + client))
            .findFirst()
            .orElseThrow();
    assertThat(sender.getUncaughtExceptionHandler()).isSameAs(sender.getThreadGroup());
  }

  @Test
  void oneThatIsSpentIsClosedForAllOfItsUsers() {
    shared.join();
    shared.join();
    assertThat(shared.isClosed()).isFalse();
    shared.retire();
    assertThat(shared.isClosed()).isTrue();
    assertThat(shared.join()).isFalse();
    shared.retire();
    shared.close();
    assertThatThrownBy(this::send)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  private void send() throws ExecutionException, InterruptedException {
    shared.send(new ProducerRecord<>("topic", "value")).get();
  }

  // an open producer looks for its broker, a closed one does not
  private void assertSends() {
    assertThatThrownBy(this::send).hasRootCauseInstanceOf(TimeoutException.class);
  }
}
