package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.LogLines;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Verdict.Kind;
import io.serproutes.items.SpoolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnexpectedFailureTest {

  private static final int ATTEMPTS = 4;

  private final Settings settings =
      new Settings(
          Map.of("serp.retry.max-attempts", "" + ATTEMPTS, "serp.api.password", "swordfish")::get);
  private final UnexpectedFailure unexpected =
      new UnexpectedFailure(settings, new Secrets(settings));
  private final KeepOrGiveUp keepOrGiveUp = new KeepOrGiveUp(unexpected);
  private final Task task = TestTasks.fresh(TestTasks.id(7));
  @AutoClose private final CamelContext context = new DefaultCamelContext();
  private final Exchange exchange = new DefaultExchange(context);

  @BeforeEach
  void begin() {
    exchange.setVariable(Task.VARIABLE, task);
  }

  private Verdict judged(Kind kind, Reason reason) {
    Verdict verdict = new Verdict(kind, reason, 12345, "words", 200, -1);
    task.asked(false, 0);
    task.judged(verdict, null, null);
    return verdict;
  }

  private boolean failsWith(Exception failure) {
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);
    unexpected.process(exchange);
    return unexpected.matches(exchange);
  }

  private void failUntilTheEnd() throws Exception {
    Exception failure = new IllegalStateException("bad luck with swordfish\nand more");
    for (int i = 1; i < ATTEMPTS; i++) {
      assertThat(failsWith(new RuntimeException(failure))).isTrue();
    }
    assertThat(failsWith(new RuntimeException(failure))).isFalse();
    keepOrGiveUp.process(exchange);
  }

  @Test
  void theFailedStepIsTriedAgainAsOftenAsACall() throws Exception {
    Verdict deliver = judged(Kind.DELIVER, null);
    Exception failure = new IllegalStateException();
    for (int i = 1; i < ATTEMPTS; i++) {
      assertThat(failsWith(failure)).isTrue();
      assertThatThrownBy(() -> keepOrGiveUp.process(exchange)).isSameAs(failure);
      assertThat(task.getVerdict()).as("what the answer means").isEqualTo(deliver);
    }
  }

  @Test
  void anIdWhoseTriesAreUsedUpIsGivenUp() throws Exception {
    judged(Kind.DELIVER, null);
    failUntilTheEnd();
    assertThat(task.getVerdict().kind()).isEqualTo(Kind.PERMANENT);
    assertThat(task.getVerdict().reason()).isEqualTo(Reason.RETRIES_EXHAUSTED);
    assertThat(task.getVerdict().statusMessage())
        .isEqualTo("java.lang.IllegalStateException: bad luck with *** and more");
  }

  @Test
  void anIdThatWasGivenUpBeforeKeepsItsReason() throws Exception {
    Verdict expired = judged(Kind.PERMANENT, Reason.EXPIRED);
    failUntilTheEnd();
    assertThat(task.getVerdict()).isEqualTo(expired);
  }

  @Test
  void aFailureBeforeTheFirstCallHasNoCode() throws Exception {
    failUntilTheEnd();
    assertThat(task.getVerdict().reason()).isEqualTo(Reason.RETRIES_EXHAUSTED);
    assertThat(task.getVerdict().statusCode()).isNull();
    assertThat(task.getVerdict().httpStatus()).isNull();
  }

  @Test
  void anIdWhoseItemsAnOutputRejectsIsGivenUpThoughTriesAreLeft() throws Exception {
    judged(Kind.DELIVER, null);
    exchange.setProperty(
        Exchange.EXCEPTION_CAUGHT, new Exception(new ItemsRejectedException("no", null)));
    keepOrGiveUp.process(exchange);
    assertThat(task.getVerdict().reason()).isEqualTo(Reason.REJECTED);
  }

  @Test
  void eachFailureIsAWarningThatSaysWhatFollows() {
    try (LogLines log = LogLines.of("serp-work-task")) {
      for (int i = 1; i <= ATTEMPTS; i++) {
        failsWith(new IllegalStateException("bad luck with swordfish"));
      }
      String words =
          "WARN "
              + task
              + ": unexpected failure: java.lang.IllegalStateException: bad luck with ***";
      assertThat(log.lines())
          .hasSize(ATTEMPTS)
          .startsWith(words + "; the step is tried again")
          .endsWith(words + "; the id is given up");
    }
  }

  @Test
  void aLackOfMemoryReachesTheHandler() {
    Error noMemory = new OutOfMemoryError("of a test");
    List<Throwable> reported = new ArrayList<>();
    Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
    try {
      failsWith(new RuntimeCamelException(noMemory));
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(null);
    }
    assertThat(reported).containsExactly(noMemory);
  }

  @Test
  void anOpenCircuitKeepsTheIdHoweverItIsWrapped() {
    judged(Kind.ACCOUNT, null);
    Exception open = new CircuitOpenException("no money");
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new RuntimeCamelException(open));
    assertThatThrownBy(() -> keepOrGiveUp.process(exchange)).isSameAs(open);
    assertThat(task.getVerdict().kind()).isEqualTo(Kind.ACCOUNT);
  }

  @Test
  void aTemporaryFolderThatFailsKeepsTheIdAsAnOpenCircuit() {
    judged(Kind.DELIVER, null);
    SpoolException disk = new SpoolException(new IOException("Input/output error"));
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new RuntimeCamelException(disk));
    assertThatThrownBy(() -> keepOrGiveUp.process(exchange))
        .isInstanceOf(CircuitOpenException.class)
        .hasMessageContaining("cannot deliver: " + disk.getMessage())
        .hasCause(disk);
    assertThat(task.getVerdict().kind()).isEqualTo(Kind.DELIVER);
  }

  /** Else the dead letter would not be tried again, or its failure would be lost. */
  @Test
  void whatWasGivenUpIsNoFailureForTheStepsBehind() throws Exception {
    ExchangeExtension state = exchange.getExchangeExtension();
    state.setErrorHandlerHandled(true);
    state.setFailureHandled(true);
    exchange.setProperty(ExchangePropertyKey.TRY_ROUTE_BLOCK, true);
    failUntilTheEnd();
    assertThat(state.isErrorHandlerHandledSet()).isFalse();
    assertThat(state.isFailureHandled()).isFalse();
    assertThat(exchange.getProperty(ExchangePropertyKey.TRY_ROUTE_BLOCK)).isNull();
  }

  @Test
  void anIdStaysInItsSourceWhereTheProgramStops() throws Exception {
    judged(Kind.TRANSIENT, Reason.RETRIES_EXHAUSTED);
    for (int i = 0; i < ATTEMPTS; i++) {
      task.tries().failed();
    }
    Exception stop = new StoppingException();
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, stop);
    assertThatThrownBy(() -> keepOrGiveUp.process(exchange)).isSameAs(stop);
    assertThat(task.getVerdict().kind()).isEqualTo(Kind.TRANSIENT);
  }
}
