package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.LogLines;
import io.serproutes.Settings;
import io.serproutes.fetch.Verdict.Kind;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Delivery.Settlement;
import io.serproutes.ids.Source;
import io.serproutes.items.Answer;
import io.serproutes.items.AnswerReader;
import io.serproutes.observe.CircuitHealth;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GateTest {

  private static final Duration INTERVAL = Duration.ofSeconds(60);
  private static final Duration SLOT = Duration.ofMillis(103); // at 600 calls a minute

  private final FakeTime time = new FakeTime();
  private final List<Task> started = new ArrayList<>();
  private final Map<Task, Exception> refused = new HashMap<>();
  private final BeginTask turns = new BeginTask();
  private Gate gate;
  private long ids;

  @BeforeEach
  void open() {
    open(600, 3);
  }

  private void open(int perMinute, int concurrent) {
    Map<String, String> values =
        Map.of(
            "serp.api.base-url",
            "https://api.dataforseo.com",
            "serp.api.calls-per-minute",
            "" + perMinute,
            "serp.api.max-concurrent",
            "" + concurrent,
            "serp.circuit.probe-interval",
            "60s");
    gate = new Gate(new Settings(values::get), turns, time::nanos, 1000);
    gate.start(Runnable::run, time);
  }

  private Task enter(Task task) {
    gate.enter(task, () -> started.add(task), refusal -> refused.put(task, refusal));
    return task;
  }

  private Task fresh() {
    return enter(TestTasks.fresh(TestTasks.id(++ids)));
  }

  private Task parked() {
    return enter(TestTasks.parkedBefore(TestTasks.id(++ids), Instant.EPOCH, 1));
  }

  private Task host() {
    return enter(TestTasks.ofHost(TestTasks.id(++ids), null));
  }

  private void leave(Task task, Verdict verdict) {
    assertThat(started).contains(task);
    task.judged(verdict, null, null);
    gate.leave(task);
  }

  private void leave(Task task, Kind kind) {
    leave(task, verdict(kind, null, 200));
  }

  private static Verdict verdict(Kind kind, Integer code, Integer http) {
    return new Verdict(kind, Reason.REJECTED, code, "words", http, -1);
  }

  private void passes(Task task) {
    leave(task, Kind.DELIVER);
    delivered(task);
  }

  private void delivered(Task task) {
    task.end();
    gate.ended(task);
  }

  private void advance(Duration by) {
    time.advance(by);
  }

  /** Opens the circuit with an account answer to a task of its own. */
  private Task refuseAccount() {
    Task refusedOne = fresh();
    leave(refusedOne, verdict(Kind.ACCOUNT, 40100, 401));
    assertThat(gate.isOpen()).isTrue();
    return refusedOne;
  }

  /** As where HTTP is spoken to a port for HTTPS: no id is to blame. */
  @Test
  void whatAGatewayRefusesOfAllIdsOpensTheCircuit() {
    Verdict refused = new Verdict(Kind.TRANSIENT, Reason.REJECTED, null, null, 400, -1);
    for (int i = 0; i < 3; i++) {
      Task task = fresh();
      time.advance(Duration.ofSeconds(1));
      leave(task, refused);
    }
    assertThat(gate.halted())
        .startsWith("Halted: https://api.dataforseo.com gives no usable answer (HTTP 400). ")
        .contains("Check serp.api.base-url and whatever proxy or gateway stands in between;");
  }

  /** It would be a probe for ever, and never be given up. */
  @Test
  void oneIdThatFailsByItselfDoesNotOpenTheCircuitWhereOneCallAtATimeIsMade() {
    open(600, 1);
    Task task = fresh();
    for (int call = 0; call < 3; call++) {
      leave(task, verdict(Kind.TRANSIENT, 50000, 500));
      assertThat(gate.isOpen()).isFalse();
      time.advance(Duration.ofSeconds(1));
      enter(task);
    }
    assertThat(task.tries().failures()).isEqualTo(3);
  }

  @Test
  void howLongUntilTheNextProbeIsKnown() {
    assertThat(gate.nextProbe()).isNull();
    refuseAccount();
    assertThat(gate.nextProbe()).isEqualTo(INTERVAL);
    advance(Duration.ofSeconds(45));
    assertThat(gate.nextProbe()).isEqualTo(Duration.ofSeconds(15));
    Task probe = fresh();
    advance(Duration.ofSeconds(20));
    assertThat(gate.nextProbe()).as("while one is under way").isZero();
    passes(probe);
    assertThat(gate.nextProbe()).isNull();
  }

  @Nested
  class AnswersThatCameWithTheirIds {

    private Task answered() {
      return enter(TestTasks.answered(TestTasks.id(++ids), Path.of("answer.json.gz")));
    }

    @Test
    void theyNeedNoCallAndWaitForNone() {
      refuseAccount();
      Task asked = fresh();
      Task answered = answered();
      assertThat(started).contains(answered).doesNotContain(asked);
      assertThat(answered.getAttempts()).isZero();
      assertThat(gate.inFlight()).isZero();
      int left = gate.callsLeft();
      passes(answered);
      assertThat(gate.callsLeft()).isEqualTo(left);
      assertThat(gate.isOpen()).as("open for the account's sake").isTrue();
    }

    /** Whoever has the token may have posted it. */
    @Test
    void whatTheySayOpensAndClosesNoCircuit() {
      leave(answered(), verdict(Kind.ACCOUNT, 40100, null));
      assertThat(gate.isOpen()).isFalse();
      for (int i = 0; i < 10; i++) {
        leave(answered(), Kind.TRANSIENT);
      }
      leave(answered(), Kind.THROTTLED);
      assertThat(gate.isOpen()).isFalse();
      Task asked = fresh();
      assertThat(started).as("no pause").contains(asked);
    }

    @Test
    void anUnavailableOutputHoldsThemUpButForOneTryAnInterval() {
      gate.cannotDeliver("disk full", "Make room");
      Task first = answered();
      Task second = answered();
      Task third = answered();
      assertThat(started).isEmpty();
      advance(INTERVAL);
      gate.tick();
      assertThat(started).containsExactly(first);
      advance(Duration.ofSeconds(1));
      gate.tick();
      assertThat(started).containsExactly(first);
      passes(first);
      assertThat(gate.isOpen()).isFalse();
      assertThat(started).contains(second, third);
    }

    @Test
    void soManyAreReadAtOnceAndWaitForAnOutput() {
      List<Task> all = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        all.add(answered());
      }
      assertThat(started).as("max-concurrent is 3").hasSize(3);
      for (Task task : all.subList(0, 3)) {
        leave(task, Kind.DELIVER);
      }
      assertThat(started).as("their answers wait for an output").hasSize(3);
      fresh();
      assertThat(started).as("so does no call start").hasSize(3);
      delivered(all.get(0));
      assertThat(started).hasSize(4);
    }

    /** However quick the outputs are. */
    @Test
    void noMoreAreReadAtOnceThanCallsMayBeInFlight() {
      for (int i = 0; i < 100; i++) {
        gate.ended(TestTasks.fresh(TestTasks.id(1000 + i)));
      }
      for (int i = 0; i < 5; i++) {
        answered();
      }
      assertThat(started).hasSize(3);
    }

    @Test
    void oneThatBringsNothingToDeliverMakesRoomAtOnce() {
      for (int i = 0; i < 4; i++) {
        answered();
      }
      assertThat(started).hasSize(3);
      leave(started.get(0), Kind.TRANSIENT);
      assertThat(started).hasSize(4);
      gate.leave(started.get(1)); // it was not even judged
      answered();
      assertThat(started).hasSize(5);
    }

    @Test
    void theyStayInTheirSourceAtAStop() {
      gate.cannotDeliver("disk full", "Make room");
      Task waiting = answered();
      gate.stop();
      assertThat(refused.get(waiting)).isInstanceOf(StoppingException.class);
      assertThat(refused.get(answered())).isInstanceOf(StoppingException.class);
    }
  }

  @Nested
  class Limits {

    @Test
    void callsAreCountedAndTimed() {
      assertThat(gate.calls().quantile(0.5)).isNull();
      Task slow = fresh();
      advance(Duration.ofSeconds(2));
      leave(slow, verdict(Kind.DELIVER, 20000, 200));
      passes(fresh());
      Poll poll = new Poll();
      gate.enter(poll, () -> {}, refusal -> {});
      advance(SLOT);
      poll.judged(verdict(Kind.ACCOUNT, 40100, 401));
      gate.leave(poll);
      assertThat(gate.calls().count(new Calls.Answered("2xx", "20"))).isOne();
      assertThat(gate.calls().count(new Calls.Answered("2xx", "none"))).isOne();
      assertThat(gate.calls().count(new Calls.Answered("4xx", "40"))).isOne();
      assertThat(gate.calls().quantile(0.99))
          .isBetween(Duration.ofMillis(1900), Duration.ofMillis(2100));
      assertThat(gate.callsInLastMinute()).isEqualTo(3);
      assertThat(gate.callsLeft()).isEqualTo(597);
      advance(Duration.ofSeconds(61));
      assertThat(gate.callsInLastMinute()).isZero();
      assertThat(gate.calls().quantile(0.5)).isNull();
    }

    @Test
    void whileItIsPausedNoCallStartsAndThoseInFlightEnd() {
      Task before = fresh();
      gate.pause();
      Task fresh = fresh();
      Task parked = parked();
      leave(before, Kind.DELIVER);
      delivered(before);
      advance(Duration.ofHours(1));
      gate.tick();
      assertThat(started).containsExactly(before);
      assertThat(gate.waiting()).isEqualTo(2);
      assertThat(refused).isEmpty();

      gate.resume();
      advance(SLOT);
      assertThat(started).containsExactlyInAnyOrder(before, fresh, parked);
    }

    @Test
    void whileItIsPausedAnOpenCircuitIsNotProbed() {
      refuseAccount();
      fresh();
      gate.pause();
      advance(INTERVAL.multipliedBy(3));
      assertThat(started).hasSize(1);
      gate.resume();
      assertThat(started).hasSize(2);
    }

    @Test
    void aRegistryOfFiguresThatRefusesOneKeepsNoPlace() {
      gate.observe(
          nanos -> {
            throw new IllegalStateException("closed");
          });
      passes(fresh());
      assertThat(gate.inFlight()).isZero();
    }

    @Test
    void whoeverWasKeptFromBeingLetInGoesWithTheNextTick() {
      fresh();
      Task next = fresh();
      time.shutdown(); // and forgets to wake the gate up
      advance(SLOT);
      assertThat(started).doesNotContain(next);
      gate.tick();
      assertThat(started).contains(next);
    }

    /** The clock's pool would keep it to itself. */
    @Test
    void anErrorOnTheClocksThreadReachesTheHandler() {
      Error noThread = new OutOfMemoryError("unable to create native thread: of a test");
      AtomicBoolean isFull = new AtomicBoolean();
      Executor workers =
          work -> {
            if (isFull.get()) {
              throw noThread;
            }
            work.run();
          };
      gate.start(workers, time);
      fresh();
      Task next = fresh();
      isFull.set(true);
      List<Throwable> reported = new ArrayList<>();
      Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
      try {
        advance(SLOT);
      } finally {
        Thread.currentThread().setUncaughtExceptionHandler(null);
      }
      assertThat(reported).containsExactly(noThread);
      assertThat(started).doesNotContain(next);
    }

    @Test
    void neverAreMoreUnderWayThanMayBe() {
      for (int i = 0; i < 10; i++) {
        fresh();
      }
      advance(Duration.ofMinutes(1));
      assertThat(started).hasSize(3);
      assertThat(gate.inFlight()).isEqualTo(3);
      assertThat(gate.waiting()).isEqualTo(7);

      passes(started.get(1));
      assertThat(started).hasSize(4);
      advance(Duration.ofMinutes(1));
      assertThat(started).hasSize(4);
      assertThat(gate.inFlight()).isEqualTo(3);
    }

    /** What is asked and has not ended is asked again after a kill. */
    @Test
    void noMoreAreOpenThanMayBeUnderWayAndHalfOfWhatEndsInASecond() {
      open(600_000, 3);
      for (int i = 0; i < 20; i++) {
        fresh();
      }
      advance(SLOT);
      leaveWith(0, 10);
      leaveWith(1, 10);
      advance(Duration.ofMinutes(1));
      assertThat(started).hasSize(3);
      leave(started.get(2), Kind.NOT_READY); // nothing that waits for an output
      assertThat(started).hasSize(4);

      gate.ended(started.get(0)); // kept in its source: it is open no more all the same
      gate.ended(started.get(0));
      advance(SLOT);
      assertThat(started).as("one that is delivered, and one more than three").hasSize(3 + 3);
      advance(Duration.ofSeconds(3)); // nothing has ended any more
      leaveWith(3, 10);
      assertThat(started).hasSize(3 + 3);
    }

    @Test
    void manyAnswersThatWaitForAWayOutHoldUpCalls() {
      open(600_000, 3);
      for (int i = 0; i < 12; i++) {
        fresh();
      }
      quickWayOut();
      for (int i = 0; i < 6; i++) {
        leaveWith(i, 10);
      }
      assertThat(started).as("three were under way with the fifth").hasSize(8);
    }

    @Test
    void largeAnswersThatWaitForAWayOutHoldUpCalls() {
      open(600_000, 3);
      for (int i = 0; i < 12; i++) {
        fresh();
      }
      quickWayOut();
      leaveWith(0, 999);
      assertThat(gate.inFlight()).isEqualTo(3);
      leaveWith(1, 1);
      assertThat(gate.inFlight()).isEqualTo(2);
      gate.ended(started.get(1));
      assertThat(gate.inFlight()).isEqualTo(3);
      gate.ended(started.get(0));
      leaveWith(2, 5000); // one alone goes through whatever its size
      assertThat(gate.inFlight()).isEqualTo(2);
      gate.ended(started.get(2));
      assertThat(gate.inFlight()).isEqualTo(3);
    }

    @Test
    void answersThatTakeASixteenthOfTheHeapHoldUpCalls() {
      Map<String, String> values =
          Map.of(
              "serp.api.calls-per-minute", "100000000",
              "serp.api.max-concurrent", "1000",
              "serp.circuit.probe-interval", "60s");
      gate = new Gate(new Settings(values::get), turns);
      gate.start(Runnable::run, time);
      int half = (int) (Runtime.getRuntime().maxMemory() / 32) + 1;
      leaveInMemory(started(fresh()), half);
      leaveInMemory(started(fresh()), half);
      Task next = fresh();
      gate.tick();
      assertThat(started).doesNotContain(next);
      gate.ended(started.get(0));
      assertThat(started(next)).isSameAs(next);
    }

    private Task started(Task task) {
      await().until(() -> started.contains(task) || tickedIn(task));
      return task;
    }

    private boolean tickedIn(Task task) {
      gate.tick();
      return started.contains(task);
    }

    private void leaveInMemory(Task task, int heapBytes) {
      Answer large =
          new Answer() {
            @Override
            public long length() {
              return heapBytes;
            }

            @Override
            public int heapBytes() {
              return heapBytes;
            }

            @Override
            protected int read(long from, byte[] into, int offset, int most) {
              throw new AssertionError();
            }

            @Override
            public void close() {}
          };
      task.judged(verdict(Kind.DELIVER, null, 200), large, null);
      gate.leave(task);
    }

    private void quickWayOut() {
      for (int i = 0; i < 100; i++) {
        gate.ended(TestTasks.fresh(TestTasks.id(1000 + i)));
      }
      advance(Duration.ofMillis(1));
    }

    private void leaveWith(int which, int bytes) {
      started.get(which).judged(verdict(Kind.DELIVER, null, 200), answer(bytes), null);
      gate.leave(started.get(which));
      advance(Duration.ofMillis(1));
    }

    private Answer answer(int bytes) {
      try {
        return new AnswerReader(bytes).read(new ByteArrayInputStream(new byte[bytes]));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Test
    void callsAreSpacedEvenly() {
      open(600, 1000);
      for (int i = 0; i < 100; i++) {
        fresh();
      }
      assertThat(started).hasSize(1);
      for (int slots = 1; slots < 50; slots++) {
        advance(SLOT);
        // 103 ms are a little more than a slot of 102.04 ms
        assertThat(started).hasSizeBetween(1 + slots, 2 + slots);
      }
    }

    @Test
    void callsStartInTheOrderTheyCame() {
      List<Task> given = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        given.add(fresh());
      }
      for (int i = 0; i < 20; i++) {
        advance(SLOT);
        passes(started.get(i));
      }
      assertThat(started).isEqualTo(given);
    }

    @Test
    void noShareLetsInOneCallNowAndThenUntilThereIsOne() {
      open(600, 10);
      gate.share(0);
      for (int i = 0; i < 4; i++) {
        parked();
      }
      assertThat(started).isEmpty();
      advance(Duration.ofSeconds(10));
      assertThat(started).hasSize(1);
      advance(Duration.ofMinutes(1));
      assertThat(started).as("one at a time").hasSize(1);
      passes(started.get(0));
      assertThat(started).hasSize(2);
      gate.share(1);
      assertThat(started).hasSize(3);
    }

    @Test
    void whatThisProcessMayIsKnown() {
      assertThat(gate.callsPerMinute()).isEqualTo(600);
      assertThat(gate.concurrency()).isEqualTo(3);
      gate.share(0.7);
      assertThat(gate.callsPerMinute()).isEqualTo(420);
      assertThat(gate.concurrency()).isEqualTo(2);
    }

    /** A partition was revoked: its ids belong to another process, which asks for them. */
    @Test
    void idsThatTheirSourceNoLongerWantsDoNotWait() {
      AtomicBoolean isWanted = new AtomicBoolean(true);
      fresh();
      Task unwanted = enter(wantedWhile(isWanted));
      Task wanted = fresh();
      isWanted.set(false);
      gate.dropUnwanted();
      assertThat(refused).containsOnlyKeys(unwanted);
      assertThat(refused.get(unwanted)).isInstanceOf(StoppingException.class);
      Task late = enter(wantedWhile(isWanted));
      assertThat(refused.get(late)).isInstanceOf(StoppingException.class);
      advance(SLOT);
      assertThat(started).contains(wanted).doesNotContain(unwanted, late);
    }

    private Task wantedWhile(AtomicBoolean isWanted) {
      Settlement settlement =
          new Settlement() {
            @Override
            public void settled(Outcome outcome) {}

            @Override
            public boolean isWanted() {
              return isWanted.get();
            }
          };
      Source source = Source.named("kafka:ids-0@1");
      return TestTasks.of(Delivery.fresh(TestTasks.id(++ids).value(), source, settlement));
    }

    @Test
    void whoAsksIsToldHowLongACallTook() {
      List<Long> took = new ArrayList<>();
      gate.observe(took::add);
      Task task = fresh();
      advance(Duration.ofMillis(1500));
      passes(task);
      assertThat(took).containsExactly(Duration.ofMillis(1500).toNanos());
    }

    @Test
    void aCallWithoutVerdictFreesItsPlace() {
      for (int i = 0; i < 4; i++) {
        fresh();
      }
      advance(Duration.ofSeconds(1));
      assertThat(started).hasSize(3);
      gate.leave(started.get(0));
      assertThat(started).hasSize(4);
    }
  }

  @Nested
  class Parked {

    @Test
    void whileFreshIdsWaitEveryOtherCallAtMostIsOfAParkedOne() {
      open(600, 1000);
      gate.share(0);
      for (int i = 0; i < 10; i++) {
        parked();
      }
      for (int i = 0; i < 5; i++) {
        fresh();
      }
      gate.share(1);
      advance(Duration.ofSeconds(5));
      assertThat(started).hasSize(15);
      List<Boolean> kinds = started.stream().map(Task::isParkedBefore).toList();
      assertThat(kinds.subList(0, 10))
          .containsExactly(true, false, true, false, true, false, true, false, true, false);
      assertThat(kinds.subList(10, 15)).containsOnly(true);
    }
  }

  @Nested
  class OpenCircuit {

    @Test
    void anAccountAnswerOpensItAndNobodyIsChargedOrRefused() {
      Task task = refuseAccount();
      Task waiting = fresh();
      advance(INTERVAL.minusMillis(1));

      assertThat(gate.whyOpen())
          .isEqualTo("the login or the password is rejected (HTTP 401, 40100)");
      assertThat(task.getAttempts()).isOne();
      assertThat(task.tries().failures()).isZero();
      assertThat(started).containsExactly(task);
      assertThat(gate.waiting()).isEqualTo(1);
      assertThat(refused).isEmpty();
      assertThat(waiting.getAttempts()).isZero();
    }

    @Test
    void theLogSaysWhatIsWrongWhatToDoAndWhenItIsTriedAgain() {
      try (LogLines log = LogLines.of("serp-circuit")) {
        Task refusedOne = fresh();
        leave(refusedOne, verdict(Kind.ACCOUNT, 40200, 402));
        String words =
            ": the account has no money left (HTTP 402, 40200). 0 ids are kept. Top it up;";
        String next = " the next try is in " + INTERVAL.toSeconds() + " s.";
        assertThat(log.lines()).containsExactly("WARN Halted" + words + next);
        assertThat(gate.halted()).isEqualTo("Halted" + words + next);

        advance(Duration.ofSeconds(1));
        assertThat(gate.halted())
            .endsWith("; the next try is in " + (INTERVAL.toSeconds() - 1) + " s.");
        Task probe = fresh();
        advance(INTERVAL);
        assertThat(gate.halted()).endsWith("; the next try is under way.");
        leave(probe, verdict(Kind.ACCOUNT, 40200, 402));
        assertThat(log.lines()).endsWith("WARN Still halted" + words + next);

        enter(probe);
        advance(INTERVAL);
        passes(probe);
        assertThat(log.lines())
            .hasSize(3)
            .endsWith("INFO Resumed: the API accepts the account again. 0 ids go on.");
        assertThat(gate.halted()).isNull();
      }
    }

    @Test
    void onlyARejectedLoginIsHopeless() {
      assertThat(gate.isHopeless()).isFalse();
      gate.cannotDeliver("disk full", "Free space");
      assertThat(gate.isHopeless()).isFalse();
      Task probe = fresh();
      advance(INTERVAL);
      passes(probe);
      assertThat(gate.isHopeless()).isFalse();
      advance(SLOT);
      refuseAccount();
      assertThat(gate.isHopeless()).isTrue();
    }

    /** Those in a back-off, or whose delivery is tried again, too. */
    @Test
    void allIdsInWorkAreKeptNotOnlyThoseThatWaitHere() throws IOException {
      refuseAccount();
      assertThat(gate.halted()).contains(". 0 ids are kept. ");
      try (DefaultCamelContext context = new DefaultCamelContext()) {
        for (String words : List.of("1 id is kept", "2 ids are kept")) {
          Exchange exchange = new DefaultExchange(context);
          exchange.getMessage().setBody(TestTasks.id(++ids).value());
          turns.process(exchange, doneSync -> {});
          assertThat(gate.halted()).contains(". " + words + ". ");
        }
      }
      assertThat(gate.waiting()).isZero();
    }

    @Test
    void onlyOneProbeStartsInAnInterval() {
      refuseAccount();
      for (int i = 0; i < 5; i++) {
        fresh();
      }
      for (int interval = 1; interval <= 5; interval++) {
        advance(INTERVAL);
        assertThat(started).hasSize(1 + interval);
        leave(started.get(interval), verdict(Kind.ACCOUNT, 40100, 401));
        assertThat(started).hasSize(1 + interval);
        assertThat(started.get(interval).getAttempts()).as("each the next in turn").isOne();
        assertThat(started.get(interval).tries().failures()).isZero();
      }
    }

    @Test
    void whileAProbeIsUnderWayNoOtherStarts() {
      refuseAccount();
      fresh();
      fresh();
      advance(INTERVAL.multipliedBy(10));
      assertThat(started).hasSize(2);
      leave(started.get(1), verdict(Kind.ACCOUNT, null, 403));
      advance(INTERVAL.minusMillis(1));
      assertThat(started).hasSize(2);
      advance(Duration.ofMillis(1));
      assertThat(started).hasSize(3);
    }

    @Test
    void aProbeIsTheNextWaitingIdInTurn() {
      refuseAccount();
      Task first = fresh();
      Task second = fresh();
      Task old = parked();
      advance(INTERVAL);
      leave(old, verdict(Kind.ACCOUNT, 40100, 401));
      advance(INTERVAL);
      leave(first, verdict(Kind.ACCOUNT, 40100, 401));
      advance(INTERVAL);
      assertThat(started).endsWith(old, first, second);
    }

    @Test
    void anyOtherAnswerToAProbeLetsEverybodyGoOn() {
      refuseAccount();
      for (int i = 0; i < 4; i++) {
        fresh();
      }
      advance(INTERVAL);
      leave(started.get(1), verdict(Kind.PERMANENT, 40401, 200));
      assertThat(gate.isOpen()).isFalse();
      assertThat(gate.whyOpen()).isNull();
      advance(Duration.ofSeconds(1));
      assertThat(started).hasSize(5);
    }

    @Test
    void aProbeThatFailsWithoutAnAnswerCostsNoAttempt() {
      refuseAccount();
      Task probe = fresh();
      advance(INTERVAL);
      leave(probe, verdict(Kind.TRANSIENT, null, null));
      assertThat(gate.isOpen()).isTrue();
      assertThat(probe.getAttempts()).isOne();
      assertThat(probe.tries().failures()).isZero();
    }

    @Test
    void aProbeThatFailsWithAnAnswerClosesItAndCostsAnAttempt() {
      refuseAccount();
      Task probe = fresh();
      advance(INTERVAL);
      leave(probe, verdict(Kind.TRANSIENT, null, 500));
      assertThat(gate.isOpen()).isFalse();
      assertThat(probe.getAttempts()).isEqualTo(1);
      assertThat(probe.tries().failures()).isEqualTo(1);
    }

    @Test
    void callsThatWereUnderWayEndAsTheyWould() {
      Task good = fresh();
      advance(SLOT);
      refuseAccount();
      passes(good);
      assertThat(gate.isOpen()).isTrue();
      assertThat(good.getAttempts()).isEqualTo(1);
    }

    /**
     * Its answer comes when the circuit was closed meanwhile, and open again for another reason.
     */
    @Test
    void aProbeThatFailsAfterTheCircuitHasClosedLeavesRoomForTheNext() {
      Task delivers = fresh();
      leave(delivers, Kind.DELIVER);
      gate.cannotDeliver("disk full", "Free space");
      Task probe = host();
      assertThat(refused).containsKey(probe);
      probe = fresh();
      advance(INTERVAL);
      assertThat(started).endsWith(probe);
      delivered(delivers);
      assertThat(gate.isOpen()).isFalse();
      leave(probe, verdict(Kind.TRANSIENT, null, null));
      gate.cannotDeliver("disk full", "Free space");
      Task next = fresh();
      advance(INTERVAL);
      assertThat(started).endsWith(next);
    }

    /** The probe's answer comes while the circuit that it was not a probe of is open. */
    @Test
    void aProbeOfACircuitThatClosedMeanwhileIsNoneOfTheNext() {
      Task delivers = fresh();
      leave(delivers, Kind.DELIVER);
      gate.cannotDeliver("disk full", "Free space");
      fresh();
      advance(INTERVAL);
      delivered(delivers);
      gate.cannotDeliver("disk full", "Free space");
      Task next = fresh();
      advance(INTERVAL);
      assertThat(started).endsWith(next);
    }

    @Test
    void aProbeWithoutVerdictIsFollowedByTheNextAnIntervalLater() {
      refuseAccount();
      Task lost = fresh();
      fresh();
      advance(INTERVAL);
      gate.leave(lost);
      advance(INTERVAL.minusMillis(1));
      assertThat(started).hasSize(2);
      advance(Duration.ofMillis(1));
      assertThat(started).hasSize(3);
    }
  }

  @Nested
  class Unreachable {

    private void fails(Task task) {
      leave(task, verdict(Kind.TRANSIENT, null, null));
    }

    private Task next(Task task) {
      advance(SLOT);
      return task;
    }

    @Test
    void failuresOfAsManyDifferentIdsAsMayBeUnderWayOpenIt() {
      fails(next(fresh()));
      fails(next(fresh()));
      assertThat(gate.isOpen()).isFalse();
      fails(next(fresh()));
      assertThat(gate.whyOpen()).isEqualTo("https://api.dataforseo.com cannot be reached (words)");
    }

    @Test
    void failuresOfOneIdDoNot() {
      Task alone = next(fresh());
      for (int i = 1; i <= 10; i++) {
        fails(alone);
        next(enter(alone));
        assertThat(alone.tries().failures()).isEqualTo(i);
      }
      assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void aSuccessInBetweenStartsTheCountAnew() {
      fails(next(fresh()));
      fails(next(fresh()));
      passes(next(fresh()));
      fails(next(fresh()));
      fails(next(fresh()));
      assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void probesAreFreeUntilOneComesThrough() {
      for (int i = 0; i < 3; i++) {
        fails(next(fresh()));
      }
      Task probe = fresh();
      for (int i = 0; i < 20; i++) {
        advance(INTERVAL);
        fails(probe);
        enter(probe);
      }
      assertThat(probe.getAttempts()).as("every call counts").isEqualTo(20);
      assertThat(probe.tries().failures()).as("none against it").isZero();
      assertThat(gate.isOpen()).isTrue();
      advance(INTERVAL);
      passes(probe);
      assertThat(gate.isOpen()).isFalse();
      assertThat(probe.getAttempts()).isEqualTo(21);
    }

    @Test
    void aServerErrorKeepsItOpen() {
      for (int i = 0; i < 3; i++) {
        fails(next(fresh()));
      }
      Task probe = fresh();
      advance(INTERVAL);
      leave(probe, verdict(Kind.TRANSIENT, null, 503));
      assertThat(gate.isOpen()).isTrue();
      assertThat(probe.getAttempts()).isOne();
      assertThat(probe.tries().failures()).isZero();
    }
  }

  @Nested
  class CannotDeliver {

    @Test
    void itIsOpenUntilSomethingIsDelivered() {
      gate.cannotDeliver("disk full", "Free space");
      Task probe = fresh();
      Task waiting = fresh();
      assertThat(gate.whyOpen()).isEqualTo("cannot deliver: disk full");
      assertThat(started).isEmpty();

      advance(INTERVAL);
      leave(probe, Kind.DELIVER);
      assertThat(gate.isOpen()).isTrue();

      delivered(probe);
      assertThat(gate.isOpen()).isFalse();
      advance(SLOT);
      assertThat(started).containsExactly(probe, waiting);
    }

    /** The gate would wake up for the probe, an interval later. */
    @Test
    void closedItLetsTheNextInAtItsTime() {
      Task first = fresh();
      gate.cannotDeliver("disk full", "Free space");
      Task next = fresh();
      leave(first, Kind.DELIVER);
      delivered(first);
      assertThat(gate.isOpen()).isFalse();
      assertThat(started).containsExactly(first);
      advance(SLOT);
      assertThat(started).containsExactly(first, next);
    }

    @Test
    void aDeliveryClosesNothingElse() {
      delivered(refuseAccount());
      assertThat(gate.isOpen()).isTrue();
    }
  }

  @Nested
  class Impatient {

    private final List<Exchange> ended = new ArrayList<>();

    @Test
    void aHostsIdIsRefusedWhileTheCircuitIsOpen() {
      refuseAccount();
      Task task = host();
      assertThat(refused.get(task))
          .isInstanceOf(CircuitOpenException.class)
          .hasMessage(
              "the circuit is open: the login or the password is rejected (HTTP 401, 40100)");
      assertThat(gate.waiting()).isZero();
    }

    @Test
    void aHostsIdThatWaitsIsRefusedWhenTheCircuitOpens() {
      Task bad = fresh();
      Task waitsForCircuit = fresh();
      Task host = host();
      leave(bad, verdict(Kind.ACCOUNT, 40200, 402));
      assertThat(refused).containsOnlyKeys(host);
      assertThat(refused.get(host)).isInstanceOf(CircuitOpenException.class);
      assertThat(gate.waiting()).isEqualTo(1);
      advance(INTERVAL);
      assertThat(started).containsExactly(bad, waitsForCircuit);
    }

    @Test
    void aHostsIdThatWaitsIsRefusedWhenAWayOutRefuses() {
      fresh();
      Task host = host();
      gate.cannotDeliver("disk full", "Free space");
      assertThat(refused.get(host)).hasMessage("the circuit is open: cannot deliver: disk full");
    }

    @Test
    void aHostsIdMayBeTheProbe() {
      refuseAccount();
      advance(INTERVAL);
      Task probe = host();
      assertThat(started).endsWith(probe);
      Task second = host();
      assertThat(refused).containsOnlyKeys(second);
      passes(probe);
      assertThat(gate.isOpen()).isFalse();
    }

    /** The source's own id waits for the circuit, which may take hours. */
    @Test
    void aHostsIdDoesNotWaitBehindTheSameIdOfASourceEither() throws IOException {
      String id = TestTasks.id(++ids).value();
      try (DefaultCamelContext context = new DefaultCamelContext()) {
        Exchange first = begin(context, Delivery.fresh(id, Source.named("test"), ended -> {}));
        Exchange waits = begin(context, id);
        Exchange next = begin(context, Delivery.fresh(id, Source.named("test"), ended -> {}));
        assertThat(ended).containsExactly(first);
        refuseAccount();
        assertThat(ended).containsExactly(first, waits);
        Exchange comes = begin(context, id);
        assertThat(ended).containsExactly(first, waits, comes);
        for (Exchange host : List.of(waits, comes)) {
          assertThat(host.getException())
              .isInstanceOf(CircuitOpenException.class)
              .hasMessageContaining("the password is rejected");
          assertThat(host.getMessage().getBody()).isEqualTo(id);
          assertThat(host.getMessage().getHeaders()).containsOnlyKeys("order");
          assertThat(host.getVariables()).isEmpty();
        }
        turns.leave(Task.of(first));
        assertThat(ended).endsWith(next);
        turns.leave(Task.of(next));
        assertThat(turns.inWork()).isZero();
      }
    }

    private Exchange begin(CamelContext context, Object body) {
      Exchange exchange = new DefaultExchange(context);
      exchange.getMessage().setBody(body);
      exchange.getMessage().setHeader("order", "7");
      turns.process(exchange, doneSync -> ended.add(exchange));
      return exchange;
    }

    /** A load balancer sends none to a host that is not ready. */
    @Test
    void aHostIsReadyAgainOnceItsNextIdIsTheProbe() {
      CircuitHealth health = new CircuitHealth(gate);
      leave(host(), verdict(Kind.ACCOUNT, 40200, 402));
      assertThat(health.call().getState()).isEqualTo(State.DOWN);
      advance(INTERVAL.minusSeconds(1));
      assertThat(health.call().getState()).isEqualTo(State.DOWN);
      advance(Duration.ofSeconds(1));
      assertThat(health.call().getState()).isEqualTo(State.UP);
      assertThat(health.call().getMessage().orElseThrow())
          .startsWith("Halted: the account has no money left")
          .endsWith("; the next try is with the next id.");
      assertThat(gate.isOpen()).as("it is not known whether it is over").isTrue();

      Task probe = host();
      assertThat(health.call().getState()).isEqualTo(State.DOWN);
      leave(probe, verdict(Kind.ACCOUNT, 40200, 402));
      assertThat(health.call().getState()).isEqualTo(State.DOWN);
      advance(INTERVAL);
      passes(host());
      assertThat(health.call().getState()).isEqualTo(State.UP);
      assertThat(health.call().getMessage()).isEmpty();
    }

    @Test
    void aHostIsNotReadyWhileAnIdInWorkWillBeTheProbe() throws IOException {
      CircuitHealth health = new CircuitHealth(gate);
      refuseAccount();
      advance(INTERVAL);
      try (DefaultCamelContext context = new DefaultCamelContext()) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(TestTasks.id(++ids).value());
        turns.process(exchange, doneSync -> {});
        assertThat(health.call().getState()).isEqualTo(State.DOWN);
        turns.leave(Task.of(exchange));
        assertThat(health.call().getState()).isEqualTo(State.UP);
      }
    }

    @Test
    void aHostsIdDoesNotWaitWhereNoProbeMayStartAlthoughOneIsDue() {
      for (int i = 0; i < 3; i++) {
        fresh();
        advance(SLOT);
      }
      gate.cannotDeliver("disk full", "Free space");
      advance(INTERVAL);
      Task host = host();
      assertThat(refused).containsOnlyKeys(host);
      assertThat(refused.get(host)).hasMessage("the circuit is open: cannot deliver: disk full");
    }

    @Test
    void aHostsIdDoesNotWaitBehindTheProbe() {
      for (int i = 0; i < 3; i++) {
        fresh();
        advance(SLOT);
      }
      gate.cannotDeliver("disk full", "Free space");
      Task first = fresh();
      advance(INTERVAL);
      Task host = host();
      passes(started.get(0));
      assertThat(started).endsWith(first);
      assertThat(refused).containsOnlyKeys(host);
    }
  }

  @Nested
  class Throttled {

    private void throttle(Task task, int code) {
      leave(task, verdict(Kind.THROTTLED, code, 200));
    }

    @Test
    void everybodyPausesAndTheAttemptIsFree() {
      Task task = fresh();
      fresh();
      throttle(task, 40202);
      assertThat(task.getAttempts()).isOne();
      assertThat(task.tries().failures()).isZero();
      assertThat(task.tries().throttles()).isEqualTo(1);
      advance(Duration.ofMillis(4999));
      assertThat(started).hasSize(1);
      advance(Duration.ofMillis(1));
      assertThat(started).hasSize(2);
      assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void theLogSaysForHowLongAndWhatIsHalved() {
      try (LogLines log = LogLines.of("serp-circuit")) {
        throttle(fresh(), 40202);
        advance(INTERVAL);
        throttle(fresh(), 40209);
        String pause = "words): all calls pause for ";
        assertThat(log.lines())
            .containsExactly(
                "WARN Throttled (40202 " + pause + "5 s, then continue at half the rate",
                "WARN Throttled (40209 " + pause + "10 s, then continue at half the concurrency");
      }
    }

    @Test
    void forAsLongAsAllPauseItSaysWhy() {
      assertThat(gate.throttled()).isNull();
      leave(fresh(), new Verdict(Kind.THROTTLED, null, null, "of yours", 429, 300_000_000_000L));
      advance(Duration.ofMillis(500));
      assertThat(gate.throttled())
          .isEqualTo("Throttled (HTTP 429): all calls pause, the next one is in 300 s");
      advance(Duration.ofMillis(299_500));
      assertThat(gate.throttled()).isNull();
    }

    @Test
    void aThrottledProbeClosesWhatTheAccountOpened() {
      refuseAccount();
      Task probe = fresh();
      advance(INTERVAL);
      throttle(probe, 40202);
      assertThat(gate.isOpen()).isFalse();
    }

    @Test
    void aGoodAnswerMakesTheNextPauseShortAgain() {
      throttle(fresh(), 40202);
      advance(INTERVAL);
      passes(fresh());
      advance(INTERVAL);
      throttle(fresh(), 40202);
      Task next = fresh();
      advance(Duration.ofSeconds(5));
      assertThat(started).as("not ten seconds").contains(next);
    }

    @Test
    void theWaitThatTheApiAsksForIsKept() {
      Task task = fresh();
      fresh();
      leave(task, new Verdict(Kind.THROTTLED, null, null, null, 429, 30_000_000_000L));
      advance(Duration.ofMillis(29_999));
      assertThat(started).hasSize(1);
      advance(Duration.ofMillis(1));
      assertThat(started).hasSize(2);
    }

    @Test
    void tooManyAtOnceHalvesHowManyMayBe() {
      Task task = fresh();
      throttle(task, 40209);
      for (int i = 0; i < 5; i++) {
        fresh();
      }
      advance(Duration.ofSeconds(14));
      assertThat(gate.inFlight()).isEqualTo(2);
      advance(Duration.ofMinutes(2));
      passes(started.get(1));
      assertThat(gate.inFlight()).isEqualTo(3);
    }

    @Test
    void tooManyCallsAMinuteLeavesHowManyMayBeAtOnce() {
      throttle(fresh(), 40202);
      for (int i = 0; i < 5; i++) {
        fresh();
      }
      advance(Duration.ofSeconds(14));
      assertThat(gate.inFlight()).isEqualTo(3);
    }

    @Test
    void onlyThrottlesWithAnotherIdPassingInBetweenCountAgainstAnId() {
      Task poisonous = fresh();
      for (int i = 0; i < 25; i++) {
        throttle(poisonous, 40202);
        enter(poisonous);
        advance(Duration.ofMinutes(2));
      }
      assertThat(poisonous.tries().throttles()).isEqualTo(1);
      for (int count = 2; count <= 20; count++) {
        passes(nextFresh());
        throttle(poisonous, 40202);
        assertThat(poisonous.tries().throttles()).isEqualTo(count);
        enter(poisonous);
        advance(Duration.ofMinutes(2));
      }
    }

    private Task nextFresh() {
      Task task = fresh();
      advance(Duration.ofMinutes(2));
      return task;
    }
  }

  @Nested
  class Poisonous {

    @Test
    void onlyRefusalsWithAnotherIdPassingInBetweenCountAgainstAnId() {
      Task poisonous = fresh();
      for (int i = 0; i < 5; i++) {
        leave(poisonous, verdict(Kind.ACCOUNT, 40104, 200));
        enter(poisonous);
        advance(INTERVAL);
      }
      assertThat(poisonous.tries().refusals()).isEqualTo(1);
      for (int count = 2; count <= 3; count++) {
        leave(poisonous, verdict(Kind.ACCOUNT, 40104, 200));
        Task other = fresh();
        enter(poisonous);
        advance(INTERVAL);
        passes(other);
        advance(SLOT);
        leave(poisonous, verdict(Kind.ACCOUNT, 40104, 200));
        assertThat(poisonous.tries().refusals()).isEqualTo(count);
        enter(poisonous);
        advance(INTERVAL);
      }
      assertThat(poisonous.getAttempts()).as("every call counts").isGreaterThan(7);
      assertThat(poisonous.tries().failures()).isZero();
    }
  }

  @Nested
  class Stopping {

    @Test
    void whoWaitsAndWhoComesIsTurnedAway() {
      for (int i = 0; i < 3; i++) {
        fresh();
        advance(SLOT);
      }
      Task waiting = fresh();
      Task old = parked();
      Task host = host();
      gate.stop();
      Task late = fresh();
      assertThat(refused).containsOnlyKeys(waiting, old, host, late);
      assertThat(refused.values())
          .allMatch(refusal -> refusal instanceof StoppingException, "is stopping");
      assertThat(gate.waiting()).isZero();
    }

    @Test
    void whoIsUnderWayEndsAndNobodyFollows() {
      Task task = fresh();
      gate.stop();
      passes(task);
      assertThat(gate.inFlight()).isZero();
      advance(Duration.ofMinutes(5));
      assertThat(started).containsExactly(task);
    }

    @Test
    void startedAgainItLetsInAgain() {
      gate.stop();
      gate.start(Runnable::run, time);
      Task task = fresh();
      assertThat(started).containsExactly(task);
    }
  }
}
