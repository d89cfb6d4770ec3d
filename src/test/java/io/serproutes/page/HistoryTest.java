package io.serproutes.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HistoryTest {

  private final Tally tally = new Tally(new Secrets(new Settings(Map.<String, String>of()::get)));
  private final Gate gate = TestTasks.gate(Runnable::run);
  private final AtomicLong millis = new AtomicLong(-7);
  private final AtomicLong clock = new AtomicLong(1_000_000_000_000L);
  private final History history = new History(tally, gate, millis::get, clock::get);
  private long ids;

  private void end(int count, int code) {
    for (int i = 0; i < count; i++) {
      TaskId id = TestTasks.id(++ids);
      Task task = TestTasks.fresh(id);
      String result =
          "{\"items\":[{\"type\":\"organic\"},{\"type\":\"paid\"},{\"type\":\"organic\"}]}";
      tally.ended(TestTasks.answer(task, 200, TestTasks.body(id, code, "{}", "[" + result + "]")));
    }
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      millis.addAndGet(1000);
      clock.addAndGet(1000);
      history.tick();
    }
  }

  @Test
  void ratesAreThoseOfTheLastTenSeconds() {
    assertThat(history.idsPerSecond()).isZero();
    end(30, 20000);
    pass(2);
    assertThat(history.idsPerSecond()).isEqualTo(15);
    assertThat(history.itemsPerSecond()).isEqualTo(45);
    pass(8);
    assertThat(history.idsPerSecond()).isEqualTo(3);
    pass(1);
    assertThat(history.idsPerSecond()).isZero();
  }

  @Test
  void aSlotHasWhatEndedInItsFiveSeconds() {
    end(10, 20000);
    end(5, 40401);
    pass(5);
    end(5, 40102);
    pass(5);
    History.Slots slots = history.after(0);
    assertThat(slots.interval()).isEqualTo(5);
    assertThat(slots.times()).containsExactly(1_000_000_005L, 1_000_000_010L);
    assertThat(slots.ids())
        .containsOnlyKeys("delivered", "partial", "empty", "dead-lettered", "parked");
    assertThat(slots.ids().get("delivered")).containsExactly(2.0, 0.0);
    assertThat(slots.ids().get("dead-lettered")).containsExactly(1.0, 0.0);
    assertThat(slots.ids().get("empty")).containsExactly(0.0, 1.0);
    assertThat(slots.items().get("organic")).containsExactly(4.0, 2.0);
    assertThat(slots.items().get("paid")).containsExactly(2.0, 1.0);
    assertThat(slots.callMs().get("median")).containsExactly(null, null);
    assertThat(slots.limitUsed()).containsExactly(0.0, 0.0);
    assertThat(history.after(1_000_000_005L).times()).containsExactly(1_000_000_010L);
  }

  @Test
  void slotsEndAtTheTimeOfTheClockAlsoAfterASuspendAndNeverGoBack() {
    pass(5);
    clock.addAndGet(3_600_000); // suspended, while the other stands still
    pass(5);
    clock.addAndGet(-60_000);
    end(10, 20000);
    pass(10);
    History.Slots slots = history.after(0);
    assertThat(slots.times())
        .containsExactly(1_000_000_005L, 1_000_003_610L, 1_000_003_615L, 1_000_003_620L);
    assertThat(slots.ids().get("delivered")).containsExactly(0.0, 0.0, 2.0, 0.0);
  }

  @Test
  void anHourIsKeptAndNoMore() {
    pass(2 * 3600 + 5);
    History.Slots slots = history.after(0);
    assertThat(slots.times()).hasSize(720).isSorted();
    assertThat(slots.times().get(719)).isEqualTo(clock.get() / 1000);
    assertThat(slots.ids().get("delivered")).hasSize(720);
  }
}
