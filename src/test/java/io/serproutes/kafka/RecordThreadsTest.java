package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecordThreadsTest {

  /** Of Camel's own pool the polling thread would run what comes after a thousand. */
  @Test
  void whoeverHandsRecordsOverIsNeverHeldUp() throws Exception {
    RecordThreads threads = new RecordThreads();
    int count = 5000;
    CountDownLatch room = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(count);
    Set<Thread> ran = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < count; i++) {
      threads.submit(
          () -> {
            room.await(); // as for the end of an id while the circuit is open
            ran.add(Thread.currentThread());
            done.countDown();
            return null;
          });
    }
    assertThat(threads.areBusy()).isTrue();
    room.countDown();
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(ran)
        .doesNotContain(Thread.currentThread())
        .allMatch(thread -> thread.isDaemon() && thread.getName().startsWith("serp-take-record-"));
    await().until(() -> !threads.areBusy());
    threads.shutdownNow();
  }

  /** The wire tap that hands a record over leaves a future that nobody asks. */
  @Test
  void anErrorReachesTheHandlerOfTheThread() {
    RecordThreads threads = new RecordThreads();
    Error noMemory = new OutOfMemoryError("of a test");
    List<Throwable> reported = new CopyOnWriteArrayList<>();
    threads.submit(
        () -> {
          Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> reported.add(e));
          throw noMemory;
        });
    await().untilAsserted(() -> assertThat(reported).containsExactly(noMemory));
    threads.shutdownNow();
  }
}
