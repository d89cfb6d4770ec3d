package io.serproutes.fetch;

import static io.serproutes.fetch.Halt.Cause.ACCOUNT;
import static io.serproutes.fetch.Halt.Cause.CANNOT_DELIVER;
import static io.serproutes.fetch.Halt.Cause.UNREACHABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.fetch.Verdict.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CircuitTest {

  private final Circuit circuit = new Circuit(3, 60, "api", () -> 0);

  private static Halt halt(Halt.Cause cause, String problem) {
    return new Halt(cause, problem, "cure", false);
  }

  private static Verdict failure(String words) {
    return new Verdict(Kind.TRANSIENT, Reason.RETRIES_EXHAUSTED, null, words, null, -1);
  }

  private static Verdict verdict(Kind kind, Integer httpStatus) {
    return new Verdict(kind, null, null, null, httpStatus, -1);
  }

  @Test
  void closedItLetsEveryCallStart() {
    assertThat(circuit.isOpen()).isFalse();
    assertThat(circuit.halt()).isNull();
    assertThat(circuit.delay(0)).isZero();
    assertThat(circuit.take(0)).isFalse();
    assertThat(circuit.delay(0)).isZero();
  }

  @Test
  void openItSaysWhy() {
    circuit.open(halt(ACCOUNT, "HTTP 401"), false, 0);
    assertThat(circuit.halt().problem()).isEqualTo("HTTP 401");
    circuit.open(halt(CANNOT_DELIVER, "disk full"), false, 0);
    assertThat(circuit.halt().problem()).isEqualTo("disk full");
  }

  @Test
  void openItLetsOneProbeStartEveryInterval() {
    circuit.open(halt(ACCOUNT, "no"), false, 0);
    assertThat(circuit.delay(0)).isEqualTo(60);
    assertThat(circuit.delay(59)).isEqualTo(1);
    assertThat(circuit.delay(60)).isZero();
    assertThat(circuit.take(60)).isTrue();
    assertThat(circuit.delay(60)).isEqualTo(Long.MAX_VALUE);
    assertThat(circuit.delay(1000)).isEqualTo(Long.MAX_VALUE);
    circuit.open(halt(ACCOUNT, "no"), false, 1000);
    circuit.probeEnded();
    assertThat(circuit.delay(1000)).isEqualTo(60);
  }

  @Test
  void aProbeThatIsLostIsFollowedByTheNextOneAnIntervalAfterIt() {
    circuit.open(halt(ACCOUNT, "no"), false, 0);
    circuit.take(60);
    circuit.probeEnded();
    assertThat(circuit.delay(61)).isEqualTo(59);
    assertThat(circuit.delay(120)).isZero();
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"ACCOUNT", "TRANSIENT"},
      mode = EnumSource.Mode.EXCLUDE)
  void anyAnswerClosesWhatTheAccountOrTheNetworkOpened(Kind kind) {
    for (Halt.Cause cause : new Halt.Cause[] {ACCOUNT, UNREACHABLE}) {
      circuit.open(halt(cause, "no"), false, 0);
      circuit.probed(verdict(kind, 200), 60);
      assertThat(circuit.isOpen()).isFalse();
      assertThat(circuit.halt()).isNull();
      assertThat(circuit.delay(60)).isZero();
    }
  }

  @Test
  void aFailureWithAnAnswerClosesWhatTheAccountOpened() {
    circuit.open(halt(ACCOUNT, "no"), false, 0);
    circuit.probed(verdict(Kind.TRANSIENT, null), 60);
    assertThat(circuit.isOpen()).isTrue();
    assertThat(circuit.delay(60)).isEqualTo(60);
    circuit.probed(verdict(Kind.TRANSIENT, 500), 120);
    assertThat(circuit.isOpen()).isFalse();
  }

  @Test
  void aFailureKeepsOpenWhatTheNetworkOpened() {
    circuit.open(halt(UNREACHABLE, "no"), false, 0);
    circuit.probed(verdict(Kind.TRANSIENT, 502), 60);
    assertThat(circuit.isOpen()).isTrue();
    assertThat(circuit.halt().problem())
        .as("as the last probe has it")
        .isEqualTo("api gives no usable answer (HTTP 502)");
    assertThat(circuit.halt().cure()).isEqualTo("Wait, or ask the vendor");
    assertThat(circuit.delay(60)).isEqualTo(60);
  }

  @Test
  void onlyADeliveryClosesWhatAWayOutOpened() {
    circuit.open(halt(CANNOT_DELIVER, "disk full"), false, 0);
    circuit.probed(verdict(Kind.DELIVER, 200), 60);
    assertThat(circuit.isOpen()).isTrue();
    circuit.delivered();
    assertThat(circuit.isOpen()).isFalse();
    circuit.delivered(); // one more, while it is closed
    circuit.open(halt(ACCOUNT, "no"), false, 0);
    circuit.delivered();
    assertThat(circuit.isOpen()).isTrue();
  }

  /** The delivery of what it brought comes next, and says how it went. */
  @Test
  void aProbeThatBringsAnAnswerForTheOutputIsNoNews() {
    try (LogLines log = LogLines.of(Circuit.LOGGER)) {
      circuit.open(halt(CANNOT_DELIVER, "disk full"), false, 0);
      circuit.probed(verdict(Kind.DELIVER, 200), 60);
      assertThat(log.lines()).hasSize(1);
      circuit.probed(verdict(Kind.TRANSIENT, 500), 120);
      assertThat(log.lines()).hasSize(2).last().asString().contains("Still halted: disk full");
    }
  }

  @Test
  void anotherCauseWhileItIsOpenIsTold() {
    try (LogLines log = LogLines.of(Circuit.LOGGER)) {
      circuit.open(halt(ACCOUNT, "HTTP 402"), false, 0);
      circuit.open(halt(ACCOUNT, "HTTP 402"), false, 0);
      circuit.open(halt(CANNOT_DELIVER, "disk full"), false, 0);
      circuit.open(halt(CANNOT_DELIVER, "disk full"), false, 0);
      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().get(0)).startsWith("WARN Halted: HTTP 402");
      assertThat(log.lines().get(1)).startsWith("WARN Still halted: disk full");
    }
  }

  @Test
  void failuresOfSoManyDifferentIdsInARowOpenIt() {
    circuit.failed("a", failure("no"), 5);
    assertThat(circuit.isOpen()).isFalse();
    circuit.failed("b", failure("no"), 5);
    assertThat(circuit.isOpen()).isFalse();
    circuit.failed("a", failure("no"), 5);
    assertThat(circuit.isOpen()).isFalse();
    circuit.failed("c", failure("time-out"), 5);
    assertThat(circuit.isOpen()).isTrue();
    assertThat(circuit.halt().problem()).isEqualTo("api cannot be reached (time-out)");
    assertThat(circuit.halt().cure()).isEqualTo("Check serp.api.base-url and the network");
    assertThat(circuit.delay(5)).isEqualTo(60);
  }

  @Test
  void anIdThatPassesInBetweenStartsTheCountAnew() {
    circuit.failed("a", failure("no"), 0);
    circuit.failed("b", failure("no"), 0);
    circuit.passed();
    circuit.failed("c", failure("no"), 0);
    assertThat(circuit.isOpen()).isFalse();
    circuit.failed("a", failure("no"), 0);
    assertThat(circuit.isOpen()).isFalse();
    circuit.failed("b", failure("no"), 0);
    assertThat(circuit.isOpen()).isTrue();
  }

  @Test
  void callsThatWereUnderWayWhenItOpenedDoNotSayWhyItIsOpenNorPutOffTheProbe() {
    circuit.open(halt(CANNOT_DELIVER, "disk full"), false, 0);
    for (String id : new String[] {"a", "b", "c", "d"}) {
      circuit.failed(id, failure("time-out"), 30);
    }
    assertThat(circuit.halt().problem()).isEqualTo("disk full");
    assertThat(circuit.delay(30)).isEqualTo(30);
  }

  @Test
  void failuresBeforeItOpenedDoNotCountAfterItHasClosed() {
    circuit.failed("a", failure("no"), 0);
    circuit.failed("b", failure("no"), 0);
    circuit.open(halt(ACCOUNT, "no money"), false, 0);
    circuit.probed(verdict(Kind.DELIVER, 200), 60);
    circuit.failed("c", failure("no"), 60);
    assertThat(circuit.isOpen()).isFalse();
  }
}
