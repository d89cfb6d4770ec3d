package io.serproutes.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Reason;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemType;
import io.serproutes.observe.Tally.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {

  private final Tally tally = new Tally(new Secrets(new Settings(Map.<String, String>of()::get)));

  /** The id is delivered, and yet there is a dead letter. */
  @Test
  void aLetterOfItemsThatAreTooLargeIsADeadLetter() {
    TaskId id = TestTasks.id(1);
    Task task = TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, 20000, "{}", "[]"));
    task.noteOversized(ItemType.PAID, 3);
    task.noteOversized(ItemType.PAID, 4);
    tally.ended(task);
    assertThat(tally.deadLetters()).isOne();
    assertThat(tally.tooLarge()).isOne();
    assertThat(tally.done()).isOne();
  }

  /** A file of hundreds of rows that are no ids is not a log of hundreds of lines. */
  @Test
  void aDeadLetterThatItsSourceCountsIsNotLogged() {
    try (LogLines log = LogLines.of("serp-dead-letter")) {
      for (boolean isLogged : new boolean[] {true, false}) {
        tally.ended(
            TestTasks.of(Delivery.fresh("no id", Source.named("test"), settlement(isLogged))));
      }
      assertThat(tally.deadLetters()).isEqualTo(2);
      assertThat(log.lines())
          .containsExactly(
              "WARN dead letter invalid-id: \"no id\" (test): not a task id; correct it and give it again");
    }
  }

  private static Delivery.Settlement settlement(boolean logsDeadLetters) {
    return new Delivery.Settlement() {
      @Override
      public void settled(Delivery.Outcome outcome) {
        // nothing waits for it
      }

      @Override
      public boolean logsDeadLetter(String reason) {
        assertThat(reason).isEqualTo("invalid-id");
        return logsDeadLetters;
      }
    };
  }

  @Test
  void inputThatIsNoIdIsADeadLetter() {
    tally.ended(TestTasks.fresh("no id"));
    assertThat(tally.count(new Ended("dead-lettered", "invalid-id"))).isOne();
    assertThat(tally.done()).isOne();
    assertThat(tally.deadLetters()).isOne();
  }

  @Test
  void everyEndIsKnownBeforeItHappens() {
    assertThat(Tally.all())
        .contains(
            new Ended("delivered", "none"),
            new Ended("dead-lettered", "not-found"),
            new Ended("parked", "none"))
        .doesNotContain(new Ended("dead-lettered", "too-large"))
        .hasSize(4 + Reason.values().length - 1);
  }

  /** Its outcome is durable: a failure must not have it delivered once more. */
  @Test
  void whoListensIsToldOfEachEndAndItsFailureIsItsOwn() {
    List<Task> told = new ArrayList<>();
    tally.listen(
        task -> {
          throw new IllegalStateException("planned by the test");
        });
    tally.listen(told::add);
    Task task = TestTasks.fresh("no id");
    tally.ended(task);
    assertThat(told).containsExactly(task);
  }
}
