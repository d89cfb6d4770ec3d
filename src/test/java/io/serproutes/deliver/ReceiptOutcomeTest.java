package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptOutcomeTest {

  private static ReceiptOutcome read(String json) throws IOException {
    return ReceiptOutcome.read(json.getBytes(UTF_8));
  }

  @Test
  void outcomeAndReasonAreReadFromAnyPlaceBeforeTheAnswer() throws IOException {
    assertThat(
            read(
                "{\"task_id\":\"x\",\"n\":{\"outcome\":\"no\"},\"a\":[{\"reason\":\"no\"}],"
                    + "\"reason\":\"expired\",\"sandbox\":false,\"outcome\":\"dead-lettered\"}"))
        .isEqualTo(new ReceiptOutcome("dead-lettered", "expired"));
    assertThat(read("{\"outcome\":\"empty\"}")).isEqualTo(new ReceiptOutcome("empty", null));
  }

  /** A receipt may quote much of the answer, and be cut off there. */
  @ParameterizedTest
  @ValueSource(strings = {"data", "results"})
  void whatIsQuotedOfTheAnswerIsNotRead(String name) throws IOException {
    assertThat(read("{\"outcome\":\"partial\",\"" + name + "\":[{\"x\":"))
        .isEqualTo(new ReceiptOutcome("partial", null));
    assertThat(read("{\"" + name + "\":{},\"outcome\":\"delivered\"}")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "7",
        "[\"outcome\",\"delivered\"]",
        "{}",
        "{\"reason\":\"expired\"}",
        "{\"outcome\":\"delivered\",\"sandbox\":true}"
      })
  void whatIsNoReceiptOrOneOfTheSandboxIsNone(String json) throws IOException {
    assertThat(read(json)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"outcome\":\"delivered\"", "{\"outcome\":\"deliv", "<html>"})
  void whatIsNoJsonIsTold(String text) {
    assertThatExceptionOfType(JacksonException.class).isThrownBy(() -> read(text));
  }

  @Test
  void onlyADeadLetterIsNotDelivered() {
    assertThat(new ReceiptOutcome("dead-lettered", "expired").isDelivered()).isFalse();
    assertThat(new ReceiptOutcome("empty", null).isDelivered()).isTrue();
  }
}
