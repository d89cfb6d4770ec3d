package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.feed.ReadyApi;
import io.serproutes.page.RawPage;
import io.serproutes.page.RawPage.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page where the topic of ids is the source. */
class PageKafkaIT {

  private static final Pattern PAGE =
      Pattern.compile("the page is at http://127\\.0\\.0\\.1:(\\d+)/");

  @TempDir Path temp;

  @AutoClose private final ReadyApi api = new ReadyApi();

  private static RawPage page(InstanceUnderTest instance) {
    instance.awaitOutput(PAGE.pattern());
    Matcher page = PAGE.matcher(instance.output());
    assertThat(page.find()).isTrue();
    return new RawPage(Integer.parseInt(page.group(1)));
  }

  private static JsonNode ids(RawPage page) {
    for (JsonNode source : page.get("/observe/status").json().path("sources")) {
      if (source.path("topic").asText().endsWith(".ids")) {
        return source;
      }
    }
    return new com.fasterxml.jackson.databind.ObjectMapper().createObjectNode();
  }

  @Test
  void idsGoToTheTopicAndAPausedProcessKeepsItsPartitions() throws Exception {
    List<String> ids = Scene.ids(12);
    try (BrokerProcess broker = new BrokerProcess().start();
        Scene scene = new Scene(broker, temp, "page", 4)) {
      scene.api(api.address());
      RawPage page = page(scene.instance("one").start());
      Answer pasted = page.post("/observe/ids", ids.get(0) + " foo\n" + ids.get(1), RawPage.OWN);
      assertThat(pasted.json().toString())
          .isEqualTo("{\"to\":\"the topic page.ids\",\"ids\":2,\"not_ids\":[\"foo\"]}");
      String csv = "id,keyword\n" + ids.get(2) + ",a\nbar,b\n" + ids.get(3) + ",c\n";
      Answer file = page.post("/observe/files?name=a.csv", csv, RawPage.OWN);
      assertThat(file.json().toString())
          .isEqualTo("{\"to\":\"the topic page.ids\",\"ids\":2,\"not_ids\":[\"bar\"]}");
      assertThat(page.post("/observe/files?name=a.json", "[", RawPage.OWN).status()).isEqualTo(400);
      scene.awaitReceipts(ids.subList(0, 4));
      await()
          .atMost(InstanceUnderTest.PATIENCE)
          .until(
              () ->
                  ids(page).path("partitions").asInt() == 4 && ids(page).path("lag").asInt() == 0);

      page.post("/observe/pause", "", RawPage.OWN);
      scene.send(ids.subList(4, 8));
      await().atMost(InstanceUnderTest.PATIENCE).until(() -> ids(page).path("lag").asInt() == 4);
      await()
          .during(Duration.ofSeconds(8)) // longer than the session of the group
          .atMost(InstanceUnderTest.PATIENCE)
          .until(() -> ids(page).path("partitions").asInt() == 4);
      assertThat(page.get("/observe/status").json().path("state").asText()).isEqualTo("paused");
      assertThat(page.get("/observe/health/ready").status()).isEqualTo(200);
      assertThat(scene.receipts().keySet()).doesNotContainAnyElementsOf(ids.subList(4, 8));

      page.post("/observe/resume", "", RawPage.OWN);
      scene.awaitReceipts(ids.subList(4, 8));
      assertThat(api.asked().values()).allMatch(times -> times == 1);
      assertThat(page.get("/observe/results?type=organic&format=csv").status()).isEqualTo(409);
      assertThat(page.get("/observe/id?id=" + ids.get(4)).json().path("outcome").asText())
          .isIn("delivered", "empty", "partial");
    }
  }
}
