package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.LogLines;
import io.serproutes.Settings;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeFilesTest {

  private static final TaskId ID = TestTasks.id(1);
  private static final String DEAD = "{\"outcome\":\"dead-lettered\",\"reason\":\"expired\"}";
  private static final String DELIVERED = "{\"outcome\":\"delivered\"}";

  @TempDir private Path dir;

  private OutcomeFiles files() {
    return new OutcomeFiles(new Settings(Map.of("serp.files.dir", dir.toString())::get));
  }

  private Path write(String name, String content) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private void receipts(String flat, String byDay) throws IOException {
    write("receipts/" + ID + ".json", flat);
    write("receipts/0000/" + ID + ".json", byDay);
  }

  private String found() throws IOException {
    ReceiptOutcome found = files().find(ID);
    return found == null ? null : found.outcome();
  }

  @Test
  void anIdIsParkedWhereItsRecordLies() throws IOException {
    assertThat(files().isParked(ID)).isFalse();
    write("parked/" + ID + ".json", "{}");
    assertThat(files().isParked(ID)).isTrue();
    assertThat(files().isParked(TestTasks.id(2))).isFalse();
    Files.createSymbolicLink(dir.resolve("parked/" + TestTasks.id(2) + ".json"), Path.of("gone"));
    assertThat(files().isParked(TestTasks.id(2))).as("it is asked for by its name").isTrue();
  }

  @Test
  void anAnswerThatWasPostedIsKept() throws IOException {
    assertThat(files().isPosted(ID)).isFalse();
    write("postbacks/" + ID + ".json.gz", "{}");
    assertThat(files().isPosted(ID)).isTrue();
    assertThat(files().isPosted(TestTasks.id(2))).isFalse();
    assertThat(files().isParked(ID)).isFalse();
  }

  @Test
  void aReceiptIsFoundInEitherLayout() throws IOException {
    assertThat(found()).isNull();
    write("receipts/0000/" + ID + ".json", DEAD);
    assertThat(found()).isEqualTo("dead-lettered");
    Files.delete(dir.resolve("receipts/0000/" + ID + ".json"));
    write("receipts/" + ID + ".json", DELIVERED);
    assertThat(found()).isEqualTo("delivered");
  }

  /** After a change of the layout, when nobody knows which came later. */
  @Test
  void aDeliveryOutranksADeadLetterInTheOtherLayout() throws IOException {
    receipts(DEAD, DELIVERED);
    assertThat(found()).isEqualTo("delivered");
    receipts(DELIVERED, DEAD);
    assertThat(found()).isEqualTo("delivered");
    receipts(DEAD, DEAD);
    assertThat(found()).isEqualTo("dead-lettered");
  }

  @Test
  void whatIsNoReceiptCountsAsNone() throws IOException {
    try (LogLines log = LogLines.of("serp-reconcile")) {
      receipts("{\"outc", DEAD);
      assertThat(found()).isEqualTo("dead-lettered");
      assertThat(log.lines()).singleElement().asString().endsWith("it holds no JSON");
      receipts(DEAD, "[]");
      assertThat(found()).isEqualTo("dead-lettered");
      assertThat(log.lines()).hasSize(2).last().asString().contains("it is no receipt");
      receipts("", "{}");
      assertThat(found()).isNull();
      assertThat(log.lines()).hasSize(4);
      receipts("\0".repeat(8), DEAD); // as after a power cut
      assertThat(found()).isEqualTo("dead-lettered");
      assertThat(log.lines()).hasSize(5).last().asString().endsWith("it holds no JSON");
    }
  }

  @Test
  void aReceiptThatCannotBeReadIsTold() throws IOException {
    Files.createDirectories(dir.resolve("receipts/" + ID + ".json"));
    assertThatIOException().isThrownBy(this::found);
  }

  /** A pipe would be waited for. */
  @Test
  void whatIsNoFileIsNotOpened() throws Exception {
    Path pipe = Files.createDirectories(dir.resolve("receipts")).resolve(ID + ".json");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatIOException()
        .isThrownBy(this::found)
        .withMessage(pipe + " cannot be read: it is no regular file");
  }

  /** Else the ids of what is gone would be taken for missing. */
  @Test
  void aFileOfLinesThatIsCutShortIsTold() throws IOException {
    Path file =
        write("receipts/20261124T065605123Z-000001.jsonl", "{\"task_id\":\"" + TestTasks.id(1));
    assertThatIOException()
        .isThrownBy(() -> files().forEachLine((id, outcome) -> {}))
        .withMessage(file + " cannot be read to its end: it ends within a line");
  }

  @Test
  void allReceiptsOnLinesAreToldAsFarAsTheyCanBeRead() throws IOException {
    String one = "{\"task_id\":\"" + TestTasks.id(1) + "\",\"outcome\":\"delivered\"}\n";
    String two = "{\"task_id\":\"" + TestTasks.id(2) + "\",\"outcome\":\"empty\"}\n";
    String huge = two.replace("}", ",\"tag\":\"" + "x".repeat(9 << 20) + "\"}");
    String broken = "{\"task_id\":\"" + TestTasks.id(3) + "\",\"outcome\n";
    String noId = "{\"task_id\":\"" + "-".repeat(36) + "\",\"outcome\":\"empty\"}\n";
    write("receipts/20261124T065605123Z-000001.jsonl", one + noId + "{}\n" + huge + two);
    write("receipts/20261124T065605123Z-000002.jsonl", two + broken + two);
    write("receipts/20261124T065605123Z-000003.jsonl", one);
    List<String> told = new ArrayList<>();
    try (LogLines log = LogLines.of("serp-reconcile")) {
      files().forEachLine((id, outcome) -> told.add(id.low() + " " + outcome.outcome()));
      assertThat(log.lines()).singleElement().asString().contains("-000002.jsonl:2 is ignored");
    }
    assertThat(told).containsExactly("1 delivered", "2 empty", "2 empty", "2 empty", "1 delivered");
  }
}
