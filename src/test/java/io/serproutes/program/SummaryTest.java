package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.Times;
import io.serproutes.fetch.TestTasks;
import io.serproutes.observe.Tally;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SummaryTest {

  @TempDir Path out;

  private List<String> lines(String to, int inputs, int parked) {
    Settings settings = new Settings(Map.of("serp.files.dir", out.toString(), "serp.to", to)::get);
    Tally tally = new Tally(new Secrets(settings));
    for (int i = 0; i < inputs; i++) {
      tally.ended(TestTasks.fresh("no id"));
    }
    return new Summary(settings, tally, parked, 0, 0).lines();
  }

  @Test
  void aTableOfOutcomesAndTheFoldersThatHoldSomething() throws IOException {
    Files.createDirectories(out.resolve("organic"));
    Files.createDirectories(out.resolve("dead-letters"));
    Files.createDirectories(out.resolve("parked"));
    Files.createFile(out.resolve("dead-letters/1.json"));
    Files.createFile(out.resolve("parked/.lock"));
    assertThat(lines("files", 1234, 5))
        .containsExactly(
            "dead-lettered invalid-id   1,234",
            "parked                         5",
            "dead-letters: " + out.resolve("dead-letters"));
  }

  @Test
  void parkedIdsOfOtherRunsAreNotNamed() throws IOException {
    Files.createDirectories(out.resolve("parked"));
    Files.createFile(out.resolve("parked/1.json"));
    assertThat(lines("files", 1, 0)).noneMatch(line -> line.startsWith("parked"));
    assertThat(lines("files", 1, 1)).contains("parked: " + out.resolve("parked"));
  }

  @Test
  void theTopicsThatHoldSomething() {
    assertThat(lines("kafka", 1, 0))
        .contains("dead-letters: topic serp.dead-letters")
        .noneMatch(line -> line.contains("serp.organic"));
  }

  @Test
  void nothingWhereNothingEnded() {
    assertThat(lines("files,kafka", 0, 0)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 5, ''",
    "10, 0, ''",
    "1, 100, ', 1 s to go'",
    "590, 10, ', 59 s to go'",
    "600, 10, ', 1 min to go'",
    "36000, 10, ', 1 h 0 min to go'",
    "1000000, 10, ', 27 h 46 min to go'",
  })
  void theTimeToGo(long ids, double perSecond, String words) {
    assertThat(Times.toGo(ids, perSecond)).isEqualTo(words);
  }
}
