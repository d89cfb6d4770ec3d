package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.ReceiptFields.TooLongException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiptFieldsTest {

  private interface Reading<T> {
    T of(Answer answer, FoundTask task) throws IOException;
  }

  private static <T> T describe(String members, Reading<T> reading) throws IOException {
    String json = "{\"tasks\":[{\"id\":\"" + RandomAnswers.ASKED + "\"," + members + "}]}";
    try (Answer answer = Answers.inMemory(json.getBytes(UTF_8))) {
      return reading.of(answer, Envelope.read(answer, RandomAnswers.ASKED).task());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"a\": 1, \"items\": [1,{}], \"b\" : 2 }]                    | [{\"a\": 1, \"b\" : 2 }]",
        "[{ \"items\":[1] , \"a\":1}]                                   | [{ \"a\":1}]",
        "[{\"a\":1,\"items\":null}]                                     | [{\"a\":1}]",
        "[{\"items\":[]}]                                               | [{}]",
        "[{ \"items\" : [] }]                                           | [{  }]",
        "[{\"a\":1}]                                                    | [{\"a\":1}]",
        "[{}]                                                           | [{}]",
        "[]                                                             | []",
        "null                                                           | []",
        "{\"items\":[]}                                                 | []",
        "[null,{\"items\":[1],\"a\":1},7,{\"b\":2,\"items\":{}}]        | [{\"a\":1},{\"b\":2}]",
        "[{\"items\":[1],\"items\":[2]}]                                | [{}]",
        "[{\"items\":[1],\"items\":[2],\"a\":1,\"items\":3}]            | [{\"a\":1}]",
        "[{\"a\":1,\"items\":[2],\"items\":[3],\"b\":2}]                | [{\"a\":1,\"b\":2}]",
        "[{\"a\":{\"items\":[1]},\"it\\u0065ms\":[2]}]                  | [{\"a\":{\"items\":[1]}}]",
        "[{\"a\":\"x y\",\"items\":[1],\"b\":\"z\"}] | [{\"a\":\"x y\",\"b\":\"z\"}]",
        "[{\"a\":\"x y\" ,\"items\":[1] }]            | [{\"a\":\"x y\" }]",
        "[{\"items_count\":\"3\",\"items\":[],\"a\":\"x\"}]"
            + " | [{\"items_count\":\"3\",\"a\":\"x\"}]",
        "[{\"n\":-0.10e+5,\"items\":[],\"k\":\"\\u00e9é\"}]"
            + " | [{\"n\":-0.10e+5,\"k\":\"\\u00e9é\"}]"
      })
  void resultsAreByteForByteWithoutTheirItems(String result, String expected) throws IOException {
    assertThat(describe("\"result\":" + result, ReceiptFields::results)).isEqualTo(expected);
  }

  @Test
  void aTaskWithoutResultHasAnEmptyArrayOfResults() throws IOException {
    assertThat(describe("\"cost\":0", ReceiptFields::results)).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"data\":{\"keyword\":\"d\"},\"result\":[{\"keyword\":\"r\"}]                | \"r\"",
        "\"result\":[{\"a\":1},{\"keyword\":\"r2\"}],\"data\":{\"keyword\":\"d\"}     | \"r2\"",
        "\"data\":{\"keyword\":\"d\"},\"result\":[{\"a\":1}]                          | \"d\"",
        "\"data\":{\"keyword\":\"d\"},\"result\":null                                 | \"d\"",
        "\"data\":{\"keyword\":\"d\",\"keyword\":\"last\"}                            | \"last\"",
        "\"data\":{\"keyword\":\"d\"},\"data\":null                                   |",
        "\"data\":null                                                                |"
      })
  void theKeywordIsThatOfTheResultElseThatOfTheData(String members, String keyword)
      throws IOException {
    assertThat(describe(members, ReceiptFields::keyword)).isEqualTo(keyword);
  }

  @Test
  void theTagIsThatOfTheData() throws IOException {
    assertThat(describe("\"data\":{\"tag\":\"a\\u0022b\"}", ReceiptFields::tag))
        .isEqualTo("\"a\\u0022b\"");
    assertThat(describe("\"data\":{\"tag\":null}", ReceiptFields::tag)).isEqualTo("null");
    assertThat(describe("\"data\":{}", ReceiptFields::tag)).isNull();
  }

  @Test
  void dataIsByteForByteButForWebhooks() throws IOException {
    assertThat(
            describe(
                "\"data\": { \"postback_url\" : \"https:\\/\\/x.example\\/?token=s&id=$id\","
                    + " \"pingback_url\":\"https://x.example/p\\u003ftoken=s\", \"os\":\"w?x\" }",
                ReceiptFields::data))
        .isEqualTo(
            "{ \"postback_url\" : \"https:\\/\\/x.example\","
                + " \"pingback_url\":\"https://x.example\", \"os\":\"w?x\" }");
    assertThat(describe("\"cost\":0", ReceiptFields::data)).isNull();
  }

  @Test
  void theClaimedCountsOfAllResultsAddUp() throws IOException {
    Reading<Long> claimed = (answer, task) -> ReceiptFields.claimedItems(task);
    assertThat(describe("\"result\":[{\"items_count\":3},{},{\"items_count\":4}]", claimed))
        .isEqualTo(7);
    assertThat(describe("\"result\":[{\"items_count\":0}]", claimed)).isZero();
    assertThat(describe("\"result\":[{\"items_count\":null},{\"items_count\":\"3\"}]", claimed))
        .isNull();
    assertThat(describe("\"result\":[]", claimed)).isNull();
    assertThat(describe("\"result\":[{\"items_count\":123456789012345678}]", claimed))
        .isEqualTo(123_456_789_012_345_678L);
    assertThat(describe("\"result\":[{\"items_count\":1234567890123456789}]", claimed))
        .as("it might not fit, nor its sum")
        .isNull();
  }

  @Test
  void aPartOfMoreThanOneMebibyteIsNotQuoted() throws IOException {
    String fits = '"' + "x".repeat((1 << 20) - 2) + '"';
    String tooLong = '"' + "x".repeat((1 << 20) - 1) + '"';
    assertThat(describe("\"data\":{\"keyword\":" + fits + "}", ReceiptFields::keyword))
        .isEqualTo(fits);
    assertThatExceptionOfType(TooLongException.class)
        .isThrownBy(
            () -> describe("\"data\":{\"keyword\":" + tooLong + "}", ReceiptFields::keyword))
        .withMessage("a part of 1048577 bytes is not quoted");
    assertThatExceptionOfType(TooLongException.class)
        .isThrownBy(() -> describe("\"data\":{\"x\":" + fits + "}", ReceiptFields::data));
  }

  @Test
  void theItemsOfAResultDoNotCountForItsLength() throws IOException {
    String half = '"' + "x".repeat(1 << 19) + '"';
    String results = "\"result\":[{\"a\":" + half + ",\"items\":[" + half + "," + half + "]}]";
    assertThat(describe(results, ReceiptFields::results)).isEqualTo("[{\"a\":" + half + "}]");
    assertThatExceptionOfType(TooLongException.class)
        .isThrownBy(
            () ->
                describe(
                    "\"result\":[{\"a\":" + half + "},{\"a\":" + half + "}]",
                    ReceiptFields::results));
  }
}
