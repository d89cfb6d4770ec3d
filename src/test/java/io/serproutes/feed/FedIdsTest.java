package io.serproutes.feed;

import static io.serproutes.feed.FedIds.Choice.FED_BEFORE;
import static io.serproutes.feed.FedIds.Choice.FEED;
import static io.serproutes.feed.FedIds.Choice.FEED_AGAIN;
import static io.serproutes.feed.FedIds.Choice.STILL_LISTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ids.TaskId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FedIdsTest {

  private static final int PERIOD = 60;
  private static final int DAY = 24 * 60 * 60;

  private final FedIds fed = new FedIds(8000);

  private static TaskId id(long number) {
    return TaskId.of(0x1017132415350066L, number);
  }

  private FedIds.Choice choose(long number, int now) {
    return fed.choose(id(number), PERIOD, now);
  }

  @Test
  void anIdIsFedOnceWhileItIsInWorkHoweverLongThatTakes() {
    assertThat(choose(1, 0)).isEqualTo(FEED);
    assertThat(choose(1, 3)).isEqualTo(FED_BEFORE);
    assertThat(choose(1, DAY)).isEqualTo(FED_BEFORE);
    assertThat(choose(2, DAY)).isEqualTo(FEED);
  }

  /** One that is still listed one period after its receipt is fed once more, then only named. */
  @Test
  void anIdThatStaysListedIsFedOnceMoreAndThenNoLonger() {
    choose(1, 0);
    fed.ended(id(1), 10);
    assertThat(choose(1, 10 + PERIOD - 1)).as("the list lags").isEqualTo(FED_BEFORE);
    assertThat(choose(1, 10 + PERIOD)).isEqualTo(FEED_AGAIN);
    assertThat(choose(1, 10 + 2 * PERIOD)).as("in work again").isEqualTo(FED_BEFORE);
    fed.ended(id(1), 200);
    fed.ended(id(1), 250); // the same end, from the topic of receipts
    assertThat(choose(1, 200 + PERIOD - 1)).isEqualTo(FED_BEFORE);
    assertThat(choose(1, 200 + PERIOD)).isEqualTo(STILL_LISTED);
    fed.ended(id(1), 300);
    assertThat(choose(1, DAY)).isEqualTo(STILL_LISTED);
  }

  @Test
  void theEndOfAnIdThatWasNotFedIsPassedOver() {
    fed.ended(id(1), 10);
    assertThat(fed.size()).isZero();
    assertThat(choose(1, 10 + PERIOD)).isEqualTo(FEED);
  }

  @Test
  void aSignalForWhatIsInWorkOrDeliveredChangesNothing() {
    assertThat(fed.isOpenOrDelivered(id(1), DAY, 0)).isFalse();
    fed.fed(id(1), 0);
    assertThat(fed.isOpenOrDelivered(id(1), DAY, DAY)).isTrue();
    assertThat(fed.isOpenOrDelivered(id(1), DAY, DAY + 1)).as("out of patience").isFalse();
    assertThat(choose(1, 1)).isEqualTo(FED_BEFORE);
    fed.ended(id(1), false, 10);
    fed.ended(id(1), 11); // from the topic of receipts, which does not say how
    assertThat(fed.isOpenOrDelivered(id(1), DAY, 2 * DAY)).isTrue();
  }

  @Test
  void whatCouldNotBeKeptIsNew() {
    choose(1, 0);
    fed.notFed(id(1), 1);
    assertThat(fed.isOpenOrDelivered(id(1), DAY, 2)).isFalse();
    assertThat(choose(1, 3)).isEqualTo(FEED);
    fed.ended(id(1), false, 4);
    fed.notFed(id(1), 5);
    assertThat(choose(1, 6)).as("it was kept all the same").isEqualTo(FED_BEFORE);
    fed.notFed(id(2), 7);
    assertThat(fed.size()).isOne();
  }

  @Test
  void aSignalForADeadLetterAsksAnew() {
    choose(1, 0);
    fed.ended(id(1), true, 10);
    assertThat(fed.isOpenOrDelivered(id(1), DAY, 11)).isFalse();
    fed.fed(id(1), 12);
    assertThat(fed.isOpenOrDelivered(id(1), DAY, 13)).isTrue();
    fed.ended(id(1), true, 14);
    fed.ended(id(1), false, 15); // replayed from its dead letter
    assertThat(fed.isOpenOrDelivered(id(1), DAY, 16)).isTrue();
  }

  @Test
  void whatIsDeliveredOfOtherSourcesCanBeRemembered() {
    fed.ended(id(1), true, 10);
    assertThat(fed.size()).isZero();
    fed.ended(id(2), false, 10);
    assertThat(fed.isOpenOrDelivered(id(2), DAY, 11)).isTrue();
    assertThat(choose(2, 10 + PERIOD)).as("still listed").isEqualTo(FEED_AGAIN);
  }

  @Test
  void fourDaysAfterwardsItIsNew() {
    choose(1, 5);
    assertThat(choose(1, 5 + 4 * DAY)).isEqualTo(FED_BEFORE);
    assertThat(choose(1, 5 + 4 * DAY + 1)).isEqualTo(FEED);
    assertThat(fed.size()).isOne();
  }

  @Test
  void onlyTheLastAreRemembered() {
    for (int i = 0; i < 8001; i++) {
      assertThat(choose(i, 0)).isEqualTo(FEED);
    }
    assertThat(fed.size()).isEqualTo(8000);
    assertThat(choose(1, 0)).isEqualTo(FED_BEFORE);
    assertThat(choose(8000, 0)).isEqualTo(FED_BEFORE);
    assertThat(choose(0, 0)).as("forgotten").isEqualTo(FEED);
    assertThat(choose(1, 0)).as("in place of the oldest").isEqualTo(FEED);
  }

  /** Against a set and a queue, over many turns of the ring and at any age. */
  @Test
  void itRemembersWhatItShould() {
    Random random = new Random(7);
    Set<Integer> known = new HashSet<>();
    Deque<int[]> order = new ArrayDeque<>();
    int now = 0;
    for (int i = 0; i < 200_000; i++) {
      now += random.nextInt(500) == 0 ? random.nextInt(DAY) : 0;
      int which = random.nextInt(12_000);
      while (!order.isEmpty() && now - order.peek()[1] > 4 * DAY) {
        known.remove(order.remove()[0]);
      }
      boolean isNew = !known.contains(which);
      if (isNew) {
        if (order.size() == 8000) {
          known.remove(order.remove()[0]);
        }
        known.add(which);
        order.add(new int[] {which, now});
      }
      assertThat(choose(which, now)).isEqualTo(isNew ? FEED : FED_BEFORE);
      assertThat(fed.size()).isEqualTo(known.size());
    }
  }

  @Test
  void aMillionIdsTakeTwentyEightBytesEach() {
    FedIds all = new FedIds();
    Runtime runtime = Runtime.getRuntime();
    System.gc();
    long before = runtime.totalMemory() - runtime.freeMemory();
    for (int i = 0; i < 1_100_000; i++) {
      all.choose(id(i), PERIOD, i / 1000);
    }
    System.gc();
    long bytes = runtime.totalMemory() - runtime.freeMemory() - before;
    assertThat(all.size()).isEqualTo(1_000_000);
    assertThat(bytes / 1_000_000.0).isBetween(20.0, 33.0);
    assertThat(all.choose(id(99_999), PERIOD, 1100)).isEqualTo(FEED);
    assertThat(all.choose(id(1_000_000), PERIOD, 1100)).isEqualTo(FED_BEFORE);
  }

  /** What is forgotten gives its memory back. */
  @Test
  void fewIdsTakeLittleHoweverManyThereWere() {
    FedIds all = new FedIds();
    for (int i = 0; i < 300_000; i++) {
      all.choose(id(i), PERIOD, 0);
    }
    all.choose(id(1), PERIOD, 5 * DAY);
    assertThat(all.size()).isOne();
    assertThat(all.chunks()).isOne();
  }
}
