package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.LogLines;
import io.serproutes.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InboxIdsTest {

  private static final String ROW = "{\"id\":\"%s\",\"endpoint_regular\":\"%s/x\"}";

  @TempDir private Path temp;

  private Settings settings() {
    return new Settings(
        Map.of("serp.folder.inbox", inbox().toString(), "serp.api.path", "/v3/mine/regular")::get);
  }

  private Path inbox() {
    return temp.resolve("inbox");
  }

  private void drop(String name, String text) throws IOException {
    Files.createDirectories(inbox());
    Files.writeString(inbox().resolve(name), text);
  }

  private static String id(int number) {
    return TaskId.of(7, number).value();
  }

  private List<String> ids() throws IOException {
    List<String> ids = new ArrayList<>();
    InboxIds.forEach(settings(), id -> ids.add(id.value()));
    return ids;
  }

  @Test
  void theIdsOfAllFilesArePassedOn() throws IOException {
    drop("a.txt", id(1) + "\nno id\n" + id(2).toUpperCase() + "\n");
    drop("b.csv", "id\n" + id(3) + "\n");
    drop(
        "ready.json",
        "{\"tasks\":[{\"result\":[%s,%s]}]}"
            .formatted(
                ROW.formatted(id(4), "/v3/mine/regular"),
                ROW.formatted(id(5), "/v3/other/regular")));
    drop("c.txt.part", id(6));
    assertThat(ids()).containsExactlyInAnyOrder(id(1), id(2), id(3), id(4));
  }

  /** A feeder renames it to a drop file at any moment. */
  @Test
  void whatAFeederHasNotShownYetIsPassedOnFirst() throws IOException {
    drop("shown.txt", id(1));
    drop(".tasks-ready-7.txt.part", id(2) + "\n" + id(3));
    drop(".hidden.txt", id(4));
    Files.createDirectory(inbox().resolve(".folder-1.txt.part"));
    assertThat(ids()).containsExactly(id(2), id(3), id(1));
  }

  @Test
  void anInboxThatIsNotThereHoldsNone() throws IOException {
    assertThat(ids()).isEmpty();
  }

  @Test
  void anInboxThatIsNoFolderIsAFailure() throws IOException {
    Files.writeString(inbox(), "no folder");
    assertThatIOException().isThrownBy(this::ids);
  }

  @Test
  void aFileThatCannotBeReadIsSaidAndHoldsUpNoOther() throws IOException {
    drop("broken.json", "[\"" + id(1) + "\",");
    drop("good.txt", id(2));
    Files.createSymbolicLink(inbox().resolve("link.txt"), inbox().resolve("good.txt"));
    try (LogLines log = LogLines.of("serp-reconcile")) {
      assertThat(ids()).containsExactlyInAnyOrder(id(1), id(2));
      assertThat(log.lines())
          .hasSize(2)
          .anyMatch(
              line -> line.startsWith("WARN broken.json cannot be read to its end: malformed JSON"))
          .contains(
              "WARN link.txt is not read: it is a symbolic link; drop the file itself, or a hard"
                  + " link");
    }
  }

  private void read(String name, List<String> texts) throws IOException {
    Path file = inbox().resolve(name);
    InboxIds.ofFile(settings(), name, () -> Files.newInputStream(file), texts::add);
  }

  @Test
  void allThatStandsForAnIdInAFileIsPassedOn() throws IOException {
    drop("ids.csv", "id\n" + id(1) + "\nno id\n");
    List<String> texts = new ArrayList<>();
    read("ids.csv", texts);
    assertThat(texts).containsExactly(id(1), "no id");
    drop("ids.xml", id(1));
    assertThatIOException()
        .isThrownBy(() -> read("ids.xml", texts))
        .withMessageStartingWith("a format that is not supported");
    drop(
        "ready.json",
        "{\"tasks\":[{\"result\":[%s]}]}".formatted(ROW.formatted(id(4), "/v3/other/regular")));
    texts.clear();
    read("ready.json", texts);
    assertThat(texts).as("of another endpoint").isEmpty();
  }
}
