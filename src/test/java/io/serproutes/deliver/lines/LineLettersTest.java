package io.serproutes.deliver.lines;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.deliver.lines.LineLetters.Letter;
import io.serproutes.fetch.TestTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineLettersTest {

  private static final String FIRST = "20261124T065605123Z-000001.jsonl";
  private static final String SECOND = "20261125T065605123Z-000002.jsonl";
  private static final Instant FAILED = Instant.parse("2026-11-24T07:00:00Z");

  @TempDir private Path dir;

  private final List<String> problems = new ArrayList<>();
  private final List<String> unlisted = new ArrayList<>();

  private Path write(String name, String content) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content, ISO_8859_1);
  }

  private static String letter(int number) {
    return "{\"task_id\":\"%s\",\"reason\":\"not-ready\",\"failed_at\":\"%s\"}\n"
        .formatted(TestTasks.id(number), FAILED);
  }

  private static String receipt(int number, Instant fetched) {
    return "{\"task_id\":\"%s\",\"outcome\":\"empty\",\"fetched_at\":\"%s\"}\n"
        .formatted(TestTasks.id(number), fetched);
  }

  private List<Letter> letters() {
    List<Letter> letters = new ArrayList<>();
    new LineLetters(dir, problems::add, e -> unlisted.add(e.getMessage()))
        .forEachRemaining(letters::add);
    return letters;
  }

  /** Set and line of each. */
  private List<String> places() {
    return letters().stream()
        .map(letter -> letter.file().getFileName() + ":" + letter.line())
        .toList();
  }

  @Test
  void lettersOfAllSetsComeInOrder() throws IOException {
    write("dead-letters/" + SECOND, letter(3));
    Path file = write("dead-letters/" + FIRST, letter(1) + letter(2));
    write("receipts/20261126T065605123Z-000003.jsonl", receipt(4, FAILED));
    assertThat(places()).containsExactly(FIRST + ":1", FIRST + ":2", SECOND + ":1");
    Letter letter = letters().get(1);
    assertThat(letter.file()).isEqualTo(file);
    assertThat(letter.written()).isEqualTo(FAILED);
    assertThat(letter.json().path("task_id").asText()).isEqualTo(TestTasks.id(2).value());
    assertThat(problems).isEmpty();
  }

  @Test
  void withoutLettersThereAreNone() throws IOException {
    assertThat(letters()).isEmpty();
    write("receipts/" + FIRST, receipt(1, FAILED));
    assertThat(letters()).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void aLetterWithoutItsTimeIsAnOldOne() throws IOException {
    write("dead-letters/" + FIRST, "{\"input\":\"x\"}\n{\"failed_at\":\"then\"}\n");
    assertThat(letters()).extracting(Letter::written).containsOnly(Instant.EPOCH).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"task_id\":", "[]", "", "\0\0\0\0\0\0\0\0", "\u00ff"})
  void aLineThatIsNoLetterIsToldAndPassedOver(String line) throws IOException {
    Path file = write("dead-letters/" + FIRST, letter(1) + line + "\n" + letter(2));
    assertThat(places()).containsExactly(FIRST + ":1", FIRST + ":3");
    assertThat(problems).containsExactly(file + ":2 is no dead letter");
  }

  @Test
  void aLineThatIsTooLongIsToldAndPassedOver() throws IOException {
    String line = "{\"x\":\"" + "x".repeat(9 << 20) + "\"}\n";
    Path file = write("dead-letters/" + FIRST, line + letter(2));
    assertThat(places()).containsExactly(FIRST + ":2");
    assertThat(problems).containsExactly(file + ":1 is no dead letter");
  }

  @Test
  void aFileThatCannotBeReadIsToldAndTheNextOnesAreRead() throws IOException {
    Path file = write("dead-letters/" + FIRST + ".gz", "no gzip");
    write("dead-letters/" + SECOND, letter(1));
    assertThat(places()).containsExactly(SECOND + ":1");
    assertThat(unlisted).singleElement().asString().startsWith(file + " is read in part: ");
  }

  @Test
  void aSetWhoseLedgerCannotBeReadIsToldAndTheOthersAreRead() throws IOException {
    write("dead-letters/" + FIRST, letter(1));
    write(".lines/" + SECOND + ".commit", "nothing\n");
    assertThat(places()).containsExactly(FIRST + ":1");
    assertThat(unlisted)
        .singleElement()
        .asString()
        .startsWith("the results of " + SECOND + " are left out: ");
  }

  @Test
  void aLetterWhoseIdWasFetchedLaterIsOvertaken() throws IOException {
    write("dead-letters/" + FIRST, letter(1) + letter(2) + letter(3));
    write("receipts/" + FIRST, receipt(1, FAILED) + receipt(2, FAILED) + receipt(3, FAILED));
    write("receipts/" + SECOND, receipt(1, FAILED.plusMillis(1)) + receipt(2, FAILED));
    assertThat(places()).containsExactly(FIRST + ":2", FIRST + ":3");
    assertThat(problems).isEmpty();
  }

  /** After a change of the layout. */
  @ParameterizedTest
  @ValueSource(strings = {"receipts/", "receipts/0000/"})
  void aLetterWhoseIdWasDeliveredLaterToAFileOfItsOwnIsOvertaken(String folder) throws IOException {
    write("dead-letters/" + FIRST, letter(1) + letter(2));
    Files.setLastModifiedTime(
        write(folder + TestTasks.id(1) + ".json", "{}"), FileTime.from(FAILED.plusSeconds(1)));
    Files.setLastModifiedTime(
        write(folder + TestTasks.id(2) + ".json", "{}"), FileTime.from(FAILED));
    assertThat(places()).containsExactly(FIRST + ":2");
  }

  /** A copy of the folder may not keep the times of its files. */
  @Test
  void whenAFileWasWrittenDoesNotCountWhereItsReceiptSaysWhenItWasFetched() throws IOException {
    write("dead-letters/" + FIRST, letter(1) + letter(2));
    write("receipts/" + TestTasks.id(1) + ".json", receipt(1, FAILED.minusSeconds(1)));
    write("receipts/" + TestTasks.id(2) + ".json", receipt(2, FAILED.plusSeconds(1)));
    assertThat(places()).containsExactly(FIRST + ":1");
  }

  /** Zeros are what a power cut may leave. */
  @ParameterizedTest
  @ValueSource(strings = {"{\"task_id\":", "\0\0\0\0\0\0\0\0"})
  void aFileThatIsNoLetterIsToldInWords(String content) throws IOException {
    Letter letter = new Letter(write("dead-letters/a.json", content), 1, FAILED, null);
    assertThatIOException().isThrownBy(letter::read).withMessage("it holds no JSON");
  }
}
