package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    return new TransactionPart(null, Set.of(), List.of(), bytes, since, null, ended::add);
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

  private static final long MINUTE = 60_000_000_000L;

  private Thread awaiting(CountDownLatch done) {
    Thread waits =
        new Thread(
            () -> {
              queue.await(MINUTE);
              done.countDown();
            });
    waits.setDaemon(true);
    waits.start();
    await().until(() -> waits.getState() == Thread.State.TIMED_WAITING);
    return waits;
  }

  @Test
  void onlyAnOpenQueueAcceptsParts() throws InterruptedException {
    queue.close();
    assertThat(queue.add(part(1, before))).isFalse();
    assertThat(queue.next()).isNull();
    assertThat(queue.rest()).isEmpty();
    queue.open();
    add(1);
    assertThat(queue.rest()).hasSize(1);
    assertThat(new TransactionQueue(4, 100).add(part(1, before))).as("not opened").isFalse();
  }

  @Test
  void whereNothingWaitsTheNextTransactionIsLater() {
    long empty = queue.delay(before);
    add(1);
    assertThat(empty - queue.delay(before)).isEqualTo(150_000_000L);
    assertThat(queue.delay(before) - queue.delay(before + 7)).isEqualTo(7);
  }

  @Test
  void aTransactionHasSoManyPartsAtMost() throws InterruptedException {
    for (int i = 0; i < 501; i++) {
      add(0);
    }
    assertThat(queue.next()).hasSize(500);
    queue.ended();
    assertThat(queue.next()).hasSize(1);
  }

  @Test
  void aTransactionHasSoManyBytesAndOnePartMore() throws InterruptedException {
    add((8 << 20) - 1);
    add(9 << 20);
    add(8 << 20);
    add(49);
    assertThat(queue.next()).extracting(TransactionPart::bytes).hasSize(2);
    queue.ended();
    assertThat(queue.next()).hasSize(1);
    assertThat(queue.delay(before)).as("the bytes of the others are gone").isPositive();
    add(1);
    assertThat(queue.delay(before)).isZero();
  }

  @Test
  void whatIsRemovedTakesItsBytesAlong() {
    add(60);
    add(60);
    assertThat(queue.rest()).hasSize(2);
    assertThat(queue.rest()).isEmpty();
    add(49);
    assertThat(queue.delay(before)).isPositive();
  }

  @Test
  void whatHasNotWaitedForHalfAMinuteStays() {
    long now = System.nanoTime();
    queue.add(part(1, now - 25_000_000_000L));
    queue.add(part(1, now - 30_000_000_001L));
    assertThat(queue.overdue()).singleElement().matches(part -> part.since() < now - MINUTE / 2);
    assertThat(queue.rest()).hasSize(1);
  }

  @Test
  void whoeverWaitsMakesItUrgentAndIsWokenAfterTheTransaction() throws InterruptedException {
    add(1);
    assertThat(queue.delay(before)).isPositive();
    CountDownLatch done = new CountDownLatch(1);
    awaiting(done);
    assertThat(queue.delay(before)).isZero();
    assertThat(queue.next()).hasSize(1);
    assertThat(queue.delay(before)).as("urgent once").isPositive();
    assertThat(done.getCount()).isOne();
    queue.ended();
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
  }

  /** What was added before is not part of the transaction that is being made. */
  @Test
  void whoeverWaitsDuringATransactionWaitsForTheNextOneToo() throws InterruptedException {
    assertThat(queue.next()).isEmpty();
    CountDownLatch done = new CountDownLatch(1);
    Thread waits = awaiting(done);
    queue.ended();
    await().until(() -> waits.getState() == Thread.State.TIMED_WAITING);
    assertThat(queue.delay(before)).isZero();
    assertThat(queue.next()).isEmpty();
    assertThat(done.getCount()).isOne();
    queue.ended();
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void nobodyWaitsForAQueueThatIsClosed() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    awaiting(done);
    queue.close();
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    queue.await(MINUTE);
    assertThat(queue.pause()).isFalse();
  }

  @Test
  void nobodyWaitsLongerThanHeSays() {
    queue.await(1);
    queue.await(0);
    assertThat(queue.pause()).as("it is still open").isTrue();
  }

  @Test
  void anInterruptEndsEveryWait() {
    Thread.currentThread().interrupt();
    queue.await(MINUTE);
    assertThat(Thread.interrupted()).as("the caller hears of it").isTrue();
    Thread.currentThread().interrupt();
    assertThat(queue.pause()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aTransactionBeginsByItselfWhenItsTimeHasCome() throws InterruptedException {
    add(1);
    queue.again(queue.next());
    long last = System.nanoTime();
    queue.ended();
    assertThat(queue.next()).hasSize(1);
    assertThat(queue.delay(last)).as("counts from this one now").isPositive();
    assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(100_000_000);
  }
}
