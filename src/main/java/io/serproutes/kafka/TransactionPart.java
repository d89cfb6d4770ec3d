package io.serproutes.kafka;

import io.serproutes.fetch.StoppingException;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * What one transaction holds as a whole or not at all: all records that come of an id, and the end
 * of the record that brought it.
 *
 * @param origin the record that ends; null for an id that no topic holds
 * @param topics where the records go
 * @param records can be iterated again after a transaction that failed
 * @param bytes roughly how many bytes the records have
 * @param since when it was given, as {@link System#nanoTime}
 * @param acknowledged told where each record lies once it is acknowledged, whether the transaction
 *     is committed or not; null where nobody wants to know
 * @param end told once, with the failure or null, whatever is told afterwards
 */
record TransactionPart(
    RecordInWork origin,
    Set<String> topics,
    List<Iterable<ProducerRecord<String, byte[]>>> records,
    long bytes,
    long since,
    Consumer<RecordMetadata> acknowledged,
    Consumer<Throwable> end) {

  TransactionPart {
    end = once(end);
  }

  private static Consumer<Throwable> once(Consumer<Throwable> end) {
    AtomicBoolean isTold = new AtomicBoolean();
    return failure -> {
      if (isTold.compareAndSet(false, true)) {
        end.accept(failure);
      }
    };
  }

  /** The records of one part cannot be made. */
  static final class Failure extends RuntimeException {

    private final transient TransactionPart part;

    Failure(TransactionPart part, Throwable cause) {
      super(cause.getMessage(), cause, false, false);
      this.part = part;
    }

    TransactionPart part() {
      return part;
    }
  }

  /**
   * Passes the records on, one by one.
   *
   * @throws Failure where one cannot be made
   */
  void forEach(Consumer<ProducerRecord<String, byte[]>> sender) {
    for (Iterable<ProducerRecord<String, byte[]>> step : records) {
      Iterator<ProducerRecord<String, byte[]>> all = made(step::iterator);
      for (ProducerRecord<String, byte[]> next; (next = next(all)) != null; ) {
        sender.accept(next);
      }
    }
  }

  private ProducerRecord<String, byte[]> next(Iterator<ProducerRecord<String, byte[]>> all) {
    return made(() -> all.hasNext() ? all.next() : null);
  }

  // an error, too, such as a lack of memory: its task must go on
  private <T> T made(Supplier<T> maker) {
    try {
      return maker.get();
    } catch (RuntimeException | Error e) {
      throw new Failure(this, e);
    }
  }

  /** What is told of each record's acknowledgement, beside another. */
  Callback callback(Callback other) {
    return acknowledged == null
        ? other
        : (metadata, failure) -> {
          if (failure == null) {
            acknowledged.accept(metadata);
          }
          other.onCompletion(metadata, failure);
        };
  }

  /** Ends it and its record: the transaction is committed. */
  void committed() {
    if (origin != null) {
      origin.progress().settle(origin.offset(), true);
    }
    end.accept(null);
  }

  /** Ends it without its record, which another process reads, or this one once more. */
  void leave() {
    end.accept(
        new StoppingException(
            "the id stays in its topic: another process has it, or this one stops"));
  }
}
