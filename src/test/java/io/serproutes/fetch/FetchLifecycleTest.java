package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FetchLifecycleTest {

  private static final Duration TICK = Duration.ofSeconds(1);

  private final Settings settings =
      new Settings(
          Map.of(
                  "serp.api.calls-per-minute", "60",
                  "serp.api.max-concurrent", "1",
                  "serp.api.response-timeout", "30s")
              ::get);
  private final FakeTime time = new FakeTime();
  private final Workers workers = new Workers(settings);
  private final Gate gate = new Gate(settings, new BeginTask(), time::nanos, 1000);
  private final TaskGetClient client =
      new TaskGetClient(settings, new Secrets(settings), time::nanos);
  private final Intake intake = new Intake();
  private final FetchLifecycle lifecycle =
      new FetchLifecycle(workers, gate, client, intake, time::nanos);
  @AutoClose private final DefaultCamelContext context = new DefaultCamelContext();
  private final List<Exception> refused = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void useOurClock() {
    context
        .getExecutorServiceManager()
        .setThreadPoolFactory(
            new DefaultThreadPoolFactory() {
              @Override
              public ScheduledExecutorService newScheduledThreadPool(
                  ThreadPoolProfile profile, ThreadFactory threads) {
                return time;
              }
            });
  }

  /** The thread on which a poll goes on; not done while it waits. */
  private CompletableFuture<Thread> enter(Poll poll) {
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    gate.enter(poll, () -> thread.complete(Thread.currentThread()), refused::add);
    return thread;
  }

  private Delivery take() throws InterruptedException {
    return intake.take(TestTasks.id(1).value(), Source.named("test"), ended -> {});
  }

  @Test
  void nothingRunsBeforeTheContextStarts() throws Exception {
    lifecycle.setCamelContext(context);
    assertThat(lifecycle.getCamelContext()).isSameAs(context);
    time.advance(TICK.multipliedBy(3));
    assertThat(lifecycle.nanosSinceTick()).isZero();
    context.start();
    time.advance(Duration.ofMillis(1500));
    assertThat(lifecycle.nanosSinceTick()).isEqualTo(Duration.ofMillis(500).toNanos());
  }

  @Test
  void loadedLateItRunsAtOnce() {
    context.start();
    lifecycle.setCamelContext(context);
    time.advance(Duration.ofMillis(500));
    assertThat(lifecycle.nanosSinceTick()).isEqualTo(Duration.ofMillis(500).toNanos());
  }

  /** As by a bean that is made while routes start. */
  @Test
  void loadedDuringTheStartItRunsAtOnce() throws Exception {
    context.addStartupListener((starting, isStarted) -> lifecycle.setCamelContext(starting));
    context.start();
    time.advance(Duration.ofMillis(500));
    assertThat(lifecycle.nanosSinceTick()).isEqualTo(Duration.ofMillis(500).toNanos());
  }

  /** As by camel.threadpool.max-queue-size, which is meant for the routes of the host. */
  @Test
  void aHostWhosePoolsQueueOneTaskStarts() throws Exception {
    try (DefaultCamelContext host = new DefaultCamelContext()) {
      ThreadPoolProfile small = host.getExecutorServiceManager().getDefaultThreadPoolProfile();
      small.setMaxQueueSize(1);
      small.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
      lifecycle.setCamelContext(host);
      host.start();
      assertThat(lifecycle.nanosSinceTick()).isZero();
    }
  }

  @Test
  void toldOfItsContextTwiceItIsPartOfItOnce() {
    lifecycle.setCamelContext(context);
    lifecycle.setCamelContext(context);
    assertThat(context.getLifecycleStrategies()).containsOnlyOnce(lifecycle);
  }

  @Test
  void callsGoOnOnTheWorkersThreads() throws Exception {
    lifecycle.setCamelContext(context);
    context.start();
    assertThat(enter(new Poll()).get(30, TimeUnit.SECONDS).getName()).contains("serp-fetch");
  }

  @Test
  void callsThatAreLateAreBrokenOff() {
    lifecycle.setCamelContext(context);
    context.start();
    HttpGet call = TaskGetClientTest.call(client);
    time.advance(Duration.ofSeconds(31));
    assertThat(call.isAborted()).isTrue();
  }

  @Test
  void theStopRefusesWhatWaitsAndTakesNoMoreIds() throws Exception {
    lifecycle.setCamelContext(context);
    context.start();
    HttpGet call = TaskGetClientTest.call(client);
    enter(new Poll()).get(30, TimeUnit.SECONDS);
    enter(new Poll());
    lifecycle.onContextStopping(context); // what is in flight goes on
    assertThat(refused).singleElement().isInstanceOf(StoppingException.class);
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(this::take);
    assertThat(lifecycle.nanosSinceTick()).isZero();
    time.advance(TICK);
    assertThat(call.isAborted()).isFalse();
    time.advance(TICK.multipliedBy(5));
    assertThat(call.isAborted()).isTrue();
    assertThat(lifecycle.nanosSinceTick()).isZero();
  }

  @Test
  void startedAgainItGoesOn() throws Exception {
    lifecycle.setCamelContext(context);
    context.start();
    context.stop();
    context.start();
    assertThat(take()).isNotNull();
    assertThat(enter(new Poll()).get(30, TimeUnit.SECONDS).getName()).contains("serp-fetch");
    time.advance(TICK.dividedBy(2));
    assertThat(lifecycle.nanosSinceTick()).isEqualTo(TICK.dividedBy(2).toNanos());
  }

  @Test
  void pausedItStartsNoCallAndTakesNoIdUntilItGoesOn() throws Exception {
    lifecycle.setCamelContext(context);
    context.start();
    lifecycle.pause();
    CompletableFuture<Thread> call = enter(new Poll());
    CompletableFuture<Delivery> taken = new CompletableFuture<>();
    Thread source =
        new Thread(
            () -> {
              try {
                taken.complete(take());
              } catch (InterruptedException e) {
                taken.completeExceptionally(e);
              }
            });
    source.start();
    await().until(() -> source.getState() == Thread.State.TIMED_WAITING || !source.isAlive());
    assertThat(source.isAlive()).as("it waits").isTrue();
    time.advance(Duration.ofMinutes(1));
    assertThat(gate.inFlight()).isZero();

    lifecycle.resume();
    assertThat(gate.inFlight()).isOne();
    assertThat(call.get(30, TimeUnit.SECONDS).getName()).contains("serp-fetch");
    assertThat(taken.get(30, TimeUnit.SECONDS).text()).isEqualTo(TestTasks.id(1).value());
  }
}
