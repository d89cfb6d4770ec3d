package io.serproutes.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Reason;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import io.serproutes.page.DeadLetters.Group;
import io.serproutes.page.DeadLetters.Row;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeadLettersTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Secrets secrets =
      new Secrets(new Settings(Map.of("serp.api.password", "s3cr3t-of-test")::get));
  private final Tally tally = new Tally(secrets);
  private final DeadLetters letters = new DeadLetters(tally, secrets, null, Runnable::run);

  private void end(TaskId id, int code) {
    tally.ended(TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, code, "{}", "null")));
  }

  private static JsonNode letter(String id, String reason) throws IOException {
    return JSON.readTree(
        "{\"task_id\":\"%s\",\"reason\":\"%s\",\"status_code\":40401,\"failed_at\":\"2026-01-02T03:04:05.678Z\"}"
            .formatted(id, reason));
  }

  private List<String> ids(Reason reason) {
    return letters.page(reason).rows().stream().map(Row::id).toList();
  }

  @Test
  void theNewestComeFirstAndAreCountedByReason() throws IOException {
    end(TestTasks.id(1), 40401);
    end(TestTasks.id(2), 40403);
    end(TestTasks.id(3), 40401);
    letters.addOlder(letter(TestTasks.id(8).value(), "not-found"));
    letters.addOlder(letter(TestTasks.id(9).value(), "expired"));
    assertThat(ids(null))
        .containsExactly(
            TestTasks.id(3).value(),
            TestTasks.id(2).value(),
            TestTasks.id(1).value(),
            TestTasks.id(8).value(),
            TestTasks.id(9).value());
    assertThat(ids(Reason.EXPIRED))
        .containsExactly(TestTasks.id(2).value(), TestTasks.id(9).value());
    assertThat(letters.page(null).groups())
        .containsExactly(
            new Group(Reason.NOT_FOUND, 2, Reason.NOT_FOUND.advice(), true),
            new Group(Reason.EXPIRED, 1, Reason.EXPIRED.advice(), false));
    assertThat(letters.ids(Reason.NOT_FOUND))
        .containsExactly(TestTasks.id(3), TestTasks.id(1), TestTasks.id(8));
  }

  @Test
  void anIdThatIsDeliveredLaterIsTakenOut() throws IOException {
    end(TestTasks.id(1), 40401);
    letters.addOlder(letter(TestTasks.id(2).value(), "not-found"));
    end(TestTasks.id(1), 40102);
    end(TestTasks.id(2), 40102);
    assertThat(ids(null)).isEmpty();
    assertThat(letters.page(null).groups()).isEmpty();
  }

  @Test
  void anIdHasOneRow() throws IOException {
    end(TestTasks.id(1), 40401);
    end(TestTasks.id(2), 40401);
    end(TestTasks.id(1), 40403);
    letters.addOlder(letter(TestTasks.id(1).value(), "not-found"));
    assertThat(ids(null)).containsExactly(TestTasks.id(1).value(), TestTasks.id(2).value());
  }

  @Test
  void itsNumberIsBounded() throws IOException {
    for (int i = 1; i <= 600; i++) {
      end(TestTasks.id(i), 40401);
    }
    for (int i = 1001; i <= 1300; i++) {
      letters.addOlder(letter(TestTasks.id(i).value(), "not-found"));
    }
    assertThat(ids(null)).hasSize(700).startsWith(TestTasks.id(600).value());
    assertThat(ids(null).get(499)).isEqualTo(TestTasks.id(101).value());
    assertThat(ids(null).get(500)).isEqualTo(TestTasks.id(1001).value());
  }

  @Test
  void whatComesFromOutsideIsOneLineWithoutSecrets() throws IOException {
    tally.ended(TestTasks.fresh("<b>\u001b[31m\ns3cr3t-of-test" + "x".repeat(500)));
    letters.addOlder(
        JSON.readTree(
            """
            {"input":"\\u0007bell","reason":"invalid-id","source":"a\\nb","status_code":1e99,
             "status_message":"s3cr3t-of-test","attempts":"many"}
            """));
    letters.addOlder(JSON.readTree("{\"reason\":\"nonsense\"}"));
    letters.addOlder(JSON.readTree("{}"));
    List<Row> rows = letters.page(null).rows();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).input()).startsWith("<b> [31m ***xxx").hasSizeLessThan(100);
    assertThat(rows.get(1).input()).isEqualTo("bell");
    assertThat(rows.get(1).source()).isEqualTo("a b");
    assertThat(rows.get(1).statusMessage()).isEqualTo("***");
    assertThat(rows.get(1).statusCode()).isNull();
    assertThat(rows.get(1).attempts()).isNull();
  }
}
