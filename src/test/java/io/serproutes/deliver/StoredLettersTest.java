package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.OpenFiles;
import io.serproutes.Settings;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What {@code replay} asks for is what its {@code --dry-run} lists. */
class StoredLettersTest {

  private static final FileTime EARLIER = FileTime.from(Instant.now().minusSeconds(100));

  @TempDir private Path temp;

  private Settings settings() {
    return new Settings(Map.of("serp.files.dir", temp.resolve("out").toString())::get);
  }

  private List<String> replayed() {
    List<String> ids = new ArrayList<>();
    new DeadLetterFiles(settings(), new Intake())
        .ids()
        .forEachRemaining(delivery -> ids.add(settled(delivery)));
    return ids;
  }

  private static String settled(Delivery delivery) {
    delivery.settlement().settled(Delivery.Outcome.KEPT);
    return delivery.text();
  }

  private List<String> listed() throws IOException {
    List<String> ids = new ArrayList<>();
    new DeadLetterList(settings())
        .forEachToReplay(letter -> ids.add(Receipts.inputOf(letter)), problem -> {});
    return ids;
  }

  private static String id(int number) {
    return TestTasks.id(number).value();
  }

  private static String letter(int number) {
    return "{\"task_id\":\"" + id(number) + "\",\"reason\":\"unreadable\"}\n";
  }

  private static Path letter(Path folder, int number) throws IOException {
    return write(folder.resolve(id(number) + ".json"), letter(number));
  }

  private static Path write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return Files.setLastModifiedTime(file, EARLIER);
  }

  private static Path link(Path link, Path target) throws IOException {
    Files.createDirectories(link.getParent());
    return Files.createSymbolicLink(link, target);
  }

  @Test
  void theFolderMayBeALinkAndALetterMayNot() throws IOException {
    Path folder = temp.resolve("other disk");
    letter(folder, 1);
    letter(folder.resolve("0317"), 2);
    write(
        folder.resolve("20261126T000000000Z-abcdef.jsonl"), letter(3) + "{\"input\":\"no id\"}\n");
    letter(folder.resolve("0317/deeper"), 4);
    letter(folder, 5);
    write(folder.resolve("." + id(6) + ".json"), letter(6));
    link(folder.resolve(id(7) + ".json"), letter(temp.resolve("elsewhere"), 7));
    link(folder.resolve(id(8) + ".json"), temp.resolve("nowhere"));
    link(folder.resolve("0318"), temp.resolve("elsewhere"));
    Files.createDirectories(folder.resolve("0317").resolve(id(9) + ".json"));
    link(temp.resolve("out/dead-letters"), folder);
    assertThat(replayed()).containsExactlyInAnyOrder(id(1), id(2), id(3), id(5));
    assertThat(listed()).containsExactlyInAnyOrder(id(1), id(2), id(3), id(5));
  }

  @Test
  void allOfTheFoldersMayBeALink() throws IOException {
    letter(temp.resolve("other disk/dead-letters"), 1);
    link(temp.resolve("out"), temp.resolve("other disk"));
    assertThat(replayed()).containsExactly(id(1));
    assertThat(listed()).containsExactly(id(1));
  }

  @Test
  void aLinkToNothingIsNoLetters() throws IOException {
    link(temp.resolve("out/dead-letters"), temp.resolve("nowhere"));
    assertThat(replayed()).isEmpty();
    assertThat(listed()).isEmpty();
  }

  /** The replay goes on; the list would not be whole. */
  @Test
  void aFolderThatCannotBeListedIsTold() throws IOException {
    write(temp.resolve("out/dead-letters"), "no folder");
    assertThat(replayed()).isEmpty();
    assertThatIOException().isThrownBy(this::listed);
  }

  @Test
  void theNewestAreLettersAlone() throws IOException {
    Path folder = temp.resolve("out/dead-letters");
    letter(folder, 1);
    Path newer = letter(folder.resolve("0317"), 2);
    Files.setLastModifiedTime(newer, FileTime.from(EARLIER.toInstant().plusSeconds(1)));
    link(folder.resolve(id(3) + ".json"), newer);
    List<JsonNode> newest = new DeadLetterList(settings()).newest(1, Instant.now());
    assertThat(newest).extracting(Receipts::inputOf).containsExactly(id(2));
  }

  /** As when the program stops. */
  @Test
  void afterTheEndNoLetterComes() throws IOException {
    Path folder = temp.resolve("out/dead-letters");
    letter(folder, 1);
    letter(folder, 2);
    letter(folder.resolve("0317"), 3);
    write(folder.resolve("20261126T000000000Z-abcdef.jsonl"), letter(4));
    try (StoredLetters letters = new StoredLetters(settings(), problem -> {}, e -> {})) {
      assertThat(letters.next().isFile()).isTrue();
      letters.close();
      assertThat(letters.hasNext()).isFalse();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void afterTheEndNoFileOfLinesIsOpen() throws IOException {
    Path file =
        write(
            temp.resolve("out/dead-letters/20261126T000000000Z-abcdef.jsonl"),
            letter(1) + letter(2));
    try (StoredLetters letters = new StoredLetters(settings(), problem -> {}, e -> {})) {
      assertThat(letters.next().line()).isOne();
      assertThat(OpenFiles.with(file.toString())).hasSize(1);
    }
    assertThat(OpenFiles.with(file.toString())).isEmpty();
  }

  @Test
  void aNameThatIsToldIsPrintable() throws IOException {
    Path folder = temp.resolve("out/dead-letters");
    link(folder.resolve("a\n\u001b[2J.json"), temp.resolve("nowhere"));
    List<String> problems = new ArrayList<>();
    try (StoredLetters letters = new StoredLetters(settings(), problems::add, e -> {})) {
      assertThat(letters.hasNext()).isFalse();
    }
    assertThat(problems)
        .containsExactly(folder.resolve("a__[2J.json") + " is passed over: it is no regular file");
  }

  @Test
  void aLetterThatIsNoFileIsTold() throws IOException {
    Path folder = temp.resolve("out/dead-letters/0317");
    Path link = link(folder.resolve(id(1) + ".json"), temp.resolve("nowhere"));
    List<String> problems = new ArrayList<>();
    try (StoredLetters letters = new StoredLetters(settings(), problems::add, e -> {})) {
      assertThat(letters.hasNext()).isFalse();
    }
    assertThat(problems).containsExactly(link + " is passed over: it is no regular file");
  }
}
