package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionQueueTest {

  private final TransactionQueue queue = new TransactionQueue(4, 100);
  private final List<Throwable> ended = new ArrayList<>();
  private long before;

  @BeforeEach
  void aTransactionHasJustBegun() throws InterruptedException {
    queue.open();
    before = System.nanoTime();
    assertThat(queue.next()).isEmpty();
    queue.ended();
  }

  private TransactionPart part(long bytes, long since) {
    return new TransactionPart(null, Set.of(), List.of(), bytes, since, ended::add);
  }

  private void add(long bytes) {
    assertThat(queue.add(part(bytes, System.nanoTime()))).isTrue();
  }

  @Test
  void fewWaitForTheNextTime() {
    add(1);
    assertThat(queue.delay(before)).isPositive();
  }

  @Test
  void halfOfThoseThatMayWaitBeginAtOnce() throws InterruptedException {
    add(1);
    add(1);
    assertThat(queue.delay(before)).isZero();
    assertThat(queue.next()).hasSize(2);
    assertThat(queue.delay(before)).isPositive();
  }

  @Test
  void halfOfTheBytesThatMayWaitBeginAtOnce() throws InterruptedException {
    add(50);
    assertThat(queue.delay(before)).isZero();
    assertThat(queue.next()).hasSize(1);
    add(49);
    assertThat(queue.delay(before)).isPositive();
  }

  @Test
  void thoseWhoseTransactionFailedWaitHoweverManyTheyAre() throws InterruptedException {
    add(60);
    add(60);
    List<TransactionPart> failed = queue.next();
    queue.again(failed);
    queue.ended();
    assertThat(queue.delay(before)).isPositive();
    queue.rest();
    add(1);
    assertThat(queue.delay(before)).isPositive();
  }

  /** Else one that is too large for its time would be made again and again. */
  @Test
  void afterAFailureATransactionIsForFewer() throws InterruptedException {
    for (int i = 0; i < 8; i++) {
      add(0);
    }
    queue.again(queue.next());
    queue.takeFewer(8);
    queue.ended();
    assertThat(queue.next()).hasSize(4);
    queue.takeFewer(4);
    queue.again(List.of(part(0, before)));
    queue.ended();
    assertThat(queue.next()).as("not more before one succeeds").hasSize(2);
    queue.takeFewer(1);
    queue.ended();
    assertThat(queue.next()).as("twice as many after one").hasSize(2);
    queue.ended();
    add(0);
    add(0);
    add(0);
    add(0);
    assertThat(queue.next()).hasSize(4);
  }

  @Test
  void bytesOfThoseThatWaitedForTooLongAreForgotten() {
    long longAgo = System.nanoTime() - 31_000_000_000L;
    queue.add(part(60, longAgo));
    assertThat(queue.delay(before)).isZero();
    assertThat(queue.overdue()).hasSize(1);
    add(1);
    assertThat(queue.delay(before)).isPositive();
  }
}
