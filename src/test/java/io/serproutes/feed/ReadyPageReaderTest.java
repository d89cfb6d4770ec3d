package io.serproutes.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ids.TaskId;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadyPageReaderTest {

  private static final String PATH = "/v3/serp/naver/organic/task_get/";
  private static final String ONE = "11111111-1535-0066-0000-0000000000a1";
  private static final String TWO = "22222222-1535-0066-0000-0000000000a2";

  private static ReadyPage read(String json) {
    return read(PATH + "regular", json);
  }

  private static ReadyPage read(String path, String json) {
    byte[] bytes = json.replace('\'', '"').getBytes(UTF_8);
    return new ReadyPageReader(path, 1_000_000).read(new ByteArrayInputStream(bytes));
  }

  private static String answer(String result) {
    return "{'version':'0.1','status_code':20000,'status_message':'Ok.','tasks_error':0,'tasks':[{"
        + "'id':'99999999-1535-0066-0000-000000000000','status_code':20000,'status_message':'Ok.',"
        + "'path':['v3','serp','naver','organic','tasks_ready'],'data':{'api':'serp','se':'naver'},"
        + "'result':"
        + result
        + "}]}";
  }

  private static String row(String id, String endpoints) {
    return "{'id':'"
        + id
        + "','se':'naver','se_type':'organic','date_posted':'2026-11-26','tag':null"
        + endpoints
        + "}";
  }

  private static String ours(String id) {
    return row(id, ",'endpoint_regular':'" + PATH + "regular/" + id + "','endpoint_html':null");
  }

  private static List<String> ids(ReadyPage page) {
    return page.ids().stream().map(TaskId::value).toList();
  }

  @Test
  void theIdsOfOurEndpointAreTakenInOrder() {
    ReadyPage page = read(answer("[" + ours(TWO) + "," + ours(ONE.toUpperCase()) + "]"));
    assertThat(ids(page)).containsExactly(TWO, ONE);
    assertThat(page.rows()).isEqualTo(2);
    assertThat(page.code()).isEqualTo(20000);
    assertThat(page.broken()).isNull();
    assertThat(page.isFull()).isFalse();
  }

  /** The vendor's own sample has the id of the first row in an endpoint of the second. */
  @Test
  void onlyTheMemberIdTellsTheId() {
    String wrong = row(TWO, ",'endpoint_regular':'" + PATH + "regular/" + ONE + "'");
    assertThat(ids(read(answer("[" + wrong + "]")))).containsExactly(TWO);
  }

  @Test
  void rowsOfOtherEnginesAreCountedAndNeverTaken() {
    String google =
        "{'id':'"
            + TWO
            + "','se':'google','endpoint_regular':'/v3/serp/google/organic/task_get/regular/x'}";
    String onlyHtml = row(TWO, ",'endpoint_regular':null,'endpoint_html':'" + PATH + "html/x'");
    String longer = row(TWO, ",'endpoint_regular':'" + PATH + "regular_2/x'");
    ReadyPage page =
        read(answer("[" + String.join(",", google, onlyHtml, longer, ours(ONE)) + "]"));
    assertThat(ids(page)).containsExactly(ONE);
    assertThat(page.foreign()).isEqualTo(3);
    assertThat(page.rows()).isEqualTo(4);
  }

  @Test
  void whereNoEndpointIsThereTheEngineDecides() {
    String old = row(ONE, ",'endpoint':'/v3/whatever'");
    String nulls = row(TWO, ",'endpoint_regular':null,'endpoint_html':null");
    String other = "{'id':'" + TWO + "','se':'naver','se_type':'news'}";
    ReadyPage page = read(answer("[" + String.join(",", old, nulls, other) + "]"));
    assertThat(ids(page)).containsExactly(ONE, TWO);
    assertThat(page.foreign()).isOne();
  }

  @Test
  void thePathSaysWhichEndpointCounts() {
    String row = row(ONE, ",'endpoint_regular':'/x','endpoint_advanced':'" + PATH + "advanced/x'");
    assertThat(ids(read(PATH + "advanced/", answer("[" + row + "]")))).containsExactly(ONE);
    assertThat(ids(read(PATH + "regular", answer("[" + row + "]")))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "{}", "7", "[null,[1],2]"})
  void anEmptyListHasManyForms(String result) {
    ReadyPage page = read(answer(result));
    assertThat(page.rows()).isZero();
    assertThat(page.broken()).isNull();
    assertThat(page.code()).isEqualTo(20000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'status_code':20000,'tasks':[{'status_code':20000}]}",
        "{'status_code':20000,'tasks':null}",
        "{'status_code':20000}"
      })
  void theListMayBeAbsent(String answer) {
    assertThat(read(answer)).extracting(ReadyPage::rows, ReadyPage::code).containsExactly(0, 20000);
  }

  @Test
  void aMalformedIdIsCountedAndTheRestIsTaken() {
    String none = row("../../admin", ",'endpoint_regular':'" + PATH + "regular/x'");
    String number = none.replace("'../../admin'", "7");
    String absent = none.replace("'id'", "'no_id'");
    ReadyPage page =
        read(answer("[" + String.join(",", none, number, absent, ours(ONE), ours(ONE)) + "]"));
    assertThat(ids(page)).containsExactly(ONE);
    assertThat(page.malformed()).isEqualTo(3);
    assertThat(page.examples()).containsExactly("../../admin", "7", "");
  }

  @Test
  void theCodeOfTheTaskCountsWhereTheTopSaysOk() {
    String failed = answer("null").replaceFirst("('id'.*'status_code':)20000", "$140202");
    assertThat(read(failed).code()).isEqualTo(40202);
    ReadyPage top = read("{'status_code':40100,'status_message':'No.','tasks':null}");
    assertThat(top.code()).isEqualTo(40100);
    assertThat(top.message()).isEqualTo("No.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "null", "<html>", "{'status_code':2000000000000000000000000}"})
  void whatIsNoAnswerIsBroken(String body) {
    ReadyPage page = read(body);
    assertThat(page.broken()).isNotBlank();
    assertThat(page.code()).isNull();
    assertThat(new ReadyPageReader(PATH, 1000).read(null).broken()).isNotBlank();
  }

  /** The list may show an id only once. */
  @Test
  void whatCameBeforeABreakCounts() {
    String whole = answer("[" + ours(ONE) + "," + ours(TWO) + "]");
    ReadyPage page = read(whole.substring(0, whole.lastIndexOf(TWO) + TWO.length()));
    assertThat(ids(page)).containsExactly(ONE);
    assertThat(page.broken()).isNotBlank();

    InputStream late =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new SocketTimeoutException("Read timed out");
          }
        };
    byte[] start = whole.substring(0, whole.lastIndexOf("{")).replace('\'', '"').getBytes(UTF_8);
    ReadyPage timedOut =
        new ReadyPageReader(PATH + "regular", 1_000_000)
            .read(new SequenceInputStream(new ByteArrayInputStream(start), late));
    assertThat(ids(timedOut)).containsExactly(ONE);
    assertThat(timedOut.broken()).isEqualTo("Read timed out");
  }

  @Test
  void anAnswerOverTheLimitIsNotReadOn() {
    String many =
        IntStream.range(0, 50_000)
            .mapToObj(i -> ours("11111111-1535-0066-0000-%012x".formatted(i)))
            .collect(Collectors.joining(","));
    ReadyPage page = read(answer("[" + many + "]"));
    assertThat(page.broken()).isNotBlank();
    assertThat(page.isFull()).isTrue();
    assertThat(page.ids()).hasSizeBetween(1000, 10_000);
  }
}
