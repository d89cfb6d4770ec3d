package io.serproutes.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.serproutes.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdListPageTest {

  private static final String ID = "02011616-1535-0216-0000-5e9e5e5e5e5e";

  private static IdListPage read(String json) throws IOException {
    Engine engine = Engine.of(new Settings(name -> null));
    return IdListPage.read(new ByteArrayInputStream(json.getBytes(UTF_8)), engine);
  }

  private static IdListPage ofRows(String rows) throws IOException {
    return read(
        "{\"version\":\"x\",\"status_code\":20000,\"status_message\":\"Ok.\",\"tasks\":[{\"id\":\"y\","
            + "\"status_code\":20000,\"result_count\":1,\"data\":{\"x\":[{}]},\"result\":"
            + rows
            + "}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'metadata':{'se':'naver','se_type':'organic','function':'task_post'}                | true",
        "'metadata':{'se':'naver','se_type':'organic'}                                       | true",
        "'metadata':{'se':'naver','se_type':'organic','function':'live'}                     | false",
        "'metadata':{'se':'google','se_type':'organic','function':'task_post'}               | false",
        "'metadata':{'se':'naver','se_type':'maps','function':'task_post'}                   | false",
        "'metadata':null,'url':'https://api.dataforseo.com/v3/serp/naver/organic/task_post'  | true",
        "'url':'https://api.dataforseo.com/v3/serp/naver/organic/live/regular'               | false",
        "'url':'https://api.dataforseo.com/v3/serp/google/organic/task_post'                 | false",
        "'metadata':{}                                                                       | false",
      })
  void theEngineOfARow(String members, boolean isOurs) throws IOException {
    String row = "{\"id\":\"" + ID + "\"," + members.replace('\'', '"') + "}";
    assertThat(ofRows("[" + row + "]").rows())
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.isOfEngine()).isEqualTo(isOurs);
              assertThat(one.id()).hasToString(ID);
              assertThat(one.isDone()).isFalse();
            });
  }

  @Test
  void theUrlOfARowHasNoPathOfAGateway() throws IOException {
    String path = "/dfs/v3/serp/naver/organic/task_get/regular";
    Engine engine = Engine.of(new Settings(Map.of("serp.api.path", path)::get));
    String url = "https://api.dataforseo.com/v3/serp/naver/organic/task_post";
    assertThat(engine.has(JsonNodeFactory.instance.objectNode().put("url", url))).isTrue();
  }

  @Test
  void whatIsDoneAndWhatIsNoId() throws IOException {
    IdListPage page =
        ofRows(
            "[{\"id\":\""
                + ID
                + "\",\"datetime_done\":\"2026-11-26 10:00:00 +00:00\"},"
                + "{\"id\":\"x\",\"datetime_done\":null},{\"id\":7,\"datetime_done\":\"\"},null,3]");
    assertThat(page.code()).isEqualTo(20000);
    assertThat(page.claimed()).isEqualTo(1);
    assertThat(page.rows())
        .extracting(IdListPage.Row::isDone)
        .containsExactly(true, false, false, false, false);
    assertThat(page.rows().stream().skip(1)).allMatch(row -> row.id() == null);
  }

  @Test
  void noRows() throws IOException {
    assertThat(ofRows("null").rows()).isEmpty();
    assertThat(ofRows("[]").rows()).isEmpty();
  }

  @Test
  void theCodeThatCounts() throws IOException {
    assertThat(read("{\"status_code\":40202,\"tasks\":null}").code()).isEqualTo(40202);
    assertThat(read("{\"status_code\":20000,\"tasks\":null}").code()).isNull();
    assertThat(read("{\"tasks\":[]}").code()).isNull();
    IdListPage page =
        read(
            "{\"status_code\":20000,\"status_message\":\"Ok.\",\"tasks\":[{\"status_code\":40501,"
                + "\"status_message\":\"Invalid Field: 'limit'.\",\"result\":null}]}");
    assertThat(page.code()).isEqualTo(40501);
    assertThat(page.message()).isEqualTo("Invalid Field: 'limit'.");
  }

  @Test
  void anAnswerThatBreaksOffIsNone() {
    String whole =
        "{\"status_code\":20000,\"tasks\":[{\"status_code\":20000,\"result\":[{\"id\":\"x\"}]}]}";
    for (int length = 0; length < whole.length(); length++) {
      String part = whole.substring(0, length);
      assertThatThrownBy(() -> read(part)).as(part).isInstanceOf(IOException.class);
    }
  }
}
