package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.timer.TimerConsumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That no clock that is set stops it is tested with a real one, by {@link ClockSetBackIT}. */
class SerpTimerComponentTest {

  private static final String THREAD = "timer://round";

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final AtomicInteger rounds = new AtomicInteger();
  private final AtomicInteger atRate = new AtomicInteger();
  private final AtomicInteger once = new AtomicInteger();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicBoolean isInterrupted = new AtomicBoolean();
  private volatile boolean waits;

  @BeforeEach
  void start() throws Exception {
    context.addComponent("serp-timer", new SerpTimerComponent());
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("serp-timer:round?delay=0&period=10").routeId("rounds").process(e -> round());
            from("serp-timer:rate?delay=0&period=10&fixedRate=true")
                .process(e -> atRate.incrementAndGet());
            from("serp-timer:once?delay=0&period=0").process(e -> once.incrementAndGet());
          }
        });
    context.start();
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    context.stop();
  }

  private void round() {
    rounds.incrementAndGet();
    try {
      if (waits) {
        goOn.await();
      }
    } catch (InterruptedException e) {
      isInterrupted.set(true);
    }
  }

  private void awaitRounds(int more) {
    int before = rounds.get();
    await().until(() -> rounds.get() >= before + more);
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains(name))
        .count();
  }

  @Test
  void itRunsAgainAndAgainOnOneThreadOfItsOwn() {
    awaitRounds(3);
    assertThat(threads(THREAD)).isOne();
    await("no thread that waits for a time").until(() -> threads("Timer-") == 0);
  }

  @Test
  void anEditedRouteMayHaveAFixedRateOrOneRound() {
    await().untilAsserted(() -> assertThat(once).hasPositiveValue());
    await().untilAsserted(() -> assertThat(atRate).hasValueGreaterThan(2));
    assertThat(once).hasValue(1);
  }

  @Test
  void aRoundIsNotInterruptedWhenItStops() throws Exception {
    awaitRounds(1);
    TimerConsumer consumer = (TimerConsumer) context.getRoute("rounds").getConsumer();
    waits = true;
    await().until(() -> consumer.isPolling() && rounds.get() == consumer.getCounter());
    awaitWaiting();
    consumer.stop();
    goOn.countDown();
    await("its thread is gone").until(() -> threads(THREAD) == 0);
    assertThat(isInterrupted).isFalse();
  }

  private void awaitWaiting() {
    await()
        .until(
            () ->
                Thread.getAllStackTraces().entrySet().stream()
                    .filter(one -> one.getKey().getName().contains(THREAD))
                    .anyMatch(one -> one.getKey().getState() == Thread.State.WAITING));
  }

  @Test
  void itStartsAgainAfterAStop() throws Exception {
    awaitRounds(1);
    context.getRouteController().stopRoute("rounds");
    int stopped = rounds.get();
    context.getRouteController().startRoute("rounds");
    await().until(() -> rounds.get() > stopped);
    assertThat(threads(THREAD)).isOne();
  }
}
