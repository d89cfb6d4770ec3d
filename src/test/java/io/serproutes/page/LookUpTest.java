package io.serproutes.page;

import static io.serproutes.deliver.lines.LinesUnderTest.delivered;
import static io.serproutes.deliver.lines.LinesUnderTest.givenUp;
import static io.serproutes.fetch.TestTasks.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.deliver.lines.LineFiles;
import io.serproutes.deliver.lines.LinesUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LookUpTest {

  @TempDir private Path dir;

  private LinesUnderTest folder() {
    return new LinesUnderTest(dir.resolve("out")).key("serp.to", "files");
  }

  /** In one set, while it is open and when it is closed. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void ofAnIdOnLinesTheItemsOfItsLastDeliveryAreShown(String compress) throws IOException {
    LinesUnderTest folder = folder().key("serp.files.lines.compress", compress);
    LookUp lookUp = new LookUp(folder.settings());
    try (LineFiles files = folder.open()) {
      folder.publish(files, delivered(1, 3), delivered(2, 1));
      folder.publish(files, delivered(1, 5), givenUp(3));
      for (String state : new String[] {"open", "closed"}) {
        LookUp.Found found = lookUp.find(id(1));
        assertThat(found.outcome()).as(state).isEqualTo("delivered");
        assertThat(found.items())
            .extracting(LookUp.Item::type)
            .containsExactly(
                "organic", "organic", "organic", "organic", "organic", "paid", "local_pack");
        assertThat(found.itemsLeftOut()).isZero();
        assertThat(found.problems()).isEmpty();
        assertThat(lookUp.find(id(3)).outcome()).isEqualTo("dead-lettered");
        assertThat(lookUp.find(id(3)).items()).isEmpty();
        assertThat(lookUp.find(id(4)).outcome()).isEqualTo("unknown");
        files.finish();
      }
    }
  }

  /** Once they are the later delivery, once the earlier. */
  @ParameterizedTest
  @ValueSource(strings = {"2026-11-27T00:00:00.000Z", "2026-11-25T00:00:00.000Z"})
  void ofAnIdInTwoLayoutsTheItemsOfItsLastDeliveryAreShown(String byDay) throws IOException {
    put("receipts/", "{\"task_id\":\"%s\",\"fetched_at\":\"2026-11-26T00:00:00.000Z\"}");
    put("organic/", "[{\"type\":\"flat\"}]");
    put("receipts/0000/", "{\"task_id\":\"%s\",\"fetched_at\":\"" + byDay + "\"}");
    put("organic/0000/", "[{\"type\":\"by-day\"}]");
    LookUp.Found found = new LookUp(folder().settings()).find(id(1));
    assertThat(found.items())
        .extracting(LookUp.Item::type)
        .containsExactly(byDay.startsWith("2026-11-27") ? "by-day" : "flat");
    assertThat(found.problems()).isEmpty();
  }

  private void put(String folder, String content) throws IOException {
    Path file = dir.resolve("out").resolve(folder).resolve(id(1) + ".json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, content.formatted(id(1)));
  }

  @Test
  void ofVeryManyItemsTheFirstAreShown() throws IOException {
    LinesUnderTest folder = folder();
    try (LineFiles files = folder.open()) {
      folder.publish(files, delivered(1, 600));
      LookUp.Found found = new LookUp(folder.settings()).find(id(1));
      assertThat(found.items()).hasSize(500).allMatch(item -> item.type().equals("organic"));
      assertThat(found.itemsLeftOut()).isEqualTo(102);
    }
  }
}
