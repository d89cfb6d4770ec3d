package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Reason;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptsTest {

  private static final TaskId ID = TestTasks.id(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LOGIN = "somebody@mail.example";
  private static final String PASSWORD = "swordfish/7";
  private static final int LONGEST = 64 * 1024;

  private final Map<String, String> values =
      new HashMap<>(Map.of("serp.api.login", LOGIN, "serp.api.password", PASSWORD));

  private Receipts receipts() {
    Settings settings = new Settings(values::get);
    return new Receipts(settings, new Secrets(settings));
  }

  private JsonNode receipt(Task task) throws IOException {
    return JSON.readTree(receipts().receipt(task));
  }

  private JsonNode letter(Task task) throws IOException {
    return JSON.readTree(receipts().deadLetter(task));
  }

  private static Task answered(int code, String data, String result) {
    return TestTasks.answer(TestTasks.fresh(ID), 200, TestTasks.body(ID, code, data, result));
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void theReceiptOfADeliveryHasTheMembersOfTheContract() throws IOException {
    Task task =
        answered(
            20000,
            "{\"keyword\":\"posted\",\"tag\":\"t\\u0022\",\"pingback_url\":\"https://x/?s=1\"}",
            "[{\"keyword\":\"네이버\",\"items_count\":3,"
                + "\"items\":[{\"type\":\"organic\"},{\"type\":\"paid\"},7],\"n\":1.50}]");
    String json = new String(receipts().receipt(task), UTF_8);
    assertThat(json)
        .startsWith(
            "{\"task_id\":\"%s\",\"outcome\":\"delivered\",\"status_code\":20000,".formatted(ID)
                + "\"http_status\":200,\"attempts\":1,\"organic\":1,\"paid\":1,\"other\":1,"
                + "\"oversized\":0,\"items_count\":3,\"keyword\":\"네이버\",\"tag\":\"t\\u0022\","
                + "\"source\":\"folder:ids.txt:17\",\"fetched_at\":\"")
        .endsWith(
            ",\"data\":{\"keyword\":\"posted\",\"tag\":\"t\\u0022\",\"pingback_url\":\"https://x\"},"
                + "\"results\":[{\"keyword\":\"네이버\",\"items_count\":3,\"n\":1.50}]}");
    JsonNode receipt = JSON.readTree(json);
    assertThat(receipt.path("fetched_at").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(receipt.path("elapsed_ms").isIntegralNumber()).isTrue();
    assertThat(receipt.has("sandbox")).isFalse();
    assertThat(receipt.has("count_mismatch")).isFalse();
  }

  @Test
  void otherTasksInTheAnswerAreCounted() throws IOException {
    String other = "{\"id\":\"" + TestTasks.id(99) + "\",\"status_code\":20000,\"result\":[]},";
    String body =
        TestTasks.body(ID, 20000, "{}", "[]").replace("\"tasks\":[", "\"tasks\":[" + other + other);
    Task delivered = TestTasks.answer(TestTasks.fresh(ID), 200, body);
    assertThat(receipt(delivered).path("other_tasks").asInt()).isEqualTo(2);
    assertThat(receipt(answered(20000, "{}", "[]")).has("other_tasks")).isFalse();

    Task lost = TestTasks.answer(TestTasks.fresh(TestTasks.id(98)), 200, body);
    assertThat(receipt(TestTasks.giveUp(lost, Reason.UNREADABLE)).path("other_tasks").asInt())
        .isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({
    "20000, 2, delivered",
    "40106, 2, partial",
    "40102, 0, empty",
    "40102, 1, empty",
    "20000, 0, empty"
  })
  void theOutcomeIsSaidInAWord(int code, int items, String outcome) throws IOException {
    String array = "[" + "7,".repeat(items).replaceFirst(",$", "") + "]";
    JsonNode receipt = receipt(answered(code, "{}", "[{\"items\":" + array + "}]"));
    assertThat(receipt.path("outcome").asText()).isEqualTo(outcome);
    assertThat(receipt.path("other").asInt()).isEqualTo(items);
    assertThat(receipt.path("status_code").asInt()).isEqualTo(code);
  }

  @Test
  void aCountThatIsNotWhatArrivedIsMarked() throws IOException {
    JsonNode more = receipt(answered(20000, "{}", "[{\"items_count\":110,\"items\":[1,2]}]"));
    assertThat(more.path("count_mismatch").asBoolean()).isTrue();
    assertThat(more.path("items_count").asInt()).isEqualTo(110);
    JsonNode sum =
        receipt(answered(20000, "{}", "[{\"items_count\":1,\"items\":[1]},{\"items_count\":0}]"));
    assertThat(sum.has("count_mismatch")).isFalse();
    JsonNode unclaimed = receipt(answered(20000, "{}", "[{\"items\":[1]}]"));
    assertThat(unclaimed.has("count_mismatch")).isFalse();
    assertThat(unclaimed.has("items_count")).isFalse();
  }

  /** A broker takes 1 MiB by default; a receipt that it refused would hold up all others. */
  @Test
  void aReceiptFitsIntoARecordWhateverTheApiSends() throws IOException {
    String long4 = "검".repeat(4 * 1024 - 2);
    String long64 = "검".repeat(64 * 1024 - 200 - 2 * long4.length());
    String long192 = "검".repeat(192 * 1024 - 200);
    String data =
        "{\"tag\":\"%s\",\"keyword\":\"%s\",\"x\":\"%s\"}".formatted(long4, long4, long64);
    Task fits = answered(20000, data, "[{\"spell\":\"" + long192 + "\",\"items\":[1]}]");
    byte[] json = receipts().receipt(fits);
    assertThat(json.length).isBetween(750_000, 900 * 1024);
    assertThat(names(JSON.readTree(json)))
        .contains("keyword", "tag", "data", "results")
        .doesNotContain("shortened");

    String more = "검".repeat(200);
    String longer = data.replaceFirst("\\}$", ",\"y\":\"" + more + "\"}");
    JsonNode withoutData = receipt(answered(20000, longer, "[{\"items\":[1]}]"));
    assertThat(names(withoutData)).contains("keyword", "results").doesNotContain("data");
    assertThat(withoutData.path("shortened").asBoolean()).isTrue();
    JsonNode withoutResults =
        receipt(answered(20000, "{}", "[{\"spell\":\"" + long192 + more + "\",\"items\":[1]}]"));
    assertThat(names(withoutResults)).contains("data").doesNotContain("results");
    assertThat(withoutResults.path("shortened").asBoolean()).isTrue();
    String huge = "x".repeat(2 << 20);
    JsonNode withNothing =
        receipt(
            answered(
                20000,
                "{\"keyword\":\"k\",\"tag\":\"%s\"}".formatted(huge),
                "[{\"n\":\"" + huge + "\",\"items\":[1]}]"));
    assertThat(names(withNothing)).contains("keyword").doesNotContain("tag", "data", "results");
    JsonNode withoutKeyword =
        receipt(answered(20000, "{\"keyword\":\"" + long4 + "...\",\"tag\":\"t\"}", "null"));
    assertThat(names(withoutKeyword)).contains("tag", "data").doesNotContain("keyword");
  }

  @Test
  void whatTheApiDidNotSendIsLeftOut() throws IOException {
    JsonNode receipt = receipt(answered(20000, "null", "null"));
    assertThat(names(receipt)).doesNotContain("keyword", "tag", "reason");
    assertThat(receipt.path("results")).isEmpty();
    assertThat(receipt.path("results").isArray()).isTrue();
  }

  @Test
  void theReceiptOfADeadLetterSaysWhy() throws IOException {
    JsonNode receipt = receipt(answered(40401, "{\"keyword\":\"k\",\"tag\":7}", "null"));
    assertThat(names(receipt))
        .containsExactly(
            "task_id",
            "outcome",
            "reason",
            "status_code",
            "http_status",
            "attempts",
            "organic",
            "paid",
            "other",
            "oversized",
            "keyword",
            "tag",
            "source",
            "fetched_at",
            "elapsed_ms",
            "data",
            "results");
    assertThat(receipt.path("outcome").asText()).isEqualTo("dead-lettered");
    assertThat(receipt.path("reason").asText()).isEqualTo("not-found");
    assertThat(receipt.path("organic").asInt(-1)).isZero();
  }

  @Test
  void anAnswerThatSaysNothingOfTheTaskHasAReceiptAllTheSame() throws IOException {
    Task task = TestTasks.answer(TestTasks.fresh(ID), 200, "<html>");
    JsonNode receipt = receipt(TestTasks.giveUp(task, Reason.UNREADABLE));
    assertThat(receipt.path("reason").asText()).isEqualTo("unreadable");
    assertThat(names(receipt)).doesNotContain("keyword", "data", "results", "status_code");
  }

  @Test
  void aHostsOwnTagOutranksTheApis() throws IOException {
    Task task = TestTasks.ofHost(ID, "a \"tag\"\n");
    TestTasks.answer(task, 200, TestTasks.body(ID, 20000, "{\"tag\":\"api\"}", "null"));
    JsonNode receipt = receipt(task);
    assertThat(receipt.path("tag").asText()).isEqualTo("a \"tag\"\n");
    assertThat(receipt.path("source").asText()).isEqualTo("host");
  }

  /** Such as of a text that was cut within an emoji. */
  @ParameterizedTest
  @ValueSource(strings = {"half \ud83d", "\ude00 half", "\ud83d\ud83d x", "whole \ud83d\ude00"})
  void aHostsTagMayHoldHalfACharacter(String tag) throws IOException {
    Task task = TestTasks.ofHost(ID, tag);
    TestTasks.answer(task, 200, TestTasks.body(ID, 20000, "{}", "null"));
    assertThat(receipt(task).path("tag").asText()).isEqualTo(tag);
    byte[] parked = new ParkingTimes(new Settings(values::get)).parked(task);
    assertThat(ParkedRecord.read(parked).tag()).isEqualTo(tag);
  }

  @Test
  void aHostsTagThatIsTooLongIsLeftOut() throws IOException {
    String longest = "x".repeat(4 * 1024);
    Task fits = TestTasks.ofHost(ID, longest);
    TestTasks.answer(fits, 200, TestTasks.body(ID, 20000, "{}", "null"));
    assertThat(receipt(fits).path("tag").asText()).isEqualTo(longest);
    Task task = TestTasks.ofHost(ID, longest + "x");
    TestTasks.answer(task, 200, TestTasks.body(ID, 20000, "{}", "null"));
    JsonNode receipt = receipt(task);
    assertThat(names(receipt)).doesNotContain("tag");
    assertThat(receipt.path("shortened").asBoolean()).isTrue();
  }

  @Test
  void theEmbeddedSandboxIsNamed() throws IOException {
    values.put("serp.sandbox.embedded", "true");
    assertThat(receipt(answered(20000, "{}", "null")).path("sandbox").asBoolean()).isTrue();
  }

  @Test
  void aDeadLetterHasTheMembersOfTheContract() throws IOException {
    Task task = answered(40401, "{}", "null");
    JsonNode letter = letter(task);
    assertThat(names(letter))
        .containsExactly(
            "task_id",
            "reason",
            "status_code",
            "status_message",
            "http_status",
            "attempts",
            "source",
            "failed_at",
            "response");
    assertThat(letter.path("task_id").asText()).isEqualTo(ID.value());
    assertThat(letter.path("reason").asText()).isEqualTo("not-found");
    assertThat(letter.path("status_message").asText()).isEqualTo("m");
    assertThat(letter.path("source").asText()).isEqualTo("folder:ids.txt:17");
    assertThat(letter.path("failed_at").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(letter.path("response").asText()).isEqualTo(TestTasks.body(ID, 40401, "{}", "null"));
  }

  @Test
  void inputThatIsNoIdIsQuoted() throws IOException {
    JsonNode letter = letter(TestTasks.fresh("what " + PASSWORD + " is this?"));
    assertThat(names(letter)).containsExactly("input", "reason", "attempts", "source", "failed_at");
    assertThat(letter.path("input").asText()).isEqualTo("what *** is this?");
    assertThat(letter.path("reason").asText()).isEqualTo("invalid-id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "네", "😀"})
  void longInputIsCut(String character) throws IOException {
    String input = letter(TestTasks.fresh("ab" + character.repeat(3000))).path("input").asText();
    assertThat(input.length()).isBetween(1020, 1024);
    assertThat("ab" + character.repeat(3000)).startsWith(input);
    assertThat(letter(TestTasks.fresh("")).path("input").asText("none")).isEmpty();
  }

  private String response(String body) throws IOException {
    return letter(
            TestTasks.giveUp(TestTasks.answer(TestTasks.fresh(ID), 200, body), Reason.UNREADABLE))
        .path("response")
        .asText();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aLongResponseIsCutBetweenCharacters(int shift) throws IOException {
    String body = "x".repeat(shift) + "네".repeat(2 * LONGEST);
    String response = response(body);
    assertThat(body).startsWith(response);
    assertThat(response.getBytes(UTF_8).length).isBetween(LONGEST - 2, LONGEST);
    String small = "y".repeat(LONGEST);
    assertThat(response(small)).isEqualTo(small);
    assertThat(response(small + "z")).isEqualTo(small);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1000, LONGEST - 40, LONGEST - 10, LONGEST - 1, LONGEST, LONGEST + 1000})
  void credentialsThatAResponseEchoesAreHidden(int before) throws IOException {
    String pair = LOGIN + ":" + PASSWORD;
    String token = Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    for (String secret : List.of(PASSWORD, LOGIN, pair, token, PASSWORD.replace("/", "\\/"))) {
      String response = response("x".repeat(before) + secret + "y".repeat(LONGEST));
      for (int length = secret.length(); length > 5; length--) {
        assertThat(response).doesNotContain(secret.substring(0, length));
      }
      assertThat(response.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(LONGEST);
    }
  }

  @Test
  void whatShrinksTheResponseLetsNoHalfSecretIn() throws IOException {
    // parameters of webhooks that go make room for what lies behind the cut
    String webhook = "{\"pingback_url\":\"https://x/?" + "p".repeat(4000) + "\"}";
    for (int before = LONGEST + 1024 - 40; before <= LONGEST + 1024; before++) {
      String body =
          webhook + "x".repeat(before - webhook.length()) + PASSWORD + "y".repeat(LONGEST);
      String response = response(body);
      assertThat(response).doesNotContain("swordf").doesNotContain("\uFFFD");
    }
  }

  @Test
  void theDeadLetterOfItemsThatAreTooLargeSaysWhereTheyAre() throws IOException {
    Task task = answered(20000, "{}", "[{\"items\":[1,2,3]}]");
    task.noteOversized(ItemType.OTHER, 2);
    task.noteOversized(ItemType.OTHER, 0);
    JsonNode letter = JSON.readTree(receipts().tooLarge(task));
    assertThat(names(letter)).contains("task_id", "failed_at").doesNotContain("response", "input");
    assertThat(letter.path("reason").asText()).isEqualTo("too-large");
    assertThat(letter.path("status_message").asText())
        .isEqualTo(
            "items [0, 2] are over serp.kafka.max-item-bytes; they are in oversized/"
                + ID
                + "-{index}.json");
    assertThat(receipt(task).path("oversized").asInt()).isEqualTo(2);
  }

  @Test
  void inputWithoutTextIsEmpty() throws IOException {
    Delivery delivery = Delivery.fresh(null, Source.named("kafka:ids-0@1"), ended -> {});
    assertThat(letter(TestTasks.of(delivery)).path("input").asText("none")).isEmpty();
  }

  @Test
  void aDeadLetterAsksForItsIdElseForItsInput() throws IOException {
    assertThat(Receipts.inputOf(JSON.readTree("{\"task_id\":\"a\",\"input\":\"b\"}")))
        .isEqualTo("a");
    assertThat(Receipts.inputOf(JSON.readTree("{\"input\":\"b\"}"))).isEqualTo("b");
    assertThat(Receipts.inputOf(JSON.readTree("{}"))).isEmpty();
  }
}
