package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Verdict.Kind;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OpenAnswersTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int CONCURRENCY = 3;

  private final OpenAnswers open = new OpenAnswers(1000, 1000);
  private long now = -1_500_000_000L; // System.nanoTime may be negative
  private long ids;

  private Task add() {
    Task task = TestTasks.fresh(TestTasks.id(++ids));
    open.add(task);
    return task;
  }

  private void ended(int tasks) {
    for (int i = 0; i < tasks; i++) {
      open.ended(TestTasks.fresh(TestTasks.id(++ids)), now);
    }
  }

  /** How many calls may be in flight beside what is open. */
  private int room() {
    int room = 0;
    while (room < 100 && open.leaveRoom(room, CONCURRENCY, now)) {
      room++;
    }
    return room;
  }

  @Test
  void asManyAsMayBeInFlightAreOpenWhereNothingEnds() {
    assertThat(room()).isEqualTo(3);
    Task first = add();
    add();
    open.add(first); // once
    assertThat(room()).isEqualTo(1);
    open.ended(first, now);
    assertThat(room()).isEqualTo(2);
  }

  @Test
  void halfOfWhatEndedInThisSecondOrTheLastIsRoomForMore() {
    ended(8);
    assertThat(room()).isEqualTo(3 + 4);
    now += SECOND; // the one before
    assertThat(room()).isEqualTo(3 + 4);
    ended(4);
    assertThat(room()).as("the better of the two").isEqualTo(3 + 4);
    ended(6);
    assertThat(room()).isEqualTo(3 + 5);
    now += SECOND;
    assertThat(room()).isEqualTo(3 + 5);
    now += SECOND;
    assertThat(room()).as("nothing has ended in either").isEqualTo(3);
  }

  @Test
  void whatEndedSecondsAgoIsNoneOfTheLast() {
    ended(8);
    now += 2 * SECOND;
    assertThat(room()).isEqualTo(3);
    ended(8);
    now += 2 * SECOND;
    ended(2);
    assertThat(room()).as("of two that ended now").isEqualTo(3 + 1);
  }

  @Test
  void neitherMoreThanSoManyNorMoreThanSoManyBytes() {
    OpenAnswers few = new OpenAnswers(2, 1000);
    few.add(TestTasks.fresh(TestTasks.id(1)));
    assertThat(few.leaveRoom(0, CONCURRENCY, now)).isTrue();
    few.add(TestTasks.fresh(TestTasks.id(2)));
    assertThat(few.leaveRoom(0, CONCURRENCY, now)).isFalse();

    Task large = TestTasks.fresh(TestTasks.id(3));
    TestTasks.answer(large, 200, " ".repeat(400));
    assertThat(large.getVerdict().kind()).isEqualTo(Kind.TRANSIENT);
    int bytes = large.getAnswer().heapBytes();
    OpenAnswers small = new OpenAnswers(1000, bytes);
    small.add(large);
    assertThat(small.leaveRoom(0, CONCURRENCY, now)).isFalse();
    small.ended(large, now);
    assertThat(small.leaveRoom(0, CONCURRENCY, now)).isTrue();
    OpenAnswers larger = new OpenAnswers(1000, bytes + 1);
    larger.add(large);
    assertThat(larger.leaveRoom(0, CONCURRENCY, now)).isTrue();
  }
}
