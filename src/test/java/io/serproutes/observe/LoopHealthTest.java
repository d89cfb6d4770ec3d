package io.serproutes.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.timer.TimerConsumer;
import org.apache.camel.component.timer.TimerEndpoint;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.ScheduledPollConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoopHealthTest {

  private static final Duration LONG = Duration.ofSeconds(65);

  @TempDir private Path folder;
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final ScheduledExecutorService pool = Executors.newSingleThreadScheduledExecutor();
  private final AtomicInteger rounds = new AtomicInteger();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private volatile boolean waits;
  private long now = Long.MAX_VALUE - 5; // it may overflow
  private long sinceTick;
  private LoopHealth health;

  @BeforeEach
  void start() throws Exception {
    context.getRegistry().bind("pool", pool);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("timer:due?period=10").routeId("serp-due").process(e -> round());
            from("file:" + folder + "?delay=10&scheduledExecutorService=#pool")
                .routeId("serp-files")
                .to("direct:nowhere");
            from("timer:host?period=10").routeId("host").stop();
          }
        });
    context.start();
    health = new LoopHealth(() -> sinceTick, () -> now);
    health.setCamelContext(context);
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    context.stop();
    pool.shutdownNow();
  }

  private void round() throws InterruptedException {
    rounds.incrementAndGet();
    if (waits) {
      goOn.await();
    }
  }

  /** Lets a time pass in which all loops but these come by. */
  private HealthCheck.Result after(Duration time, String... standing) {
    health.call();
    for (String route : List.of("serp-due", "serp-files")) {
      if (!List.of(standing).contains(route)) {
        long before = count(route);
        await().until(() -> count(route) > before);
      }
    }
    now += time.toNanos();
    return health.call();
  }

  private long count(String route) {
    return context.getRoute(route).getConsumer() instanceof TimerConsumer timer
        ? timer.getCounter()
        : ((ScheduledPollConsumer) context.getRoute(route).getConsumer()).getCounter();
  }

  private void endTimer(String route) {
    TimerConsumer consumer = (TimerConsumer) context.getRoute(route).getConsumer();
    ((TimerEndpoint) consumer.getEndpoint()).getTimer(consumer).cancel();
  }

  @Test
  void upWhileAllLoopsComeBy() {
    assertThat(after(LONG).getState()).isEqualTo(State.UP);
    assertThat(after(LONG).getState()).isEqualTo(State.UP);
    assertThat(health.isLiveness()).isTrue();
    assertThat(health.isReadiness()).isFalse();
  }

  @Test
  void downOnceTheTimerOfARouteIsGone() {
    endTimer("serp-due");
    assertThat(after(Duration.ofSeconds(59), "serp-due").getState()).isEqualTo(State.UP);
    HealthCheck.Result result = after(Duration.ofSeconds(2), "serp-due");
    assertThat(result.getState()).isEqualTo(State.DOWN);
    assertThat(result.getMessage().orElseThrow())
        .isEqualTo(
            "loops that have not run for over a minute: serp-due; only a restart helps, and it loses"
                + " nothing");
    assertThat(result.getDetails()).containsKey("loops");
  }

  @Test
  void downOnceThePollOfARouteIsGone() {
    pool.shutdownNow();
    await().until(pool::isTerminated);
    HealthCheck.Result result = after(LONG, "serp-files");
    assertThat(result.getState()).isEqualTo(State.DOWN);
    assertThat(result.getMessage().orElseThrow()).contains(": serp-files;");
  }

  @Test
  void downOnceTheGatesClockIsGone() {
    sinceTick = Duration.ofSeconds(61).toNanos();
    assertThat(health.call().getMessage().orElseThrow()).contains("serp-gate");
    assertThat(health.call().getState()).isEqualTo(State.DOWN);
  }

  /** As the parked ids do while the circuit is open. */
  @Test
  void upWhileALoopWaitsForRoom() {
    waits = true;
    awaitWaiting();
    assertThat(after(LONG, "serp-due").getState()).isEqualTo(State.UP);
  }

  private void awaitWaiting() {
    TimerConsumer consumer = (TimerConsumer) context.getRoute("serp-due").getConsumer();
    await()
        .during(Duration.ofMillis(100))
        .until(() -> consumer.isPolling() && rounds.get() == consumer.getCounter());
  }

  @Test
  void upWhileARouteIsStopped() throws Exception {
    context.getRouteController().stopRoute("serp-due");
    assertThat(after(LONG, "serp-due").getState()).isEqualTo(State.UP);
  }

  @Test
  void aHostsOwnRoutesAreItsOwnAffair() {
    endTimer("host");
    assertThat(after(LONG).getState()).isEqualTo(State.UP);
  }
}
