package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.StatusCodes.Meaning;
import io.serproutes.fetch.Verdict.Kind;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusCodesTest {

  @ParameterizedTest
  @CsvFileSource(resources = "/status-codes.csv", useHeadersInDisplayName = true)
  void everyCodeOfTheVendorHasItsMeaning(int code, Kind kind, String reason) {
    Meaning meaning = StatusCodes.ofCode(code);
    assertThat(meaning.kind()).isEqualTo(kind);
    assertThat(meaning.reason() == null ? null : meaning.reason().toString()).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(ints = {20001, 20101, 29999, 40000, 40301, 40999, 30000, 10000, 60000, 0, -50000, 7})
  void aCodeThatNobodyKnowsIsForAPerson(int code) {
    assertThat(StatusCodes.ofCode(code)).isEqualTo(new Meaning(Kind.PERMANENT, Reason.REJECTED));
  }

  @ParameterizedTest
  @ValueSource(ints = {50002, 50399, 50500, 59999})
  void anUnknownFailureOfTheVendorMayPass(int code) {
    assertThat(StatusCodes.ofCode(code).kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(StatusCodes.ofCode(code).reason()).isEqualTo(Reason.RETRIES_EXHAUSTED);
  }

  @ParameterizedTest
  @CsvSource({
    "301, ACCOUNT",
    "302, ACCOUNT",
    "307, ACCOUNT",
    "308, ACCOUNT",
    "401, ACCOUNT",
    "402, ACCOUNT",
    "403, ACCOUNT",
    "404, ACCOUNT",
    "407, ACCOUNT",
    "429, THROTTLED",
    "500, TRANSIENT",
    "502, TRANSIENT",
    "503, TRANSIENT",
    "504, TRANSIENT",
    "520, TRANSIENT",
    "599, TRANSIENT",
    "408, TRANSIENT",
    "425, TRANSIENT",
  })
  void everyHttpStatusHasItsMeaning(int status, Kind kind) {
    assertThat(StatusCodes.ofHttp(status, 40501).kind()).isEqualTo(kind);
    assertThat(StatusCodes.ofHttp(status, null).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405, 406, 410, 414, 421, 431, 451})
  void whatAGatewayMaySayOfEveryCallIsNotFinal(int status) {
    assertThat(StatusCodes.ofHttp(status, 40501).kind()).isEqualTo(Kind.PERMANENT);
    assertThat(StatusCodes.ofHttp(status, null).kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(StatusCodes.ofHttp(status, null).reason()).isEqualTo(Reason.REJECTED);
  }

  /** Else each id would be given up for what is wrong with the account. */
  @ParameterizedTest
  @CsvSource({"40200, ACCOUNT", "40207, ACCOUNT", "40202, THROTTLED", "40209, THROTTLED"})
  void anHttpStatusThatIsNotListedIsJudgedByACodeOfTheAccount(int code, Kind kind) {
    assertThat(StatusCodes.ofHttp(400, code)).isEqualTo(StatusCodes.ofCode(code));
    assertThat(StatusCodes.ofHttp(400, code).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(ints = {20000, 20100, 40401, 50000})
  void anyOtherCodeLeavesItToTheHttpStatus(int code) {
    assertThat(StatusCodes.ofHttp(400, code).kind()).isEqualTo(Kind.PERMANENT);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "401, -, LOGIN",
        "401, 40100, LOGIN",
        "200, 40100, LOGIN",
        "401, 40104, NOT_VERIFIED",
        "402, -, NO_MONEY",
        "402, 40200, NO_MONEY",
        "200, 40210, NO_MONEY",
        "200, 40203, COST_LIMIT",
        "200, 40201, PAUSED",
        "200, 40204, NO_SUBSCRIPTION",
        "403, 40207, IP_ADDRESS",
        "403, -, FORBIDDEN",
        "404, -, ADDRESS",
        "404, 40400, ADDRESS",
        "200, 40402, ADDRESS",
        "302, -, ADDRESS",
        "407, -, PROXY",
        "402, 20000, NO_MONEY"
      })
  void aRefusalIsToldByItsCodeElseByItsHttpStatus(int status, Integer code, Refusal refusal) {
    assertThat(StatusCodes.refusal(code, status)).isEqualTo(refusal);
  }

  @Test
  void everyRefusalSaysWhatIsWrong() {
    IntStream.range(0, 70_000)
        .mapToObj(StatusCodes::ofCode)
        .filter(meaning -> meaning.kind() == Kind.ACCOUNT)
        .forEach(meaning -> assertThat(meaning.refusal()).isNotNull());
    IntStream.range(300, 600)
        .mapToObj(status -> StatusCodes.ofHttp(status, 40501))
        .filter(meaning -> meaning.kind() == Kind.ACCOUNT)
        .forEach(meaning -> assertThat(meaning.refusal()).isNotNull());
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "401, -, true",
        "401, 40104, false",
        "401, 40207, false",
        "200, 40100, true",
        "402, 40200, false",
        "403, -, false",
        "404, -, false"
      })
  void onlyARejectedLoginIsHopeless(int status, Integer code, boolean isHopeless) {
    Verdict verdict = new Verdict(Kind.ACCOUNT, null, code, null, status, -1);
    assertThat(Halt.refused(verdict).isHopeless()).isEqualTo(isHopeless);
  }

  @Test
  void whatIsGivenUpHasAReason() {
    IntStream.concat(IntStream.range(0, 70_000), Arrays.stream(new int[] {-1}))
        .mapToObj(StatusCodes::ofCode)
        .filter(meaning -> meaning.kind() == Kind.PERMANENT || meaning.kind() == Kind.TRANSIENT)
        .forEach(meaning -> assertThat(meaning.reason()).isNotNull());
  }

  @Test
  void onlyTwoCodesOfA404AreAboutTheId() {
    assertThat(IntStream.range(0, 70_000).filter(StatusCodes::isAboutTheId))
        .containsExactly(40401, 40404);
  }

  @ParameterizedTest
  @CsvSource({
    "20000, 3, delivered",
    "40106, 3, partial",
    "40102, 0, empty",
    "40102, 3, empty",
    "20000, 0, empty",
    "40106, 0, empty"
  })
  void aTaskWithAResultEndsInOneOfThreeOutcomes(int code, int items, String outcome) {
    assertThat(StatusCodes.outcome(code, items)).isEqualTo(outcome);
  }
}
