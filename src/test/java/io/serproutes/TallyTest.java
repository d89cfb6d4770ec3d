package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {

  private final Tally tally = new Tally(new Secrets(new Settings(key -> null)));

  /** The receipt is durable by then: a failure would have the items delivered once more. */
  @Test
  void aListenerThatFailsHoldsUpNobody() {
    List<String> told = new ArrayList<>();
    tally.listen(
        (task, outcome, reason) -> {
          throw new IllegalStateException("a meter of that name has other tags");
        });
    tally.listen((task, outcome, reason) -> told.add(outcome));
    String result = "[{\"items\":[{\"type\":\"organic\"}]}]";
    Task task = TestTasks.fresh(TestTasks.id(1));
    TestTasks.answer(task, 200, TestTasks.body(task.getId(), 20000, "{}", result));
    task.setOutcome("delivered");
    tally.ended(task);
    assertThat(told).containsExactly("delivered");
    assertThat(task.isEnded()).isTrue();
    assertThat(tally.done()).isOne();
    assertThat(tally.items()).isOne();
  }
}
