package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostedEndpointTest {

  private static final String PATH = "/v3/serp/naver/organic/task_get/regular";
  private static final String SAME_PATH =
      "\"path\":[\"v3\",\"serp\",\"naver\",\"organic\",\"task_get\",\"regular\",\"some id\"]";

  private static String other(String apiPath, String members) throws IOException {
    return ofAnswer(apiPath, "{\"id\":\"" + RandomAnswers.ASKED + "\"," + members + "}");
  }

  private static String ofAnswer(String apiPath, String tasks) throws IOException {
    byte[] json = ("{\"tasks\":[" + tasks + "]}").getBytes(UTF_8);
    try (Answer answer = Answers.inMemory(json)) {
      return new PostedEndpoint(apiPath).other(answer, Envelope.read(answer, RandomAnswers.ASKED));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SAME_PATH,
        "\"path\":[\"v3\",\"serp\",\"naver\",\"organic\",\"task_post\"]",
        "\"path\":[]",
        "\"path\":null",
        "\"path\":[\"naver\",\"organic\",\"task_get\",\"advanced\"]", // too short to tell
        "\"cost\":0",
        "\"data\":{\"api\":\"serp\",\"se\":\"naver\",\"se_type\":\"organic\"}",
        "\"data\":{\"postback_data\":\"regular\",\"function\":\"task_post\"}",
        "\"data\":{\"se\":null,\"se_type\":7,\"postback_data\":{}}",
        SAME_PATH + ",\"data\":{\"se\":\"naver\"}"
      })
  void anAnswerThatSaysNothingElseIsOfTheEndpoint(String members) throws IOException {
    assertThat(other(PATH, members)).isNull();
    assertThat(other("//" + PATH, members)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"data\":{\"api\":\"keywords_data\"}       | api is keywords_data",
        "\"data\":{\"se\":\"google\"}               | se is google",
        "\"data\":{\"se_type\":\"news\"}            | se_type is news",
        "\"data\":{\"postback_data\":\"advanced\"}  | postback_data is advanced",
        "\"path\":[\"v3\",\"serp\",\"google\",\"organic\",\"task_get\",\"regular\"] | se is google",
        "\"path\":[\"v3\",\"x\",\"naver\",\"organic\",\"task_post\"] | api is x",
        "\"path\":[\"v3\",\"serp\",\"naver\",\"news\",\"task_get\",\"regular\"] | se_type is news",
        "\"path\":[\"serp\",\"naver\",\"organic\",\"task_get\",\"html\"] | postback_data is html",
        SAME_PATH + ",\"data\":{\"se\":\"bing\"} | se is bing"
      })
  void whatDiffersIsNamed(String members, String what) throws IOException {
    assertThat(other(PATH, members))
        .isEqualTo("the posted answer is not one of " + PATH + ": its " + what);
  }

  @Test
  void aPathOfNoKnownFormTellsNothing() throws IOException {
    String members =
        "\"data\":{\"api\":\"a\",\"se\":\"b\",\"se_type\":\"c\",\"postback_data\":\"d\"}";
    assertThat(other("/answers", members)).isNull();
    assertThat(other("/naver/organic/task_get/regular", members)).isNull();
    assertThat(other("/serp/naver/organic/task_get", "\"data\":{\"postback_data\":\"d\"}"))
        .isNull();
    assertThat(other("/serp/naver/organic/task_post/x", "\"data\":{\"postback_data\":\"d\"}"))
        .as("only task_get has a function")
        .isNull();
    assertThat(other("/serp/naver/organic/task_get", "\"data\":{\"se\":\"b\"}"))
        .endsWith("its se is b");
  }

  @Test
  void aMemberThatIsFarTooLongIsNotRead() throws IOException {
    String fits = "\"" + "x".repeat(4 * 1024 - 2) + "\"";
    String tooLong = "\"" + "x".repeat(4 * 1024 - 1) + "\"";
    assertThat(other(PATH, "\"data\":{\"se\":" + fits + "}")).contains("xxx");
    assertThat(other(PATH, "\"data\":{\"se\":" + tooLong + "}")).isNull();
  }

  @Test
  void anAnswerOfAnotherTaskIsNamed() throws IOException {
    String first = "03171324-0696-0066-0000-d4f3b5bc1ba3";
    String second = "03171324-0696-0066-0000-d4f3b5bc1ba4";
    assertThat(ofAnswer(PATH, "7,{\"id\":\"" + first + "\"},{\"id\":\"" + second + "\"}"))
        .isEqualTo("the posted answer is of the task " + first);
    assertThat(ofAnswer(PATH, "{\"id\":\"no id\"}")).isNull();
    assertThat(ofAnswer(PATH, "")).isNull();
    try (Answer answer = Answers.inMemory(new byte[0])) {
      assertThat(new PostedEndpoint(PATH).other(answer, null)).as("unreadable").isNull();
    }
  }
}
