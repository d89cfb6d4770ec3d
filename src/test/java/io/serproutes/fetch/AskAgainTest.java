package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serproutes.Settings;
import io.serproutes.fetch.Verdict.Kind;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Recipient;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AskAgainTest {

  private static final TaskId ID = TestTasks.id(7);

  private final Settings settings =
      new Settings(
          Map.of(
                  "serp.retry.max-attempts", "4",
                  "serp.not-ready.deadline", "24h")
              ::get);
  private final AskAgain askAgain = new AskAgain(settings);
  private final Task task = TestTasks.fresh(ID);

  private static Verdict verdict(Kind kind, Reason reason) {
    return new Verdict(kind, reason, 12345, "words", 200, -1);
  }

  private void judged(Task one, Verdict verdict) {
    one.asked(false, 0);
    one.judged(verdict, null, null);
  }

  private void isGivenUp(Task one, Reason reason) {
    assertThatCode(() -> askAgain.decide(one)).doesNotThrowAnyException();
    assertThat(one.getVerdict().kind()).isEqualTo(Kind.PERMANENT);
    assertThat(one.getVerdict().reason()).isEqualTo(reason);
    assertThat(one.getVerdict().statusCode()).isEqualTo(12345);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"DELIVER", "PERMANENT"})
  void aVerdictThatIsFinalStands(Kind kind) throws Exception {
    Verdict verdict = verdict(kind, kind == Kind.PERMANENT ? Reason.EXPIRED : null);
    judged(task, verdict);
    askAgain.decide(task);
    assertThat(task.getVerdict()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"RETRIES_EXHAUSTED", "UNREADABLE"})
  void aCallThatFailedIsMadeAgainUntilTheAttemptsAreUsedUp(Reason reason) {
    for (int attempt = 1; attempt < 4; attempt++) {
      judged(task, verdict(Kind.TRANSIENT, reason));
      task.tries().failed();
      assertThatExceptionOfType(TransientFailureException.class)
          .isThrownBy(() -> askAgain.decide(task));
    }
    judged(task, verdict(Kind.TRANSIENT, reason));
    task.tries().failed();
    isGivenUp(task, reason);
    assertThat(task.getAttempts()).isEqualTo(4);
  }

  /** It may wait for long, and so may very many. */
  @Test
  void theAnswerOfACallThatIsMadeAgainIsNotKept() {
    TestTasks.answer(task, 503, "x".repeat(1000));
    Verdict verdict = task.getVerdict();
    assertThat(task.getAnswer()).isNotNull();
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setVariable(Task.VARIABLE, task);
    askAgain.evaluate(exchange);
    assertThat(exchange.getException()).isInstanceOf(TransientFailureException.class);
    assertThat(task.getAnswer()).isNull();
    assertThat(task.getVerdict()).isEqualTo(verdict);
  }

  @Test
  void freeCallsUseNoAttemptUp() {
    for (int i = 0; i < 100; i++) {
      judged(task, verdict(Kind.TRANSIENT, Reason.RETRIES_EXHAUSTED));
      assertThatExceptionOfType(TransientFailureException.class)
          .isThrownBy(() -> askAgain.decide(task));
    }
  }

  @Test
  void aThrottledCallIsMadeAgainUntilItAloneWasThrottledTwentyTimes() {
    for (int passes = 0; passes < 19; passes++) {
      judged(task, verdict(Kind.THROTTLED, null));
      task.tries().throttled(passes);
      task.tries().throttled(passes); // nobody passed in between
      assertThatExceptionOfType(ThrottledException.class).isThrownBy(() -> askAgain.decide(task));
    }
    judged(task, verdict(Kind.THROTTLED, null));
    task.tries().throttled(19);
    isGivenUp(task, Reason.REJECTED);
  }

  @Test
  void anAccountAnswerWaitsForTheCircuitUntilTheIdAloneWasRefusedThreeTimes() {
    for (int passes = 0; passes < 2; passes++) {
      judged(task, verdict(Kind.ACCOUNT, null));
      task.tries().refused(passes);
      task.tries().refused(passes); // nobody passed in between
      assertThatExceptionOfType(CircuitOpenException.class)
          .isThrownBy(() -> askAgain.decide(task))
          .withMessage("the circuit is open: the account may not call this API (12345)");
    }
    judged(task, verdict(Kind.ACCOUNT, null));
    task.tries().refused(2);
    isGivenUp(task, Reason.REJECTED);
  }

  @Test
  void aTaskThatIsNotReadyIsParkedUntilItsDeadline() throws Exception {
    Instant now = Instant.now();
    Verdict notReady = verdict(Kind.NOT_READY, Reason.NOT_READY);
    Task young = TestTasks.parkedBefore(ID, now.minus(Duration.ofHours(23)), 9);
    judged(young, notReady);
    askAgain.decide(young);
    assertThat(young.getVerdict()).isEqualTo(notReady);

    Task old = TestTasks.parkedBefore(ID, now.minus(Duration.ofHours(24)), 9);
    judged(old, notReady);
    isGivenUp(old, Reason.NOT_READY);
  }

  /** What the route chooses by, and what its policy retries by. */
  @Test
  void aRouteIsToldTheVerdictInShortOrWhyTheCallIsMadeAgain() {
    assertThat(told(task, verdict(Kind.DELIVER, null))).isEqualTo("deliver");
    assertThat(told(task, verdict(Kind.PERMANENT, Reason.EXPIRED))).isEqualTo("given-up");
    assertThat(told(task, verdict(Kind.NOT_READY, null))).isEqualTo("not-ready");
    Delivery delivery = Delivery.fresh(ID.value(), Source.named("host"), outcome -> {});
    Task ofHost = new Task(delivery, null, true, new NamelessRecipient(), null);
    assertThat(told(ofHost, verdict(Kind.NOT_READY, null))).isEqualTo("given-back");
    assertThat(told(task, verdict(Kind.TRANSIENT, Reason.UNREADABLE)))
        .isInstanceOf(TransientFailureException.class);
    assertThat(told(task, verdict(Kind.THROTTLED, null))).isInstanceOf(ThrottledException.class);
    assertThat(told(task, verdict(Kind.ACCOUNT, null))).isInstanceOf(CircuitOpenException.class);
  }

  private Object told(Task one, Verdict verdict) {
    judged(one, verdict);
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setVariable(Task.VARIABLE, one);
    Object value = askAgain.evaluate(exchange);
    return exchange.getException() == null ? value : exchange.getException();
  }

  private static final class NamelessRecipient implements Recipient {

    @Override
    public String getName() {
      return null;
    }

    @Override
    public String endpoint(String kind) {
      return null;
    }
  }
}
