package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import io.serproutes.deliver.OutputUnavailableException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.component.kafka.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Sends the records of a task and goes on when all of them have been acknowledged, without holding
 * a thread or a record meanwhile. Any other body is left to Camel's own producer.
 *
 * <p>Camel's makes a message and a header map of each record and keeps them until the last is
 * acknowledged: a hundred items a task cost more there than all the rest of the routes.
 *
 * <p>A producer that can send no more, whatever becomes of the cause, is replaced at the next try.
 *
 * <p>Ends with an {@link OutputUnavailableException} where Kafka, or the disk a large answer lies
 * on, does not take or give what is asked of it; an error such as a lack of memory is passed on.
 */
final class RecordsProducer extends KafkaProducer {

  private final String topic;
  private final Executor workers;
  private final Function<Exchange, TopicRecords> records;
  private volatile Producer<?, ?> spent;

  /** Sends what {@code records} makes of an exchange; null is left to Camel. */
  RecordsProducer(
      KafkaEndpoint endpoint, Executor workers, Function<Exchange, TopicRecords> records) {
    super(endpoint);
    this.records = records;
    this.topic = endpoint.getConfiguration().getTopic();
    this.workers = workers;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    TopicRecords ours = records.apply(exchange);
    if (ours == null) {
      return asCamelDoes(exchange, callback);
    }
    Producer<Object, Object> sender = null;
    CompletableFuture<Void> sent;
    try {
      sender = producer();
      sent = send(ours.to(topic), sender);
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
    // Kafka's thread is the only one that sends: it must not go the rest of the way
    sent.whenComplete(
            (done, failure) ->
                workers.execute(
                    () -> {
                      refuse(exchange, by, failure);
                      callback.done(false);
                    }))
        .exceptionally(
            failure -> {
              FatalErrors.report(failure); // a future would keep it to itself
              return null;
            });
    return false;
  }

  private boolean asCamelDoes(Exchange exchange, AsyncCallback callback) {
    try {
      process(exchange);
    } catch (Exception e) {
      exchange.setException(e);
    }
    callback.done(true);
    return true;
  }

  @SuppressWarnings("unchecked")
  private synchronized Producer<Object, Object> producer() {
    Producer<Object, Object> producer = getKafkaProducer();
    boolean isClosed = producer instanceof SharedProducer<?, ?> shared && shared.isClosed();
    if ((isClosed || producer == spent)
        && getEndpoint().getKafkaClientFactory() instanceof KafkaClients.Renewing clients) {
      producer = clients.insteadOf(producer);
      setKafkaProducer(producer);
      spent = null;
    }
    return producer;
  }

  private CompletableFuture<Void> send(
      Iterator<ProducerRecord<Object, Object>> records, Producer<Object, Object> producer) {
    Acknowledgements acknowledgements = new Acknowledgements();
    while (records.hasNext()) {
      ProducerRecord<Object, Object> record = records.next();
      acknowledgements.expect();
      try {
        producer.send(record, acknowledgements);
      } catch (RuntimeException e) {
        if (FatalStates.takesNoMore(e)) {
          spent = producer;
        }
        throw e;
      }
    }
    return acknowledgements.noMore();
  }

  private void refuse(Exchange exchange, Producer<?, ?> by, Throwable failure) {
    if (FatalStates.isFatal(failure)) {
      spent = by;
    }
    if (failure instanceof OutputUnavailableException || failure instanceof Error) {
      exchange.setException(failure);
    } else if (failure instanceof UncheckedIOException disk) {
      exchange.setException(new OutputUnavailableException(disk.getCause().getMessage(), disk));
    } else if (failure != null) {
      Throwable first = FatalStates.first(failure);
      String words = first.getMessage() == null ? first.toString() : first.getMessage();
      exchange.setException(new OutputUnavailableException("Kafka: " + words, failure));
    }
  }
}
