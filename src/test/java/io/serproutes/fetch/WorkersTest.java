package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class WorkersTest {

  private final Workers workers =
      new Workers(new Settings(Map.of("serp.api.max-concurrent", "3")::get));
  @AutoClose private final DefaultCamelContext context = new DefaultCamelContext();

  @Test
  void twiceAsManyWorkAsCallsMayBeInFlight() throws Exception {
    context.start();
    workers.start(context);
    CyclicBarrier all = new CyclicBarrier(6);
    List<CompletableFuture<String>> met = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      met.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  all.await(30, TimeUnit.SECONDS);
                  return Thread.currentThread().getName();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              },
              workers));
    }
    for (CompletableFuture<String> one : met) {
      assertThat(one.get(60, TimeUnit.SECONDS)).contains("serp-fetch");
    }
  }

  @Test
  void afterTheirEndWorkIsDoneByWhoeverHasIt() {
    context.start();
    workers.start(context);
    context.stop();
    List<Thread> threads = new ArrayList<>();
    workers.execute(() -> threads.add(Thread.currentThread()));
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  /** The task is stuck, and whoever called may be a client's callback, which logs it at most. */
  @Test
  void anErrorThatKeepsWorkFromAThreadReachesTheHandler() {
    Error noThread = new OutOfMemoryError("unable to create native thread: of a test");
    context
        .getExecutorServiceManager()
        .setThreadPoolFactory(
            new DefaultThreadPoolFactory() {
              @Override
              public ExecutorService newThreadPool(
                  ThreadPoolProfile profile, ThreadFactory threads) {
                return new WithoutThreads(noThread);
              }
            });
    workers.start(context);
    List<Throwable> reported = new ArrayList<>();
    Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
    try {
      assertThatThrownBy(() -> workers.execute(() -> {})).isSameAs(noThread);
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(null);
    }
    assertThat(reported).containsExactly(noThread);
  }

  private static final class WithoutThreads extends AbstractExecutorService {

    private final Error error;

    WithoutThreads(Error error) {
      this.error = error;
    }

    @Override
    public void execute(Runnable work) {
      throw error;
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return true;
    }

    @Override
    public boolean isTerminated() {
      return true;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
