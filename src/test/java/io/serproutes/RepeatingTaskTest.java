package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RepeatingTaskTest {

  private long now = -7;
  private Runnable next = () -> {};
  private final RepeatingTask task = new RepeatingTask("it", () -> next.run(), () -> now);

  @AfterEach
  void forget() {
    Thread.currentThread().setUncaughtExceptionHandler(null);
  }

  @Test
  void anExceptionDoesNotEndIt() {
    next =
        () -> {
          throw new IllegalStateException("odd");
        };
    now += Duration.ofMinutes(2).toNanos();
    task.run();
    assertThat(task.nanosSinceRun()).isZero();
  }

  @Test
  void anErrorIsReportedAndThrown() {
    List<Throwable> reported = new ArrayList<>();
    Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
    Error error = new AssertionError("of a test");
    next =
        () -> {
          throw error;
        };
    now += 5;
    assertThatThrownBy(task::run).isSameAs(error);
    assertThat(reported).containsExactly(error);
    assertThat(task.nanosSinceRun()).as("it did not come by").isEqualTo(5);
  }

  @Test
  void itTellsWhenItLastCameBy() {
    now += 5;
    assertThat(task.nanosSinceRun()).isEqualTo(5);
    task.run();
    assertThat(task.nanosSinceRun()).isZero();
  }
}
