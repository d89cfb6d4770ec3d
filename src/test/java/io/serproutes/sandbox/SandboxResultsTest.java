package io.serproutes.sandbox;

import static io.serproutes.sandbox.SandboxClient.json;
import static io.serproutes.sandbox.SandboxClient.names;
import static io.serproutes.sandbox.SandboxClient.onlyTask;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What an id that asks for no failure is answered. */
class SandboxResultsTest {
  private static final String ZERO = "00000000-0000-0000-0000-000000000000";
  private static final String ANY = "03171324-1535-0066-0000-770617fdc9a8";
  private static final String ITEM_FIELDS =
      "type rank_group rank_absolute page domain title description url breadcrumb";

  @AutoClose private static final ObservedSandbox server = ObservedSandbox.start(Map.of());
  private static final SandboxClient client =
      new SandboxClient(server.address(), "sandbox", "sandbox");

  @Test
  void envelopeOfAResultIsTheVendors() {
    HttpResponse<byte[]> response = client.task(ANY);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
    JsonNode body = json(response);
    assertThat(String.join(" ", names(body)))
        .isEqualTo("version status_code status_message time cost tasks_count tasks_error tasks");
    assertThat(body.path("status_code").intValue()).isEqualTo(20000);
    assertThat(body.path("tasks_error").intValue()).isZero();
    JsonNode task = onlyTask(response);
    assertThat(String.join(" ", names(task)))
        .isEqualTo("id status_code status_message time cost result_count path data result");
    assertThat(task.path("path").get(6).textValue()).isEqualTo(ANY);
    assertThat(String.join(" ", names(task.path("result").get(0))))
        .isEqualTo(
            "keyword type se_domain location_code language_code check_url datetime spell "
                + "refinement_chips item_types se_results_count pages_count items_count items");
  }

  @Test
  void itemsAreOfTheVendorsFieldsAndSizes() {
    int paid = 0;
    int all = 0;
    Set<Integer> counts = new TreeSet<>();
    for (String id : ordinaryIds(20)) {
      JsonNode result = onlyTask(client.task(id)).path("result").get(0);
      JsonNode items = result.path("items");
      assertThat(result.path("items_count").intValue()).isEqualTo(items.size()).isBetween(20, 110);
      counts.add(items.size());
      for (JsonNode item : items) {
        assertThat(String.join(" ", names(item))).isEqualTo(ITEM_FIELDS);
        boolean isPaid = item.path("type").textValue().equals("paid");
        assertThat(item.path("url").textValue().length() > 1000).isEqualTo(isPaid);
        paid += isPaid ? 1 : 0;
      }
      all += items.size();
    }
    assertThat(counts).hasSizeGreaterThan(5);
    assertThat((double) paid / all).isBetween(0.1, 0.3);
  }

  @Test
  void zeroIdHasEveryTypeOfTheEndpoint() {
    JsonNode result = onlyTask(client.task(ZERO)).path("result").get(0);

    assertThat(result.path("items").findValuesAsText("type")).contains("organic", "paid");
    assertThat(result.path("item_types")).hasSize(7);
    assertThat(result.path("items_count").intValue()).isEqualTo(result.path("items").size());
  }

  @Test
  void sameIdInEitherCaseHasTheSameResultAndOthersHaveOthers() {
    byte[] first = client.task(ANY).body();

    assertThat(client.task(ANY).body()).isEqualTo(first);
    assertThat(client.task(ANY.toUpperCase(Locale.ROOT)).body()).isEqualTo(first);
    assertThat(ordinaryIds(8).stream().map(id -> client.task(id).body().length).distinct())
        .hasSizeGreaterThan(4);
    assertThat(new String(first, StandardCharsets.UTF_8)).containsPattern("\\p{IsHangul}");
  }

  private static List<String> ordinaryIds(int count) {
    return IntStream.range(0, count)
        .mapToObj(n -> "11240700-1535-0066-0000-%012x".formatted(n))
        .toList();
  }
}
