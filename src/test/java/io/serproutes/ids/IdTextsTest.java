package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdTextsTest {

  private static final String A = "00000000-0000-0000-0000-00000000000a";
  private static final String B = "00000000-0000-0000-0000-00000000000B";

  @Test
  void aBareIdATextAnObjectAndAnArrayStandForIds() {
    assertThat(IdTexts.of(A)).containsExactly(A);
    assertThat(IdTexts.of("  " + A + "\n")).hasSize(1);
    assertThat(IdTexts.of("\"" + A + "\"")).containsExactly(A);
    assertThat(IdTexts.of("{\"tag\":{\"id\":1},\"id\":\"" + A + "\",\"x\":[]}")).containsExactly(A);
    assertThat(IdTexts.of("[\"" + A + "\", {\"id\":\"" + B + "\"}]")).containsExactly(A, B);
    assertThat(IdTexts.of("{\"id\":17,\"task_id\":\"" + B + "\"}")).containsExactly(B);
    assertThat(IdTexts.of("{\"id\":\"" + A + "\",\"task_id\":\"" + B + "\"}")).containsExactly(A);
    assertThat(IdTexts.of("{\"id\":\"7\",\"task_id\":\"" + B + "\"}")).containsExactly(B);
    assertThat(IdTexts.of("{\"task_id\":\"" + B + "\"}")).containsExactly(B);
    assertThat(IdTexts.of("{\"id\":\"7\"}")).containsExactly("7");
    assertThat(IdTexts.of("{\"reason\":\"invalid-id\",\"input\":\"x\"}")).containsExactly("x");
    assertThat(IdTexts.of("[]")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "17",
        "{}",
        "{\"ID\":\"x\"}",
        "{\"id\":17}",
        "{\"id\":null}",
        "{\"id\":[\"00000000-0000-0000-0000-00000000000a\"]}",
        "[",
        "{\"id\":\"00000000-0000-0000-0000-00000000000a\"} x",
        "not json"
      })
  void whatIsNoIdIsGivenBackAsItIs(String value) {
    assertThat(IdTexts.of(value)).containsExactly(value);
  }

  @Test
  void elementsThatAreNoIdsAreGivenBackOneByOne() {
    assertThat(IdTexts.of("[17, null, [\"" + A + "\"], {\"a\":1}, \"x\", \"" + A + "\"]"))
        .containsExactly("17", "null", "[\"" + A + "\"]", "{\"a\":1}", "x", A);
  }

  /** A record of 1 MB: as a tree it would take some 70. */
  @Test
  void elementsThatAreAllTheSameShareOneText() {
    List<String> texts = IdTexts.of("[" + "{},".repeat(300_000) + "{}]");
    assertThat(texts).hasSize(300_001);
    assertThat(texts.get(300_000)).isSameAs(texts.get(0));
  }

  @Test
  void shortElementsThatAreTheSameShareOneText() {
    List<String> texts = IdTexts.of("[" + "1,\"2\",".repeat(100_000) + "1]");
    assertThat(texts).hasSize(200_001);
    assertThat(texts.get(200_000)).isSameAs(texts.get(0));
    assertThat(texts.get(199_999)).isSameAs(texts.get(1)).isEqualTo("2");
  }

  @Test
  void whatIsTooDeepIsNoId() {
    String deep = "[".repeat(5000);
    assertThat(IdTexts.of(deep)).isEqualTo(List.of(deep));
  }
}
