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
            + "| {\"pingback_url\":\"https://a.example\"}",
        "{\"postback_url\" \t: \"https:\\/\\/a.example\\/secret?x=1\",\"b\":2}"
            + "| {\"postback_url\" \t: \"https:\\/\\/a.example\",\"b\":2}",
        "{\"pingback_url\":\"HTTP://a.example:8086/p\\u003fsecret=\\\"1\\\"\",\"c\":\"?d\"}"
            + "| {\"pingback_url\":\"HTTP://a.example:8086\",\"c\":\"?d\"}",
        "{\"pingback_url\":\"https://user:secret@a.example/p\"}"
            + "| {\"pingback_url\":\"https://a.example\"}",
        "{\"pingback_url\":\"https://[::1]:8086/secret\"}"
            + "| {\"pingback_url\":\"https://[::1]:8086\"}",
        "{\"postback_url\":\"https\\u003a//a.example/secret\"} | {\"postback_url\":\"\"}",
        "{\"postback_url\":\"a\\\\?secret\"} | {\"postback_url\":\"\"}",
        "{\"postback_url\":\"$1\"} | {\"postback_url\":\"\"}",
        "[{\"pingback_url\":\"http://a/1\"},{\"postback_url\":\"http://b?2\"}]"
            + "| [{\"pingback_url\":\"http://a\"},{\"postback_url\":\"http://b\"}]"
      })
  void aWebhookIsCutAfterItsHost(String json, String expected) {
    assertThat(Webhooks.cut(json)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"pingback_url\":null,\"url\":\"https://a.example/?q=1\"}",
        "{\"pingback_url\":\"https://a.example\",\"url\":\"/?\"}",
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
    assertThat(Webhooks.cut("{\"pingback_url\":\"https://a.example/secr"))
        .isEqualTo("{\"pingback_url\":\"https://a.example");
  }

  /** As a message of the API or of a proxy may be, which is no JSON. */
  @Test
  void itIsCutInATextThatBeginsWithItsName() {
    assertThat(Webhooks.cut("back_url of {\"pingback_url\":\"https://a.example/secret\"}"))
        .isEqualTo("back_url of {\"pingback_url\":\"https://a.example\"}");
  }

  @Test
  void aVeryLongUrlDoesNotOverflowTheStack() {
    String path = "p\\/".repeat(500_000);
    String host = "a".repeat(500_000);
    assertThat(Webhooks.cut("{\"pingback_url\":\"http://" + host + "/" + path + "\"}"))
        .isEqualTo("{\"pingback_url\":\"http://" + host + "\"}");
    assertThat(Webhooks.cut("{\"pingback_url\":\"http://" + host + "@" + path + "\"}"))
        .isEqualTo("{\"pingback_url\":\"http://p\"}");
  }
}
