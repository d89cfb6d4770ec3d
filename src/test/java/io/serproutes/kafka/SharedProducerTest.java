package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SharedProducerTest {

  private final List<Producer<String, byte[]>> made = new ArrayList<>();
  @AutoClose private final SharedProducer shared = new SharedProducer(this::make);

  // no broker is there, and nothing waits for one
  private Producer<String, byte[]> make() {
    made.add(
        new KafkaProducer<>(
            Map.of("bootstrap.servers", "127.0.0.1:1", "max.block.ms", 0),
            new StringSerializer(),
            new ByteArraySerializer()));
    return made.get(made.size() - 1);
  }

  @BeforeEach
  void open() {
    shared.open();
  }

  @Test
  void allHaveTheSameUntilItIsSpent() {
    Producer<String, byte[]> first = shared.get();
    assertThat(shared.get()).isSameAs(first);
    assertThat(isOpen(first)).isTrue();
    shared.spent(first);
    assertThat(isOpen(first)).as("closed by its next user").isTrue();
    Producer<String, byte[]> second = shared.get();
    assertThat(second).isNotSameAs(first).isSameAs(shared.get());
    assertThat(isOpen(first)).isFalse();
    assertThat(isOpen(second)).isTrue();
  }

  @Test
  void oneThatWasReplacedBeforeItWasFoundSpentReplacesNoOther() {
    Producer<String, byte[]> first = shared.get();
    shared.spent(first);
    Producer<String, byte[]> second = shared.get();
    shared.spent(first);
    assertThat(shared.get()).isSameAs(second);
  }

  @Test
  void noneIsMadeAfterTheEnd() {
    Producer<String, byte[]> last = shared.get();
    shared.close();
    assertThat(isOpen(last)).isFalse();
    assertThatThrownBy(shared::get).hasMessage("serp-routes is stopping");
    assertThat(made).hasSize(1);
    shared.open();
    assertThat(isOpen(shared.get())).isTrue();
  }

  /** Kafka's own handler only logs, and everything that is sent would wait for ever. */
  @Test
  void whatEndsTheThreadThatSendsReachesTheHandlerOfTheJvm() {
    String client = shared.get().metrics().keySet().iterator().next().tags().get("client-id");
    Thread sender =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("kafka-producer-network-thread | " + client))
            .findFirst()
            .orElseThrow();
    assertThat(sender.getUncaughtExceptionHandler()).isSameAs(sender.getThreadGroup());
  }

  // an open producer looks for its broker, a closed one does not
  private static boolean isOpen(Producer<String, byte[]> producer) {
    try {
      producer.send(new ProducerRecord<>("topic", new byte[0])).get();
    } catch (ExecutionException e) {
      return e.getCause() instanceof TimeoutException;
    } catch (InterruptedException | IllegalStateException e) {
      return false;
    }
    return true;
  }
}
