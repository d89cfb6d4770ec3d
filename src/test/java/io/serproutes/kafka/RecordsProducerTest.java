package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.deliver.OutputUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RecordsProducerTest {

  private static final byte[] VALUE = {'{', '}'};

  private final CamelContext context = new DefaultCamelContext();
  private final Exchange exchange = new DefaultExchange(context);
  private final Queue<Runnable> workers = new ArrayDeque<>();
  private final MockProducer<?, ?> kafka =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  private RecordsProducer producer;
  private Boolean doneAtOnce;

  @BeforeEach
  void topic() {
    KafkaComponent component = new KafkaComponent();
    component.setCamelContext(context);
    SerpKafkaEndpoint endpoint =
        new SerpKafkaEndpoint("serp-kafka:topic", component, null, workers::add, null);
    endpoint.setKafkaClientFactory(new Clients());
    endpoint.setConfiguration(new KafkaConfiguration());
    endpoint.getConfiguration().setTopic("topic");
    producer =
        new RecordsProducer(
            endpoint,
            workers::add,
            sent -> sent.getMessage().getBody() instanceof TopicRecords records ? records : null);
    producer.setKafkaProducer(kafka);
  }

  private final MockProducer<?, ?> another =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  private final List<Producer<?, ?>> replaced = new ArrayList<>();

  private final class Clients extends DefaultKafkaClientFactory implements KafkaClients.Renewing {
    @Override
    @SuppressWarnings("unchecked")
    public Producer<Object, Object> insteadOf(Producer<Object, Object> spent) {
      replaced.add(spent);
      return (Producer<Object, Object>) another;
    }
  }

  private static Iterator<ProducerRecord<Object, Object>> records(String topic, int count) {
    return java.util.stream.IntStream.range(0, count)
        .mapToObj(i -> new ProducerRecord<Object, Object>(topic, Integer.toString(i), VALUE))
        .iterator();
  }

  private boolean send(TopicRecords records) {
    exchange.getMessage().setBody(records);
    return producer.process(exchange, atOnce -> doneAtOnce = atOnce);
  }

  private void work() {
    workers.remove().run();
    assertThat(workers).isEmpty();
  }

  @Test
  void itGoesOnWithTheLastAcknowledgement() {
    assertThat(send(topic -> records(topic, 3))).isFalse();
    assertThat(kafka.history()).extracting(ProducerRecord::topic).containsOnly("topic").hasSize(3);
    kafka.completeNext();
    kafka.completeNext();
    assertThat(workers).isEmpty();
    kafka.completeNext();
    assertThat(doneAtOnce).as("Kafka's thread goes no further").isNull();
    work();
    assertThat(doneAtOnce).isFalse();
    assertThat(exchange.getException()).isNull();
  }

  @Test
  void oneRecordThatIsNotAcknowledgedFailsAllOnceTheyHaveEnded() {
    send(topic -> records(topic, 3));
    kafka.errorNext(new TimeoutException("Expiring 3 record(s)"));
    kafka.completeNext();
    assertThat(workers).isEmpty();
    kafka.errorNext(new TimeoutException("another"));
    work();
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("Kafka: Expiring 3 record(s)");
  }

  @Test
  void noRecordIsDoneAtOnce() {
    assertThat(send(topic -> records(topic, 0))).isTrue();
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException()).isNull();
  }

  @Test
  void aClientThatTakesNothingRefusesAtOnce() {
    kafka.sendException = new IllegalStateException();
    assertThat(send(topic -> records(topic, 3))).isTrue();
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("Kafka: java.lang.IllegalStateException");
  }

  /** As after a missing right that has been given since: the client itself never tries again. */
  @Test
  void aClientInAFatalStateIsReplacedAtTheNextTry() {
    ClusterAuthorizationException first = new ClusterAuthorizationException("Cluster denied");
    kafka.sendException = new KafkaException("Cannot perform send because of errors", first);
    send(topic -> records(topic, 3));
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("Kafka: Cluster denied");
    assertThat(replaced).isEmpty();
    exchange.setException(null);
    assertThat(send(topic -> records(topic, 1))).isFalse();
    assertThat(replaced).containsExactly(kafka);
    another.completeNext();
    work();
    assertThat(exchange.getException()).isNull();
    send(topic -> records(topic, 1));
    assertThat(replaced).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource
  void acknowledgementsTellWhetherTheClientIsSpent(RuntimeException failure, boolean isSpent) {
    send(topic -> records(topic, 1));
    kafka.errorNext(failure);
    work();
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("Kafka: " + failure.getMessage());
    exchange.setException(null);
    send(topic -> records(topic, 1));
    assertThat(replaced).hasSize(isSpent ? 1 : 0);
  }

  static Stream<Arguments> acknowledgementsTellWhetherTheClientIsSpent() {
    return Stream.of(
        Arguments.of(new ProducerFencedException("fenced"), true),
        Arguments.of(new ClusterAuthorizationException("no"), true),
        Arguments.of(new OutOfOrderSequenceException("order"), true),
        Arguments.of(new UnsupportedVersionException("old broker"), true),
        Arguments.of(new TopicAuthorizationException("no"), false),
        Arguments.of(new TimeoutException("later"), false));
  }

  @Test
  void whatARecordCannotBeMadeOfIsNotTheClientsFault() {
    send(
        topic -> {
          throw new IllegalStateException("the answer is closed");
        });
    assertThat(doneAtOnce).isTrue();
    exchange.setException(null);
    send(topic -> records(topic, 1));
    assertThat(replaced).isEmpty();
  }

  @Test
  void notEvenALackOfMemoryLeavesATaskWithoutAnEnd() {
    send(
        topic -> {
          Iterator<ProducerRecord<Object, Object>> none = records(topic, 0);
          return new Iterator<>() {
            @Override
            public boolean hasNext() {
              throw new OutOfMemoryError("Java heap space");
            }

            @Override
            public ProducerRecord<Object, Object> next() {
              return none.next();
            }
          };
        });
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException()).hasRootCauseInstanceOf(OutOfMemoryError.class);
    assertThat(exchange.getException(OutputUnavailableException.class)).isNull();
  }

  @Test
  void aDiskThatFailsIsNamedAsSuch() {
    Iterator<ProducerRecord<Object, Object>> first = records("topic", 1);
    send(
        topic ->
            new Iterator<>() {
              @Override
              public boolean hasNext() {
                return true;
              }

              @Override
              public ProducerRecord<Object, Object> next() {
                if (first.hasNext()) {
                  return first.next();
                }
                throw new UncheckedIOException(new IOException("no space left"));
              }
            });
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("no space left");
    kafka.completeNext();
    assertThat(workers).isEmpty();
  }

  @Test
  void anyOtherBodyGoesTheWayOfCamel() {
    exchange.getMessage().setBody(List.of("a", "b"));
    MockProducer<?, ?> atOnce =
        new MockProducer<>(true, null, new StringSerializer(), new StringSerializer());
    producer.setKafkaProducer(atOnce);
    assertThat(producer.process(exchange, sync -> doneAtOnce = sync)).isTrue();
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException()).isNull();
    assertThat(atOnce.history())
        .extracting(ProducerRecord::value)
        .asList()
        .containsExactly("a", "b");
  }
}
