package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.fetch.StoppingException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class TransactionPartTest {

  private final PartitionProgress progress = new PartitionProgress(5, null);
  private final List<Throwable> ended = new ArrayList<>();

  private TransactionPart part(
      RecordInWork origin, List<Iterable<ProducerRecord<String, byte[]>>> records) {
    return new TransactionPart(origin, Set.of("out"), records, 77, 1, null, ended::add);
  }

  private static ProducerRecord<String, byte[]> record(String key) {
    return new ProducerRecord<>("out", key, new byte[0]);
  }

  private static List<String> keys(TransactionPart part) {
    List<String> keys = new ArrayList<>();
    part.forEach(record -> keys.add(record.key()));
    return keys;
  }

  @Test
  void allRecordsArePassedOnInOrderAndAgain() {
    TransactionPart part =
        part(null, List.of(List.of(record("a"), record("b")), List.of(), List.of(record("c"))));
    assertThat(keys(part)).containsExactly("a", "b", "c");
    assertThat(keys(part)).as("after a transaction that failed").containsExactly("a", "b", "c");
  }

  @Test
  void whatCannotBeMadeIsAFailureOfThePart() {
    Iterator<ProducerRecord<String, byte[]>> made = List.of(record("a")).iterator();
    IllegalStateException closed = new IllegalStateException("the answer is closed");
    TransactionPart part =
        part(
            null,
            List.of(
                () ->
                    new Iterator<>() {
                      @Override
                      public boolean hasNext() {
                        return true;
                      }

                      @Override
                      public ProducerRecord<String, byte[]> next() {
                        if (made.hasNext()) {
                          return made.next();
                        }
                        throw closed;
                      }
                    }));
    List<String> sent = new ArrayList<>();
    assertThatThrownBy(() -> part.forEach(record -> sent.add(record.key())))
        .isInstanceOfSatisfying(
            TransactionPart.Failure.class, e -> assertThat(e.part()).isSameAs(part))
        .hasMessage("the answer is closed")
        .hasCause(closed);
    assertThat(sent).containsExactly("a");
  }

  /** One task must not end those of a whole transaction. */
  @Test
  void aLackOfMemoryIsAFailureOfThePartToo() {
    TransactionPart part =
        part(
            null,
            List.of(
                () -> {
                  throw new OutOfMemoryError("Java heap space");
                }));
    assertThatThrownBy(() -> keys(part))
        .isInstanceOf(TransactionPart.Failure.class)
        .hasCauseInstanceOf(OutOfMemoryError.class);
  }

  /** What refuses a record knows by itself what it is about. */
  @Test
  void whatRefusesARecordIsNoFailureOfThePart() {
    TransactionPart part = part(null, List.of(List.of(record("a"))));
    assertThatThrownBy(
            () ->
                part.forEach(
                    record -> {
                      throw new IllegalArgumentException("refused");
                    }))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void itsRecordEndsWithTheCommit() {
    progress.read(5);
    part(new RecordInWork(progress, 5), List.of()).committed();
    assertThat(progress.committable()).isEqualTo(6);
    assertThat(ended).containsExactly((Throwable) null);
    part(null, List.of()).committed();
    assertThat(ended).hasSize(2);
  }

  @Test
  void whatIsLeftStaysInItsTopic() {
    progress.read(5);
    part(new RecordInWork(progress, 5), List.of()).leave();
    assertThat(progress.committable()).isEqualTo(5);
    assertThat(ended).hasSize(1);
    assertThat(ended.get(0))
        .isInstanceOf(StoppingException.class)
        .hasMessageContaining("the id stays in its topic");
  }

  @Test
  void itsEndIsToldOnce() {
    TransactionPart part = part(null, List.of());
    part.leave();
    part.committed();
    part.leave();
    assertThat(ended).singleElement().isInstanceOf(StoppingException.class);
  }
}
