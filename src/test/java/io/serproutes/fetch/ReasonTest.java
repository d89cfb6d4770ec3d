package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTest {

  @ParameterizedTest
  @EnumSource
  void eachIsFoundByItsWordAndSaysWhatToDo(Reason reason) {
    assertThat(Reason.find(reason.toString())).isEqualTo(reason);
    assertThat(reason.advice()).isNotBlank();
  }

  @Test
  void noOtherWordIsOne() {
    assertThat(Reason.find("NOT_FOUND")).isNull();
    assertThat(Reason.find("none")).isNull();
    assertThat(Reason.find(null)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ID, false",
    "NOT_FOUND, true",
    "EXPIRED, false",
    "WRONG_ENDPOINT, true",
    "TASK_FAILED, false",
    "NOT_READY, true",
    "RETRIES_EXHAUSTED, true",
    "UNREADABLE, true",
    "TOO_LARGE, false",
    "REJECTED, true",
  })
  void onlyWhereItMayHelpTheIdMayBeAskedForAgain(Reason reason, boolean mayAskAgain) {
    assertThat(reason.mayAskAgain()).isEqualTo(mayAskAgain);
  }
}
