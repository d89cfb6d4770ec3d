package io.serproutes;

import static io.serproutes.RawApi.result;
import static io.serproutes.RawApi.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids that come with their answers, in the core. */
class PostedAnswersTest {

  private static final String ID = "07281559-0695-0216-0000-c269be8b7592";
  private static final String OTHER = "17281559-0695-0216-0000-c269be8b7592";
  private static final String TOKEN = "0123456789-0123456789-token";

  @TempDir Path temp;

  private final RawApi api =
      new RawApi((request, socket, out) -> write(out, 200, result(request.id())));
  private RoutesUnderTest routes;

  @BeforeEach
  void start() {
    routes = RoutesUnderTest.start(api.address(), temp.resolve("out"));
  }

  @AfterEach
  void stop() {
    routes.close();
    api.close();
  }

  private Path file(byte[] body) throws IOException {
    Path file = temp.resolve("answer.json.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(body);
    }
    return file;
  }

  /** The receipt of the id with this answer; null where the source keeps it. */
  private JsonNode receipt(Path answer) throws Exception {
    CompletableFuture<Delivery.Outcome> settled = new CompletableFuture<>();
    routes.give(
        new Delivery(ID, Source.named("postback"), null, Map.of(), settled::complete, answer));
    boolean ended = settled.get(30, TimeUnit.SECONDS).isAcknowledged();
    return ended ? routes.out().receipt(ID) : null;
  }

  private JsonNode receipt(String body) throws Exception {
    return receipt(file(body.replace('\'', '"').getBytes(UTF_8)));
  }

  private static String task(String members) {
    return "{'status_code':20000,'tasks':[{'id':'" + ID + "'," + members + "}]}";
  }

  private static String items(String more) {
    return task("'status_code':20000," + more + "'result':[{'items':[{'type':'paid'}]}]");
  }

  @Test
  void theyAreDeliveredWithoutACall() throws Exception {
    JsonNode receipt =
        receipt(
            items(
                "'data':{'tag':'t','postback_url':'https://h.example/postback?token="
                    + TOKEN
                    + "'},"));
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(receipt.path("source").textValue()).isEqualTo("postback");
    assertThat(receipt.path("attempts").isInt()).isTrue();
    assertThat(receipt.path("attempts").intValue()).isZero();
    assertThat(receipt.path("paid").intValue()).isOne();
    assertThat(receipt.path("tag").textValue()).isEqualTo("t");
    assertThat(receipt.has("http_status")).isFalse();
    assertThat(receipt.has("fetched_at")).isTrue();
    assertThat(receipt.toString()).contains("https://h.example").doesNotContain(TOKEN);
    assertThat(routes.out().names("paid")).containsExactly(ID + ".json");
    assertThat(api.requests()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "40102, empty,",
    "40101, dead-lettered, task-failed",
    "40401, dead-lettered, not-found"
  })
  void aLastWordIsOneWhoeverSaysIt(int code, String outcome, String reason) throws Exception {
    JsonNode receipt = receipt(task("'status_code':" + code + ",'data':{},'result':null"));
    assertThat(receipt.path("outcome").textValue()).isEqualTo(outcome);
    assertThat(receipt.path("reason").textValue()).isEqualTo(reason);
    assertThat(api.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'status_code':40602", // not ready
        "'status_code':40202", // throttled
        "'status_code':40100", // the account
        "'status_code':50000", // may pass
        "'x':1"
      })
  void whatIsNoLastWordIsAskedFor(String members) throws Exception {
    JsonNode receipt = receipt(task(members));
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(receipt.path("attempts").intValue()).isOne();
    assertThat(receipt.path("http_status").intValue()).isEqualTo(200);
    assertThat(api.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{'status_code':20000,'tasks':[]}", "{'tasks':[null,{'id':7}]}"})
  void whatIsNoAnswerIsAskedFor(String body) throws Exception {
    assertThat(receipt(body).path("attempts").intValue()).isOne();
  }

  @Test
  void aFileThatTheDiskHasChangedIsAskedFor() throws Exception {
    Path whole = file(items("").replace('\'', '"').getBytes(UTF_8));
    byte[] bytes = Files.readAllBytes(whole);
    Files.write(whole, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertThat(receipt(whole).path("attempts").intValue()).isOne();
    assertThat(receipt(temp.resolve("gone.json.gz")).path("attempts").intValue()).isOne();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'data':{'se':'google'},",
        "'data':{'se_type':'maps'},",
        "'data':{'api':'onpage'},",
        "'data':{'postback_data':'advanced'},",
        "'path':['v3','serp','naver','organic','task_get','html','x'],",
        "'path':['v3','serp','google','organic','task_post'],"
      })
  void anotherEndpointsAnswerIsNeitherDeliveredNorFetched(String more) throws Exception {
    JsonNode receipt = receipt(items(more));
    assertThat(receipt.path("reason").textValue()).isEqualTo("wrong-endpoint");
    assertThat(receipt.path("attempts").intValue()).isZero();
    JsonNode letter = routes.out().deadLetter(ID);
    assertThat(letter.path("status_message").textValue())
        .startsWith("the posted answer is not one of /v3/serp/naver/organic/task_get/regular: its");
    assertThat(routes.out().names("paid")).isEmpty();
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void whatItSaysOfOurEndpointIsNoMismatch() throws Exception {
    JsonNode receipt =
        receipt(
            items(
                "'path':['v3','serp','naver','organic','task_get','regular','x'],'data':{'api':"
                    + "'serp','function':'task_get','se':'naver','se_type':'organic',"
                    + "'postback_data':'regular'},"));
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
  }

  @Test
  void anotherTasksAnswerIsNeitherDeliveredNorFetched() throws Exception {
    JsonNode receipt = receipt(items("").replace(ID, OTHER));
    assertThat(receipt.path("reason").textValue()).isEqualTo("wrong-endpoint");
    assertThat(routes.out().deadLetter(ID).path("status_message").textValue())
        .isEqualTo("the posted answer is of the task " + OTHER);
    assertThat(api.requests()).isEmpty();
  }
}
