package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class SharedProducerTest {

  private final MockProducer<String, String> kafka =
      new MockProducer<>(true, null, new StringSerializer(), new StringSerializer());
  private final SharedProducer<String, String> shared = new SharedProducer<>(kafka);

  @Test
  void closesWithTheLastOfItsUsers() {
    Producer<String, String> first = shared.handle();
    Producer<String, String> second = shared.handle();
    first.close();
    assertThat(kafka.closed()).isFalse();
    assertThat(shared.open()).isTrue();
    second.close(Duration.ofSeconds(1));
    assertThat(kafka.closed()).isTrue();
    assertThat(shared.open()).isFalse();
  }

  @Test
  void aUserThatClosesTwiceClosesForItselfOnly() {
    Producer<String, String> first = shared.handle();
    shared.handle();
    first.close();
    first.close();
    assertThat(kafka.closed()).isFalse();
  }

  @Test
  void sendsAndFailsAsTheProducerDoes() throws Exception {
    Producer<String, String> user = shared.handle();
    assertThat(user.send(new ProducerRecord<>("topic", "value")).get().topic()).isEqualTo("topic");
    assertThat(kafka.history()).hasSize(1);
    kafka.sendException = new IllegalArgumentException("refused");
    assertThatThrownBy(() -> user.send(new ProducerRecord<>("topic", "value")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("refused");
  }
}
