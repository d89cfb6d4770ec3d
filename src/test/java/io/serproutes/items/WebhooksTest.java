package io.serproutes.items;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhooksTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"pingback_url\":\"https://a.example/p?secret=1&id=$id\"}"
            + "| {\"pingback_url\":\"https://a.example/p\"}",
        "{\"postback_url\" \t: \"https:\\/\\/a.example\\/?x=1\",\"b\":2}"
            + "| {\"postback_url\" \t: \"https:\\/\\/a.example\\/\",\"b\":2}",
        "{\"pingback_url\":\"https://a.example/p\\u003fsecret=1\"}"
            + "| {\"pingback_url\":\"https://a.example/p\"}",
        "{\"pingback_url\":\"https://a.example/p\\u003Fsecret=\\\"1\\\"\",\"c\":\"?d\"}"
            + "| {\"pingback_url\":\"https://a.example/p\",\"c\":\"?d\"}",
        "{\"postback_url\":\"a\\\\?secret\"} | {\"postback_url\":\"a\\\\\"}",
        "{\"postback_url\":\"a\\u0026b?secret\"} | {\"postback_url\":\"a\\u0026b\"}",
        "{\"postback_url\":\"?\"} | {\"postback_url\":\"\"}",
        "[{\"pingback_url\":\"a?1\"},{\"postback_url\":\"b?2\"}]"
            + "| [{\"pingback_url\":\"a\"},{\"postback_url\":\"b\"}]"
      })
  void aWebhookIsCutAtItsQuestionMark(String json, String expected) {
    assertThat(Webhooks.cut(json)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"pingback_url\":null,\"url\":\"https://a.example/?q=1\"}",
        "{\"pingback_url\":\"https://a.example/p\",\"url\":\"?\"}",
        "{\"postback_url\":\"a\\\"\",\"b\":\"?\"}",
        "{\"postback_url\":[\"a?b\"]}",
        "{\"text\":\"\\\"pingback_url\\\":\\\"a?b\\\"\"}",
        "{\"postback_data\":\"regular?\"}",
        ""
      })
  void anythingElseStaysAsItIs(String json) {
    assertThat(Webhooks.cut(json)).isEqualTo(json);
  }

  @Test
  void aUrlThatIsCutOffIsCutAllTheSame() {
    assertThat(Webhooks.cut("{\"pingback_url\":\"https://a.example/?secr"))
        .isEqualTo("{\"pingback_url\":\"https://a.example/");
  }

  @Test
  void aVeryLongUrlDoesNotOverflowTheStack() {
    String path = "p\\/".repeat(500_000);
    assertThat(Webhooks.cut("{\"pingback_url\":\"" + path + "?" + path + "\"}"))
        .isEqualTo("{\"pingback_url\":\"" + path + "\"}");
  }
}
