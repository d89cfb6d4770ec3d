package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Verdict.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeListTest {

  @ParameterizedTest
  @CsvSource({
    "200, 20000, DELIVER,",
    "201, 20000, DELIVER,",
    "200, , TRANSIENT, UNREADABLE",
    "200, 40202, THROTTLED,",
    "429, , THROTTLED,",
    "429, 20000, THROTTLED,",
    "402, 40200, ACCOUNT,",
    "404, , ACCOUNT,",
    "503, 20000, TRANSIENT, RETRIES_EXHAUSTED",
  })
  void theStatusCountsFirstThenTheCode(int http, Integer code, Kind kind, Reason reason) {
    assertThat(JudgeList.judge(http, code, "the message", null))
        .isEqualTo(new Verdict(kind, reason, code, "the message", http, -1));
  }

  @Test
  void aRefusalSaysWhatIsWrongAndWhatToDo() {
    assertThat(JudgeList.refusal(JudgeList.judge(402, 40200, null, null)))
        .isEqualTo("the account has no money left (HTTP 402, 40200). Top it up");
  }
}
