package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Verdict.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {

  @ParameterizedTest
  @CsvSource({
    "402, 40200, Payment Required., 'HTTP 402, 40200 Payment Required'",
    "200, 40602, Task In Queue., 40602 Task In Queue",
    "500, , , HTTP 500",
    ", , time-out: Read timed out, time-out: Read timed out",
    "404, 40400, ' ', 'HTTP 404, 40400'",
    ", , , no answer",
    "200, , , no answer"
  })
  void theFindingIsToldInWords(Integer http, Integer code, String message, String words) {
    Verdict verdict = new Verdict(Kind.ACCOUNT, null, code, message, http, -1);
    assertThat(verdict.inWords()).isEqualTo(words);
  }

  @Test
  void givenUpItKeepsWhatWasFound() {
    Verdict throttled = new Verdict(Kind.THROTTLED, null, 40202, "slow down", 200, 7);
    assertThat(throttled.givenUp(Reason.REJECTED))
        .isEqualTo(new Verdict(Kind.PERMANENT, Reason.REJECTED, 40202, "slow down", 200, -1));
  }

  @Test
  void reasonsAreTheWordsOfTheContract() {
    assertThat(Reason.values())
        .extracting(Reason::toString)
        .containsExactly(
            "invalid-id",
            "not-found",
            "expired",
            "wrong-endpoint",
            "task-failed",
            "not-ready",
            "retries-exhausted",
            "unreadable",
            "too-large",
            "rejected");
  }
}
