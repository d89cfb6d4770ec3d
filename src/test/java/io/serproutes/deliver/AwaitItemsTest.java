package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwaitItemsTest {

  private static final TaskId ID = TestTasks.id(1);

  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
  private final Queue<Runnable> workers = new ArrayDeque<>();
  private final AwaitItems step = new AwaitItems(workers::add);
  private Boolean doneAtOnce;

  @BeforeEach
  void begin() {
    exchange.setVariable(Task.VARIABLE, TestTasks.fresh(ID));
  }

  private void send(Sendings.Sending... items) {
    for (Sendings.Sending one : items) {
      Sendings.of(Task.of(exchange)).add(one);
    }
  }

  private boolean await() {
    doneAtOnce = null;
    exchange.setException(null);
    return step.process(exchange, atOnce -> doneAtOnce = atOnce);
  }

  @Test
  void whereNothingIsOnItsWayTheRouteGoesOn() {
    assertThat(await()).isTrue();
    send(() -> CompletableFuture.completedFuture(null));
    assertThat(await()).isTrue();
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException()).isNull();
  }

  @Test
  void itWaitsForAllAndGoesOnByAWorker() {
    CompletableFuture<Void> organic = new CompletableFuture<>();
    CompletableFuture<Void> paid = new CompletableFuture<>();
    send(() -> organic, () -> paid);
    assertThat(await()).isFalse();
    paid.complete(null);
    assertThat(workers).isEmpty();
    organic.complete(null);
    assertThat(doneAtOnce).as("the output's thread goes no further").isNull();
    workers.remove().run();
    assertThat(doneAtOnce).isFalse();
    assertThat(exchange.getException()).isNull();
  }

  /** And no other exception, by which Camel would choose the policy. */
  @Test
  void itFailsWithTheFailureOfTheOutput() {
    OutputUnavailableException away = new OutputUnavailableException("away", "wait", null);
    CompletableFuture<Void> organic = new CompletableFuture<>();
    Queue<CompletableFuture<Void>> tries =
        new ArrayDeque<>(List.of(organic, CompletableFuture.failedFuture(away)));
    send(tries::remove);
    assertThat(await()).isFalse();
    organic.completeExceptionally(away);
    workers.remove().run();
    assertThat(exchange.getException()).isSameAs(away);
    assertThat(await()).as("repeated").isTrue();
    assertThat(exchange.getException()).isSameAs(away);
    assertThat(workers).isEmpty();
  }

  /** Else the id would be in work for ever, and nobody would hear why. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anErrorIsReportedWhetherItIsOfTheRouteOrOfTheOutput(boolean isOfRoute) {
    OutOfMemoryError error = new OutOfMemoryError("made up");
    Exception away = new OutputUnavailableException("away", "wait", isOfRoute ? null : error);
    CompletableFuture<Void> items = new CompletableFuture<>();
    send(() -> items);
    step.process(
        exchange,
        atOnce -> {
          if (isOfRoute) {
            throw error;
          }
        });
    items.completeExceptionally(away);
    Thread thread = Thread.currentThread();
    Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
    List<Throwable> reported = new ArrayList<>();
    thread.setUncaughtExceptionHandler((died, cause) -> reported.add(cause));
    try {
      workers.remove().run();
    } finally {
      thread.setUncaughtExceptionHandler(before);
    }
    assertThat(reported).containsExactly(error);
  }
}
