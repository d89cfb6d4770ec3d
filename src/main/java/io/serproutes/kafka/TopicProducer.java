package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import io.serproutes.deliver.OutputUnavailableException;
import io.serproutes.items.TypeOfItems;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends the records of a task and continues the route when all of them have been acknowledged,
 * without holding a thread or a record meanwhile.
 *
 * <p>Camel's own producer makes a message and a header map of each record and keeps them until the
 * last is acknowledged: a hundred items a task cost more there than all the rest of the routes.
 *
 * <p>Fails with an {@link OutputUnavailableException} where Kafka does not accept the records or
 * the disk that holds a large answer fails; an error such as a lack of memory is passed on.
 */
final class TopicProducer extends DefaultAsyncProducer {

  private final String topic;
  private final SharedProducer kafka;
  private final Executor workers;
  private final Function<Exchange, Iterator<ProducerRecord<String, byte[]>>> records;
  private final Predicate<Exchange> staging;

  /**
   * Sends what {@code records} makes of an exchange.
   *
   * @param topic the topic, as it is named in messages for people
   * @param workers continue the route
   * @param staging keeps the records of a task for its transaction; false where they are sent here
   */
  TopicProducer(
      Endpoint endpoint,
      String topic,
      SharedProducer kafka,
      Executor workers,
      Function<Exchange, Iterator<ProducerRecord<String, byte[]>>> records,
      Predicate<Exchange> staging) {
    super(endpoint);
    this.topic = topic;
    this.kafka = kafka;
    this.workers = workers;
    this.records = records;
    this.staging = staging;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    kafka.get(); // settings that it refuses fail the start
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Producer<String, byte[]> sender = null;
    CompletableFuture<Void> sent;
    try {
      if (staging.test(exchange)) {
        callback.done(true);
        return true;
      }
      Iterator<ProducerRecord<String, byte[]>> toSend = records.apply(exchange);
      sender = kafka.get();
      sent = send(toSend, sender);
    } catch (RuntimeException | Error e) { // whatever it is, the task must go on
      sent = CompletableFuture.failedFuture(e);
    }
    return await(sent, sender, exchange, callback);
  }

  private boolean await(
      CompletableFuture<Void> sent, Producer<?, ?> by, Exchange exchange, AsyncCallback callback) {
    if (sent.isDone()) {
      sent.whenComplete((done, failure) -> refuse(exchange, by, failure));
      callback.done(true);
      return true;
    }
    // Kafka's thread is the only one that sends: it must not run the rest of the route
    FatalErrors.watch(
        sent.whenComplete(
            (done, failure) ->
                workers.execute(
                    () -> {
                      refuse(exchange, by, failure);
                      callback.done(false);
                    })));
    return false;
  }

  private CompletableFuture<Void> send(
      Iterator<ProducerRecord<String, byte[]>> toSend, Producer<String, byte[]> sender) {
    Acknowledgements acknowledgements = new Acknowledgements();
    // each further record of a topic that is gone would hold this thread until it times out
    while (acknowledgements.failure() == null && toSend.hasNext()) {
      ProducerRecord<String, byte[]> record = toSend.next();
      acknowledgements.expect();
      try {
        sender.send(record, acknowledgements);
      } catch (RuntimeException e) {
        if (KafkaFailures.isSpent(e)) {
          kafka.spent(sender);
        }
        throw e;
      }
    }
    return acknowledgements.noMore();
  }

  private void refuse(Exchange exchange, Producer<?, ?> by, Throwable failure) {
    if (KafkaFailures.isFatal(failure)) {
      kafka.spent(by);
    }
    if (failure != null) {
      Throwable refusal = KafkaFailures.refusal(failure, topic);
      boolean areItems = exchange.getVariable(TypeOfItems.VARIABLE) != null;
      exchange.setException(areItems ? KafkaFailures.ofItems(refusal) : refusal);
    }
  }
}
