package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class InPlaceTest {

  private static final Error NO_MEMORY = new OutOfMemoryError("of a test");

  private final InPlace inPlace = new InPlace();
  private final List<Throwable> reported = new ArrayList<>();
  private Thread.UncaughtExceptionHandler before;

  @BeforeEach
  void handle() {
    before = Thread.currentThread().getUncaughtExceptionHandler();
    Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> reported.add(e));
  }

  @AfterEach
  void handleAsBefore() {
    Thread.currentThread().setUncaughtExceptionHandler(before);
  }

  private static void fail() {
    throw NO_MEMORY;
  }

  @Test
  void theCallerDoesIt() throws Exception {
    List<Thread> ran = new ArrayList<>();
    Runnable task = () -> ran.add(Thread.currentThread());
    assertThat(inPlace.submit(task).get()).isNull();
    assertThat(ran).containsExactly(Thread.currentThread());
  }

  @Test
  void anErrorReachesTheHandlerAndTheCaller() {
    assertThatThrownBy(() -> inPlace.submit(InPlaceTest::fail)).isSameAs(NO_MEMORY);
    assertThat(reported).containsExactly(NO_MEMORY);
  }

  @Test
  void anExceptionIsLeftToWhoeverAsks() {
    Runnable task =
        () -> {
          throw new IllegalStateException("of a test");
        };
    Future<?> failed = inPlace.submit(task);
    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(failed::get)
        .withMessageContaining("of a test");
    assertThat(reported).isEmpty();
  }

  @Test
  void anErrorOfACallbackReachesTheHandler() {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    FatalErrors.watch(ended.thenRun(InPlaceTest::fail));
    ended.complete(null);
    assertThat(reported).containsExactly(NO_MEMORY);
    FatalErrors.watch(CompletableFuture.failedFuture(new IllegalStateException("of a test")));
    FatalErrors.watch(CompletableFuture.failedFuture(new StackOverflowError("of a test")));
    assertThat(reported).hasSize(1);
  }

  /** As Kafka's client wraps one of its own threads. */
  @Test
  void anErrorThatIsACauseReachesTheHandler() {
    Exception failure = new IllegalStateException("of a test", NO_MEMORY);
    FatalErrors.watch(CompletableFuture.failedFuture(failure));
    assertThat(reported).containsExactly(NO_MEMORY);
  }
}
