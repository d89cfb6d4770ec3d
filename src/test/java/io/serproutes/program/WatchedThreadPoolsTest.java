package io.serproutes.program;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ExecutorServiceManager;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In the pools that Camel makes for its consumers, timers and error handlers. */
class WatchedThreadPoolsTest {

  private static final Error NO_MEMORY = new OutOfMemoryError("of a test");

  @AutoClose("stop")
  private final DefaultCamelContext context = new DefaultCamelContext();

  private final List<Throwable> reported = new CopyOnWriteArrayList<>();
  private ExecutorService pool;
  private ScheduledExecutorService scheduled;

  @BeforeEach
  void make() {
    ExecutorServiceManager pools = context.getExecutorServiceManager();
    pools.setThreadPoolFactory(new WatchedThreadPools());
    pools.addThreadFactoryListener((source, factory) -> task -> listened(factory, task));
    context.start();
    pool = pools.newFixedThreadPool(this, "pool", 1);
    scheduled = pools.newDefaultScheduledThreadPool(this, "scheduled");
  }

  private Thread listened(ThreadFactory factory, Runnable task) {
    Thread thread = factory.newThread(task);
    thread.setUncaughtExceptionHandler((t, error) -> reported.add(error));
    return thread;
  }

  private static void fail() {
    throw NO_MEMORY;
  }

  private void awaitReport() {
    await().untilAsserted(() -> assertThat(reported).containsExactly(NO_MEMORY));
  }

  @Test
  void anErrorOfATaskWithAFutureIsReported() {
    pool.submit(WatchedThreadPoolsTest::fail);
    awaitReport();
  }

  @Test
  void anErrorOfATaskWithoutAFutureIsReportedOnce() throws Exception {
    pool.execute(WatchedThreadPoolsTest::fail);
    awaitReport();
    pool.submit(() -> {}).get();
    awaitReport();
  }

  @Test
  void anErrorOfAScheduledTaskIsReported() {
    scheduled.schedule(WatchedThreadPoolsTest::fail, 1, MILLISECONDS);
    awaitReport();
  }

  @Test
  void whateverEndsAPeriodicTaskIsReported() {
    RuntimeException odd = new IllegalStateException("odd");
    scheduled.scheduleWithFixedDelay(
        () -> {
          throw odd;
        },
        1,
        1,
        MILLISECONDS);
    await().untilAsserted(() -> assertThat(reported).containsExactly(odd));
  }

  @Test
  void anExceptionThatItsCallerMayAskForIsNot() {
    Future<?> failed =
        pool.submit(
            () -> {
              throw new IllegalStateException();
            });
    await().until(failed::isDone);
    pool.shutdown();
    await().until(pool::isTerminated);
    assertThat(reported).isEmpty();
  }

  @Test
  void aTaskThatIsCancelledIsNot() {
    Future<?> never = scheduled.scheduleAtFixedRate(() -> {}, 1, 1, MILLISECONDS);
    never.cancel(true);
    scheduled.shutdown();
    await().until(scheduled::isTerminated);
    assertThat(reported).isEmpty();
  }

  /** As many ids as the inlets let in may wait for a back-off at once. */
  @Test
  void noBackOffIsRefused() {
    for (int i = 0; i < 1200; i++) {
      scheduled.schedule(() -> {}, 1, HOURS);
    }
    scheduled.shutdownNow();
  }

  @Test
  void theyAreAsCamelMakesThem() {
    ThreadPoolExecutor like =
        (ThreadPoolExecutor)
            new DefaultCamelContext().getExecutorServiceManager().newThreadPool(this, "like", 3, 5);
    ThreadPoolExecutor ours =
        (ThreadPoolExecutor) context.getExecutorServiceManager().newThreadPool(this, "ours", 3, 5);
    assertThat(ours.getCorePoolSize()).isEqualTo(like.getCorePoolSize());
    assertThat(ours.getMaximumPoolSize()).isEqualTo(like.getMaximumPoolSize());
    assertThat(ours.getKeepAliveTime(MILLISECONDS)).isEqualTo(like.getKeepAliveTime(MILLISECONDS));
    assertThat(ours.getQueue().remainingCapacity()).isEqualTo(like.getQueue().remainingCapacity());
    assertThat(ours.allowsCoreThreadTimeOut()).isEqualTo(like.allowsCoreThreadTimeOut());
    assertThat(ours.getRejectedExecutionHandler())
        .hasSameClassAs(like.getRejectedExecutionHandler());
  }
}
