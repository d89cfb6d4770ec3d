package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.items.Envelope.FoundTask;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskMemberTest {

  private static final String ID = RandomAnswers.ASKED.value();

  private static String item(String item, String data, String resultMembers) throws IOException {
    String json =
        "{\"tasks\":[{\"data\":%s,\"id\":\"%s\",\"result\":[{%s\"items\":[%s]}]}]}"
            .formatted(data, ID, resultMembers, item);
    try (Answer answer = Answers.inMemory(json.getBytes(UTF_8))) {
      FoundTask task = Envelope.read(answer, RandomAnswers.ASKED).task();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ItemBatch.byType(RandomAnswers.ASKED, answer, task).get(0).writeTo(out);
      return out.toString(UTF_8).replaceFirst("^\\[\n", "").replaceFirst("\n]\n$", "");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"organic\"}     | {\"type\":\"organic\",\"task\":{\"id\":\"ID\"}}",
        "{\"a\" : [ ] \t}           | {\"a\" : [ ],\"task\":{\"id\":\"ID\"}}",
        "{}                         | {\"task\":{\"id\":\"ID\"}}",
        "{ }                        | {\"task\":{\"id\":\"ID\"}}",
        "{\"task\":7}               | {\"task\":7,\"serp_task\":{\"id\":\"ID\"}}",
        "{\"t\\u0061sk\":7}         | {\"t\\u0061sk\":7,\"serp_task\":{\"id\":\"ID\"}}",
        "{\"a\":{\"task\":7}}       | {\"a\":{\"task\":7},\"task\":{\"id\":\"ID\"}}",
        "null                       | {\"item\":null,\"task\":{\"id\":\"ID\"}}",
        "\"\\ud800\"                | {\"item\":\"\\ud800\",\"task\":{\"id\":\"ID\"}}",
        "[ {\"task\":1} ]           | {\"item\":[ {\"task\":1} ],\"task\":{\"id\":\"ID\"}}",
        "-1.50e+2                   | {\"item\":-1.50e+2,\"task\":{\"id\":\"ID\"}}"
      })
  void theMemberStandsAtTheEndOfTheItem(String item, String expected) throws IOException {
    assertThat(item(item, "null", "")).isEqualTo(expected.replace("ID", ID));
  }

  @Test
  void theMemberHoldsTheSearchInTheApisOwnBytes() throws IOException {
    String data =
        "{\"os\":\"windows\",\"device\":\"desktop\",\"tag\":\"t\\u0022\",\"keyword\":\"posted\","
            + "\"se_domain\":\"d\",\"location_code\":1,\"language_code\":\"ko\",\"spell\":1}";
    String result =
        "\"datetime\":\"2021-03-17 11:24:44 +00:00\",\"spell\":{\"keyword\" : \"네이버\"},"
            + "\"keyword\":\"네이버\",\"location_code\":0.0,\"language_code\":\"\","
            + "\"check_url\":\"https:\\/\\/search.naver.com\",\"device\":\"not from here\",";
    assertThat(item("{}", data, result))
        .isEqualTo(
            "{\"task\":{\"id\":\"%s\",\"tag\":\"t\\u0022\",\"keyword\":\"네이버\",\"se_domain\":\"d\","
                    .formatted(ID)
                + "\"location_code\":0.0,\"language_code\":\"\",\"device\":\"desktop\","
                + "\"os\":\"windows\",\"check_url\":\"https:\\/\\/search.naver.com\","
                + "\"datetime\":\"2021-03-17 11:24:44 +00:00\",\"spell\":{\"keyword\" : \"네이버\"}}}");
  }

  @Test
  void whatIsNullIsKeptAndWhatIsMissingIsLeftOut() throws IOException {
    assertThat(item("{}", "{\"tag\":null}", "\"spell\":null,"))
        .isEqualTo("{\"task\":{\"id\":\"" + ID + "\",\"tag\":null,\"spell\":null}}");
  }

  @Test
  void whatDoesNotFitIsLeftOutAndTheRestStays() throws IOException {
    String tag = "\"" + "t".repeat(TaskMember.MOST_BYTES) + "\"";
    assertThat(item("{}", "{\"tag\":" + tag + ",\"os\":\"windows\"}", "\"spell\":null,"))
        .isEqualTo(
            "{\"task\":{\"id\":\"%s\",\"os\":\"windows\",\"spell\":null,\"shortened\":true}}"
                .formatted(ID));
  }

  @Test
  void allTogetherFitExactlyAndWithoutAMarkWhereNothingIsLeftOut() throws IOException {
    int around = item("{}", "{\"tag\":\"\"}", "").length() - "{\"task\":}".length();
    int room = TaskMember.MOST_BYTES - around - ",\"shortened\":true".length();
    String fits = item("{}", "{\"tag\":\"%s\"}".formatted("t".repeat(room)), "");
    assertThat(fits).hasSizeGreaterThan(room).doesNotContain("shortened");
    String tooLong = item("{}", "{\"tag\":\"%s\"}".formatted("t".repeat(room + 1)), "");
    assertThat(tooLong).isEqualTo("{\"task\":{\"id\":\"" + ID + "\",\"shortened\":true}}");
  }

  @Test
  void itIsShorterWhereVeryManyItemsRepeatIt() throws IOException {
    String tag = "t".repeat(2000);
    String few = item("{}" + ",{}".repeat(9), "{\"tag\":\"" + tag + "\"}", "");
    assertThat(few).contains(tag);
    int many = TaskMember.MOST_BYTES_IN_ALL / 1000;
    String shortened = item("{}" + ",{}".repeat(many), "{\"tag\":\"" + tag + "\"}", "");
    assertThat(shortened).doesNotContain(tag).contains("\"shortened\":true");
  }
}
