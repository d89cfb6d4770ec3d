package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import io.serproutes.deliver.OutputUnavailableException;
import io.serproutes.deliver.Sendings;
import io.serproutes.fetch.Task;
import io.serproutes.items.ItemBatch;
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
 * without holding a thread or a record meanwhile. A batch of items is left to the {@link Sendings}
 * of its task, and the route continues at once: types that wait for each other make small requests.
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
  private final Function<Exchange, Iterable<ProducerRecord<String, byte[]>>> records;
  private final Predicate<Exchange> staging;

  /**
   * Sends what {@code records} makes of an exchange.
   *
   * @param topic the topic, as it is named in messages for people
   * @param workers continue the route
   * @param records fails with an {@code IllegalArgumentException} where a body cannot be sent
   * @param staging keeps the records of a task for its transaction; false where they are sent here
   */
  TopicProducer(
      Endpoint endpoint,
      String topic,
      SharedProducer kafka,
      Executor workers,
      Function<Exchange, Iterable<ProducerRecord<String, byte[]>>> records,
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
    boolean areItems = exchange.getVariable(TypeOfItems.VARIABLE) != null;
    Batch batch;
    try {
      if (staging.test(exchange)) {
        callback.done(true);
        return true;
      }
      batch = new Batch(records.apply(exchange), areItems);
    } catch (RuntimeException | Error e) { // whatever it is, the task must go on
      boolean isOfBody = e instanceof IllegalArgumentException; // a step of somebody's own left it
      exchange.setException(isOfBody ? e : refusal(e, areItems));
      callback.done(true);
      return true;
    }
    CompletableFuture<Void> sent = batch.begin();
    Task task = Task.of(exchange);
    if (!sent.isDone() && task != null && exchange.getMessage().getBody() instanceof ItemBatch) {
      Sendings.of(task).add(batch);
      callback.done(true);
      return true;
    }
    // Kafka's thread is the only one that sends: it must not run the rest of the route
    return Sendings.await(sent, workers, exchange, callback);
  }

  private Throwable refusal(Throwable failure, boolean areItems) {
    Throwable refusal = KafkaFailures.refusal(failure, topic);
    return areItems ? KafkaFailures.ofItems(refusal) : refusal;
  }

  /** Records that are sent together, once more after each failure that has been told. */
  private final class Batch implements Sendings.Sending {

    private final Iterable<ProducerRecord<String, byte[]>> toSend;
    private final boolean areItems;
    private CompletableFuture<Void> last;
    private boolean isTold; // what becomes of the last try

    Batch(Iterable<ProducerRecord<String, byte[]>> toSend, boolean areItems) {
      this.toSend = toSend;
      this.areItems = areItems;
    }

    synchronized CompletableFuture<Void> begin() {
      last = send();
      return last;
    }

    @Override
    public synchronized CompletableFuture<Void> outcome() {
      if (isTold && last.isCompletedExceptionally()) {
        last = send();
      }
      isTold = true;
      return last;
    }

    private CompletableFuture<Void> send() {
      CompletableFuture<Void> outcome = new CompletableFuture<>();
      try {
        Producer<String, byte[]> sender = kafka.get();
        FatalErrors.watch(
            send(sender)
                .whenComplete(
                    (done, failure) -> {
                      if (KafkaFailures.isFatal(failure)) {
                        kafka.spent(sender);
                      }
                      end(outcome, failure);
                    }));
      } catch (RuntimeException | Error e) { // whatever it is, the task must go on
        end(outcome, e);
      }
      return outcome;
    }

    private void end(CompletableFuture<Void> outcome, Throwable failure) {
      if (failure == null) {
        outcome.complete(null);
        return;
      }
      try {
        outcome.completeExceptionally(refusal(failure, areItems));
      } catch (RuntimeException | Error e) { // such as no memory for the words
        outcome.completeExceptionally(e);
        throw e;
      }
    }

    private CompletableFuture<Void> send(Producer<String, byte[]> sender) {
      Acknowledgements acknowledgements = new Acknowledgements();
      Iterator<ProducerRecord<String, byte[]>> left = toSend.iterator();
      // each further record of a topic that is gone would hold this thread until it times out
      while (acknowledgements.failure() == null && left.hasNext()) {
        ProducerRecord<String, byte[]> record = left.next();
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
  }
}
