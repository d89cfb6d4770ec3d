package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import io.serproutes.fetch.Verdict.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Polls of a list share limits, throttle and circuit with the calls of ids. */
class PollsAtGateTest {

  private static final Duration INTERVAL = Duration.ofSeconds(60);
  private static final Duration SLOT = Duration.ofMillis(103); // at 600 calls a minute

  private final FakeTime time = new FakeTime();
  private final List<Call> started = new ArrayList<>();
  private final List<Exception> refused = new ArrayList<>();
  private final Gate gate = gate();
  private long ids;

  private Gate gate() {
    Map<String, String> values =
        Map.of(
            "serp.api.calls-per-minute", "600",
            "serp.api.max-concurrent", "3",
            "serp.circuit.probe-interval", "60s");
    Gate made = new Gate(new Settings(values::get), new BeginTask(), time::nanos, 1000);
    made.start(Runnable::run, time);
    return made;
  }

  private Poll poll() {
    Poll poll = new Poll();
    gate.enter(poll, () -> started.add(poll), refused::add);
    return poll;
  }

  private Task id() {
    return id(TestTasks.fresh(TestTasks.id(++ids)));
  }

  private Task id(Task task) {
    gate.enter(task, () -> started.add(task), refused::add);
    return task;
  }

  @Test
  void noPollStartsWhileTheGateIsPaused() {
    gate.pause();
    Poll poll = poll();
    time.advance(INTERVAL);
    assertThat(started).isEmpty();
    gate.resume();
    assertThat(started).containsExactly(poll);
  }

  private void leave(Poll poll, Kind kind, Reason reason, Integer http) {
    assertThat(started).contains(poll);
    poll.judged(new Verdict(kind, reason, null, "words", http, -1));
    gate.leave(poll);
    time.advance(SLOT);
  }

  private void leave(Task task, Kind kind, Integer http) {
    assertThat(started).contains(task);
    task.judged(new Verdict(kind, Reason.REJECTED, null, "words", http, -1), null, null);
    gate.leave(task);
    gate.ended(task);
    time.advance(SLOT);
  }

  @Test
  void aPollTakesAPlaceAndASlotAndGoesBeforeTheIdsThatWait() {
    Task first = id();
    Task second = id();
    Poll poll = poll();
    assertThat(started).containsExactly(first);
    time.advance(SLOT);
    assertThat(started).containsExactly(first, poll);
    time.advance(SLOT);
    assertThat(started).containsExactly(first, poll, second);
    Task third = id();
    time.advance(SLOT);
    assertThat(gate.inFlight()).isEqualTo(3);
    assertThat(started).doesNotContain(third);
    leave(poll, Kind.DELIVER, null, 200);
    assertThat(started).contains(third);
  }

  @Test
  void aThrottledPollMakesEverybodyPause() {
    leave(poll(), Kind.THROTTLED, null, 429);
    Task task = id();
    time.advance(Duration.ofSeconds(4));
    assertThat(started).doesNotContain(task);
    time.advance(Duration.ofSeconds(1));
    assertThat(started).contains(task);
  }

  @Test
  void anAccountAnswerOpensTheCircuitAndAPollIsTheProbeWhereNoIdWaits() {
    leave(poll(), Kind.ACCOUNT, null, 402);
    assertThat(gate.whyOpen()).isEqualTo("the account has no money left (HTTP 402)");
    Poll probe = poll();
    assertThat(started).doesNotContain(probe);
    time.advance(INTERVAL);
    leave(probe, Kind.ACCOUNT, null, 402);
    assertThat(gate.isOpen()).isTrue();
    Poll next = poll();
    time.advance(INTERVAL);
    leave(next, Kind.DELIVER, null, 200);
    assertThat(gate.isOpen()).isFalse();
  }

  @Test
  void anIdThatWaitsIsTheProbe() {
    leave(id(), Kind.ACCOUNT, 402);
    Poll poll = poll();
    Task task = id();
    time.advance(INTERVAL);
    assertThat(started).contains(task).doesNotContain(poll);
    leave(task, Kind.PERMANENT, 200);
    assertThat(gate.isOpen()).isFalse();
    assertThat(started).contains(poll);
  }

  /** The path of the list may be wrong while that of the tasks is right. */
  @Test
  void anAnswerAboutThePathNeitherOpensNorCloses() {
    leave(poll(), Kind.PERMANENT, Reason.WRONG_ENDPOINT, 404);
    assertThat(gate.isOpen()).isFalse();
    leave(id(), Kind.ACCOUNT, 301);
    Poll probe = poll();
    time.advance(INTERVAL);
    leave(probe, Kind.PERMANENT, Reason.WRONG_ENDPOINT, 301);
    assertThat(gate.isOpen()).isTrue();
    Task next = id();
    time.advance(INTERVAL.minus(SLOT));
    assertThat(started).as("the next probe, an interval later").contains(next);
  }

  @Test
  void failuresOfPollsAndIdsInARowOpenItAsUnreachable() {
    leave(poll(), Kind.TRANSIENT, null, null);
    leave(id(), Kind.TRANSIENT, null);
    assertThat(gate.isOpen()).isFalse();
    leave(poll(), Kind.TRANSIENT, null, null);
    assertThat(gate.whyOpen()).contains("cannot be reached (words)");
    Poll probe = poll();
    time.advance(INTERVAL);
    leave(probe, Kind.TRANSIENT, null, 503);
    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void aGoodPollStartsTheCountOfPollsAnew() {
    leave(poll(), Kind.TRANSIENT, null, null);
    leave(poll(), Kind.TRANSIENT, null, null);
    leave(poll(), Kind.DELIVER, null, 200);
    leave(poll(), Kind.TRANSIENT, null, null);
    assertThat(gate.isOpen()).isFalse();
  }

  /** The calls for ids may fail while the list is answered. */
  @Test
  void aGoodPollForgetsNoFailureOfAnId() {
    leave(id(), Kind.TRANSIENT, null);
    leave(poll(), Kind.DELIVER, null, 200);
    leave(id(), Kind.TRANSIENT, null);
    leave(poll(), Kind.DELIVER, null, 200);
    leave(id(), Kind.TRANSIENT, null);
    assertThat(gate.isOpen()).isTrue();
  }

  /** An id is refused alone only where other ids pass; a list is no id. */
  @Test
  void aGoodPollDoesNotMakeAnIdTheOnlyOneThatIsRefused() {
    Task task = id();
    for (int i = 0; i < 3; i++) {
      leave(task, Kind.ACCOUNT, 403);
      Poll probe = poll();
      time.advance(INTERVAL);
      leave(probe, Kind.DELIVER, null, 200);
      id(task);
    }
    assertThat(task.tries().refusals()).isOne();
  }

  @Test
  void aPollWithoutAVerdictGivesItsPlaceBack() {
    Poll poll = poll();
    gate.leave(poll);
    assertThat(gate.inFlight()).isZero();
  }

  @Test
  void anyAnswerToAPollThatIsTheProbeClosesWhatTheAccountOpened() {
    leave(id(), Kind.ACCOUNT, 402);
    Poll throttled = poll();
    time.advance(INTERVAL);
    leave(throttled, Kind.THROTTLED, null, 429);
    assertThat(gate.isOpen()).isFalse();
    time.advance(INTERVAL);
    leave(id(), Kind.ACCOUNT, 402);
    Poll failed = poll();
    time.advance(INTERVAL);
    leave(failed, Kind.TRANSIENT, null, 503);
    assertThat(gate.isOpen()).isFalse();
  }

  @Test
  void aGoodPollMakesTheNextPauseShortAgain() {
    leave(poll(), Kind.THROTTLED, null, 429);
    time.advance(INTERVAL);
    leave(poll(), Kind.DELIVER, null, 200);
    leave(poll(), Kind.THROTTLED, null, 429);
    Task task = id();
    time.advance(Duration.ofSeconds(5));
    assertThat(started).as("not ten seconds").contains(task);
  }

  @Test
  void aHostsIdThatWaitsIsRefusedWhenAPollOpensTheCircuit() {
    Poll poll = poll();
    Task waits = id();
    Task ofHost = id(TestTasks.ofHost(TestTasks.id(99), null));
    leave(poll, Kind.ACCOUNT, null, 402);
    assertThat(refused)
        .singleElement()
        .isInstanceOf(CircuitOpenException.class)
        .hasFieldOrPropertyWithValue(
            "message", "the circuit is open: the account has no money left (HTTP 402)");
    assertThat(started).doesNotContain(waits, ofHost);
    assertThat(gate.waiting()).isOne();
  }

  @Test
  void atTheEndItIsTurnedAway() {
    id();
    poll();
    gate.stop();
    assertThat(refused).hasOnlyElementsOfType(StoppingException.class).hasSize(1);
    poll();
    assertThat(refused).hasSize(2);
  }

  @Test
  void startedAgainItLetsNoneInThatWasTurnedAway() {
    id();
    Poll turnedAway = poll();
    gate.stop();
    gate.start(Runnable::run, time);
    Poll next = poll();
    time.advance(SLOT.multipliedBy(3));
    assertThat(started).contains(next).doesNotContain(turnedAway);
  }
}
