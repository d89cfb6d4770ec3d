package io.serproutes.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.fetch.Poll;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class ReadyPollsTest {

  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final Duration GAP = Duration.ofSeconds(3);

  private final Map<String, String> keys =
      new HashMap<>(Map.of("serp.ready.poll", "1m", "serp.retry.max-attempts", "3"));
  private final ReadyCounts counts = new ReadyCounts();
  private final Set<TaskId> parkedHere = new HashSet<>();
  private final Set<TaskId> woken = new HashSet<>();
  private Leader.Standing standing = Leader.Standing.LEADS;
  private long now = -7;
  private ReadyPolls polls;

  private ReadyPolls polls() {
    if (polls == null) {
      Settings settings = new Settings(keys::get);
      Secrets secrets = new Secrets(settings);
      Tally tally = new Tally(secrets);
      polls = new ReadyPolls(settings, tally, secrets, counts, () -> now);
      DefaultCamelContext context = new DefaultCamelContext();
      context.getRegistry().bind("fed", new FedMemory(settings, tally, () -> now));
      context.getRegistry().bind("leader", (Leader) () -> standing);
      context.getRegistry().bind("parked", new Parked());
      polls.setCamelContext(context);
    }
    return polls;
  }

  private final class Parked implements ParkedIds {

    @Override
    public int size() {
      return parkedHere.size();
    }

    @Override
    public Instant oldest() {
      return null;
    }

    @Override
    public Instant nextDue() {
      return null;
    }

    @Override
    public Set<TaskId> wake(Set<TaskId> ids) {
      Set<TaskId> here = new HashSet<>(parkedHere);
      here.retainAll(ids);
      woken.addAll(here);
      return here;
    }
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  private static TaskId id(long number) {
    return TestTasks.id(number);
  }

  private static ReadyPage page(long from, long to) {
    return page((int) (to - from), from, to);
  }

  private static ReadyPage page(int rows, long from, long to) {
    List<TaskId> ids = LongStream.range(from, to).mapToObj(ReadyPollsTest::id).toList();
    int foreign = rows - ids.size();
    return new ReadyPage(rows, ids, foreign, 0, List.of(), 20000, "Ok.", null);
  }

  /** A good poll that brings a page; the ids that are fed. */
  private List<TaskId> poll(ReadyPage page) {
    assertThat(polls().isDue()).isTrue();
    List<TaskId> chosen = polls().choose(page);
    polls().ended(TestTasks.poll(20000, 200), chosen == null ? null : "a-file");
    return chosen == null ? List.of() : chosen;
  }

  private void failedPoll(int code, int http) {
    assertThat(polls().isDue()).isTrue();
    polls().choose(ReadyPage.NONE);
    polls().ended(TestTasks.poll(code, http), null);
  }

  /** The time after which the next poll is due. */
  private Duration untilDue() {
    Duration passed = Duration.ZERO;
    while (!polls().isDue()) {
      assertThat(passed).isLessThan(PERIOD.multipliedBy(3));
      passed = passed.plusMillis(500);
      pass(Duration.ofMillis(500));
    }
    Poll none = null;
    polls().ended(none, null);
    return passed;
  }

  @Test
  void theFirstPollIsDueAtOnceAndTheNextAPeriodLater() {
    assertThat(poll(page(0, 10))).hasSize(10);
    assertThat(untilDue()).isEqualTo(PERIOD);
  }

  @Test
  void onePollAtATime() {
    assertThat(polls().isDue()).isTrue();
    pass(PERIOD.multipliedBy(2));
    assertThat(polls().isDue()).isFalse();
  }

  @Test
  void onlyTheLeaderPolls() {
    assertThat(polls().leads()).isTrue();
    standing = Leader.Standing.FOLLOWS;
    assertThat(polls().leads()).isFalse();
    standing = Leader.Standing.UNKNOWN;
    assertThat(polls().leads()).isFalse();
  }

  @Test
  void aFullPageIsFollowedByAnotherOnceItsIdsHaveEndedOrAreParked() {
    poll(page(0, 1000));
    LongStream.range(0, 999).forEach(i -> polls().ended(id(i)));
    pass(Duration.ofSeconds(20));
    assertThat(polls().isDue()).isFalse();
    polls().parked(id(999));
    assertThat(poll(page(1000, 1500))).hasSize(500);
    assertThat(untilDue()).as("that page was not full").isEqualTo(PERIOD);
  }

  @Test
  void atLeastThreeSecondsLieBetweenTwoPolls() {
    poll(page(0, 1000));
    LongStream.range(0, 1000).forEach(i -> polls().ended(id(i)));
    assertThat(untilDue()).isEqualTo(GAP);
  }

  /** Another process of the inbox may have the file: this one never hears of its ids. */
  @Test
  void aFullPageWhoseIdsNeverEndHereIsFollowedAfterThePeriod() {
    poll(page(0, 1000));
    assertThat(untilDue()).isEqualTo(PERIOD);
  }

  @Test
  void aFullPageWithoutANewIdWaitsForThePeriod() {
    poll(page(1000, 0, 1));
    polls().ended(id(0));
    pass(GAP);
    assertThat(poll(page(1000, 0, 1))).isEmpty();
    assertThat(untilDue()).isEqualTo(PERIOD);
  }

  @Test
  void anIdThatWasFedIsNotFedAgainUntilItWasListedForAPeriodAfterItsReceipt() {
    assertThat(poll(page(0, 2))).hasSize(2);
    pass(PERIOD);
    assertThat(poll(page(0, 3))).containsExactly(id(2));
    polls().ended(id(0));
    pass(PERIOD);
    assertThat(poll(page(0, 3))).containsExactly(id(0));
    polls().ended(id(0));
    pass(PERIOD);
    assertThat(poll(page(0, 3))).isEmpty();
    assertThat(counts.fed()).isEqualTo(4);
    assertThat(counts.rows()).isEqualTo(11);
    assertThat(counts.skipped(ReadyCounts.Skipped.FED_BEFORE)).isEqualTo(6);
    assertThat(counts.skipped(ReadyCounts.Skipped.STILL_LISTED)).isOne();
    assertThat(counts.lastGood()).isPositive();
  }

  /** The route was stopped while the disk was full, and is started again. */
  @Test
  void whatCouldNotBeKeptIsFedByTheNextPoll() {
    assertThat(poll(page(0, 1))).hasSize(1);
    pass(PERIOD);
    assertThat(polls().isDue()).isTrue();
    assertThat(polls().choose(page(0, 3))).containsExactly(id(1), id(2));
    polls().ended(TestTasks.poll(20000, 200), null);
    pass(PERIOD);
    assertThat(poll(page(0, 3))).containsExactly(id(1), id(2));
  }

  @Test
  void aFailedPollComesAgainAfterThePeriod() {
    failedPoll(20000, 404);
    assertThat(untilDue()).isEqualTo(PERIOD);
    failedPollAfter(PERIOD, 50000, 200);
    assertThat(untilDue()).isEqualTo(PERIOD);
    assertThat(counts.lastGood()).isZero();
  }

  private void failedPollAfter(Duration time, int code, int http) {
    pass(time);
    failedPoll(code, http);
  }

  /** Feeding it would deliver it twice; waiting for its time would be in vain. */
  @Test
  void anIdThatIsParkedHereIsMadeDueInsteadOfFed() {
    parkedHere.add(id(1));
    assertThat(poll(page(0, 3))).containsExactly(id(0), id(2));
    assertThat(woken).containsExactly(id(1));
    assertThat(counts.skipped(ReadyCounts.Skipped.PARKED)).isOne();
  }

  private void once() {
    keys.put("serp.once", "true");
  }

  @Test
  void aRunOncePollsUntilAPageIsNotFullOrBringsNoNewId() {
    once();
    assertThat(polls().isOver(0)).isFalse();
    poll(page(0, 1000));
    assertThat(polls().isOver(0)).isFalse();
    LongStream.range(0, 1000).forEach(i -> polls().ended(id(i)));
    pass(GAP);
    poll(page(1000, 1001));
    assertThat(polls().isOver(0)).isTrue();
    pass(PERIOD);
    assertThat(polls().isDue()).isFalse();
  }

  @Test
  void aRunOnceThatFeedsATopicWaitsForItsIds() {
    once();
    keys.put("serp.from", "kafka,tasks-ready");
    poll(page(0, 2));
    polls().ended(id(0));
    assertThat(polls().isOver(0)).isFalse();
    polls().parked(id(1));
    assertThat(polls().isOver(0)).isTrue();
  }

  /** It lies with another process of the group, whose receipts are not read here. */
  @Test
  void aRunOnceDoesNotWaitWithoutEndForAnIdThatItNeverHearsOf() {
    once();
    keys.put("serp.from", "kafka,tasks-ready");
    keys.put("serp.once.wait-circuit", "2m");
    try (LogLines log = LogLines.of("serp-ids-from-tasks-ready")) {
      poll(page(0, 3));
      pass(Duration.ofSeconds(119));
      polls().ended(id(0));
      pass(Duration.ofSeconds(119));
      assertThat(polls().isOver(1)).as("something is in work").isFalse();
      pass(Duration.ofSeconds(119));
      assertThat(polls().isOver(0)).isFalse();
      assertThat(log.lines()).noneMatch(line -> line.startsWith("WARN"));
      pass(Duration.ofSeconds(1));
      assertThat(polls().isOver(0)).isTrue();
      assertThat(polls().isOver(0)).isTrue();
      assertThat(log.lines())
          .filteredOn(line -> line.startsWith("WARN"))
          .singleElement()
          .asString()
          .startsWith("WARN the run waits no longer for 2 ids ");
    }
  }

  @Test
  void aRunOnceDoesNotWaitForThePollsOfAnother() {
    once();
    standing = Leader.Standing.UNKNOWN;
    assertThat(polls().isOver(0)).isFalse();
    standing = Leader.Standing.FOLLOWS;
    assertThat(polls().isOver(0)).isTrue();
  }

  @Test
  void aRunOnceTriesAFailedPollAFewTimesAndGoesOnWithoutIt() {
    once();
    failedPoll(50000, 200);
    failedPollAfter(GAP, 50000, 200);
    assertThat(polls().isOver(0)).isFalse();
    failedPollAfter(GAP, 50000, 200);
    assertThat(polls().isOver(0)).isTrue();
  }

  @Test
  void aRunOnceGoesOnWithoutAListWhosePathIsWrong() {
    once();
    failedPoll(40400, 404);
    assertThat(polls().isOver(0)).isTrue();
  }

  /** How long it waits for an open circuit is the run's affair. */
  @Test
  void aRunOnceDoesNotGiveUpWhereTheAccountIsRefused() {
    once();
    for (int i = 0; i < 10; i++) {
      failedPoll(40200, 402);
      pass(GAP);
    }
    assertThat(polls().isOver(0)).isFalse();
  }
}
