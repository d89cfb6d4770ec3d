package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.serproutes.IllegalSettingException;
import io.serproutes.LogLines;
import io.serproutes.OpenFiles;
import io.serproutes.Settings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineIdsTest {

  private static final String A = TaskId.of(1, 10).value();
  private static final String B = TaskId.of(1, 11).value();
  private final Intake intake = new Intake();

  private CommandLineIds ids(String value) {
    return new CommandLineIds(new Settings(Map.of("serp.ids", value)::get), intake);
  }

  @Test
  void everyIdIsTakenOnceInOrder() {
    CommandLineIds ids = ids(A + ", bad," + B + ",," + A.toUpperCase(Locale.ROOT) + ",bad");
    List<Delivery> taken = new ArrayList<>();
    ids.ids().forEachRemaining(taken::add);
    assertThat(taken).extracting(Delivery::text).containsExactly(A, "bad", B);
    assertThat(taken).extracting(d -> d.source().label()).containsOnly("command-line");

    assertThat(ids.isFinished()).isFalse();
    taken.forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    assertThat(ids.isFinished()).isTrue();
  }

  @TempDir private Path folder;

  private CommandLineIds fetch(String... arguments) {
    Map<String, String> keys = Map.of(Settings.ARGUMENTS, String.join("\0", arguments));
    return new CommandLineIds(new Settings(keys::get), intake);
  }

  @Test
  void aFileIsReadOnlyAsFarAsItsIdsAreTaken() throws IOException {
    int count = 200_000;
    Path file = folder.resolve("ids.txt");
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (int n = 0; n < count; n++) {
        lines.write(TaskId.of(n + 1, 1) + "\n");
      }
    }
    CommandLineIds ids = fetch(file.toString());
    Iterator<Delivery> all = ids.ids();
    for (int n = 0; n < 500; n++) {
      all.next().settlement().outOfLine();
    }
    assertThat(ids.left()).isBetween((long) count / 2, 2L * count);
    assertThat(ids.isEndKnown()).isTrue();
    assertThat(ids.isFinished()).isFalse();

    Files.writeString(file, "", StandardOpenOption.TRUNCATE_EXISTING);
    int more = 0;
    for (; all.hasNext(); more++) {
      all.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(more).isLessThan(5_000);
  }

  @Test
  void aFileThatIsGoneWhenItIsItsTurnHoldsUpNoOther() throws IOException {
    Path gone = folder.resolve("gone.txt");
    Path last = Files.writeString(folder.resolve("last.txt"), B);
    CommandLineIds ids = fetch(A, gone.toString(), last.toString());
    List<Delivery> taken = new ArrayList<>();
    ids.ids().forEachRemaining(taken::add);
    assertThat(taken).extracting(Delivery::text).containsExactly(A, B);
    assertThat(ids.broken()).isEqualTo(1);
    taken.forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    assertThat(ids.isFinished()).isTrue();
  }

  @Test
  void anIdIsFetchedOnceWhateverHoldsIt() throws IOException {
    Path one = Files.writeString(folder.resolve("one.txt"), A + "\n" + B + "\n" + A);
    Path two = Files.writeString(folder.resolve("two.csv"), "id\n" + B + "\n");
    CommandLineIds ids = fetch(A, one.toString(), two.toString(), one.toString());
    List<Delivery> taken = new ArrayList<>();
    ids.ids().forEachRemaining(taken::add);
    assertThat(taken).extracting(Delivery::text).containsExactly(A, B);
    assertThat(taken)
        .extracting(d -> d.source().label())
        .containsExactly("command-line", "file:one.txt:2");
    assertThat(ids.broken()).isZero();
  }

  @Test
  void whenTheProgramStopsTheRestIsNotTaken() {
    CommandLineIds given = ids(A + "," + B);
    Iterator<Delivery> ids = given.ids();
    ids.next();
    intake.stop();
    assertThat(ids.hasNext()).isFalse();
    assertThat(given.isFinished()).isFalse();
    assertThat(given.left()).isEqualTo(2);
  }

  /** Very many may be repeated, and none of them waits for room. */
  @Test
  void whenTheProgramStopsRepeatedIdsAreNotReadToTheirEnd() throws IOException {
    CommandLineIds given = fetch(write("ids.txt", A + "\n" + A).toString());
    Iterator<Delivery> ids = given.ids();
    ids.next().settlement().settled(Delivery.Outcome.DELIVERED);
    intake.stop();
    assertThat(ids.hasNext()).isFalse();
    assertThat(given.isFinished()).isFalse();
  }

  @Test
  void theIdOfAFileThatWaitsForRoomWhenTheProgramStopsIsNotFetched() throws IOException {
    CommandLineIds ids = fetch(Files.writeString(folder.resolve("ids.txt"), A).toString());
    intake.stop();
    assertThat(ids.ids().hasNext()).isFalse();
    assertThat(ids.isFinished()).isFalse();
    assertThat(ids.notFetched()).isOne();
  }

  @Test
  void aFileThatIsNotReadToItsEndMayHoldIdsThatAreNotFetched() throws IOException {
    CommandLineIds ids = fetch(write("ids.txt", A).toString());
    assertThat(ids.left()).isZero();
    assertThat(ids.notFetched()).isOne();
  }

  private static List<Delivery> take(CommandLineIds ids) {
    List<Delivery> taken = new ArrayList<>();
    ids.ids()
        .forEachRemaining(
            delivery -> {
              delivery.settlement().outOfLine(); // or not all of them would be taken
              taken.add(delivery);
            });
    return taken;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void whatIsNoIdAndNoFileIsRefusedBeforeAnythingIsFetched() throws IOException {
    CommandLineIds.check(A);
    CommandLineIds.check(A.toUpperCase(Locale.ROOT));
    CommandLineIds.check("-");
    CommandLineIds.check(write("ids.txt", "bad").toString());
    String gone = folder.resolve("go\nne").toString();
    assertRefused(gone, "there is no file %s, and it is not a task id", gone.replace('\n', '_'));
    assertRefused(
        folder.toString(),
        "%1$s is a folder; name its files, or give it as --set serp.folder.inbox=%1$s",
        folder);
    assertRefused(
        "/dev/null",
        "/dev/null is no regular file; give it to standard input: fetch - < /dev/null",
        "");
    Path xml = write("ids.xml", A);
    assertRefused(
        xml.toString(),
        "%s cannot be read: a format that is not supported; supported are .txt, .csv, .tsv, .json,"
            + " .ndjson and .jsonl, each also with .gz",
        xml);
    assertRefused("a\0b", "a_b cannot be read: Nul character not allowed: a_b", "");
  }

  private static void assertRefused(String argument, String why, Object named) {
    assertThatExceptionOfType(IllegalSettingException.class)
        .isThrownBy(() -> CommandLineIds.check(argument))
        .withMessage(why.formatted(named));
  }

  @Test
  void aFileThatIsCheckedIsClosed() throws IOException {
    Path file = write("ids.txt", A);
    CommandLineIds.check(file.toString());
    assertThat(OpenFiles.with(file.toRealPath().toString())).isEmpty();
  }

  @Test
  void aFileThatEndsIsOneLine() throws IOException {
    Path csv = write("순위.csv", "id,x\n" + A + ",\n,1\n" + A + ",\n" + A + ",\n");
    Path one = write("o\nne.txt", B);
    Path broken = write("broken.json", "[\"" + A + "\",\n\"bad\", oops]");
    try (LogLines log = LogLines.of("serp-ids-from-command-line")) {
      CommandLineIds ids = fetch(csv.toString(), one.toString(), broken.toString());
      assertThat(take(ids)).extracting(Delivery::text).containsExactly(A, B, "bad");
      assertThat(ids.broken()).isOne();
      assertThat(log.lines())
          .hasSize(3)
          .startsWith(
              "INFO 순위.csv: 3 entries, 2 repeated, skipped 1 blank cell", "INFO o_ne.txt: 1 entry")
          .last()
          .asString()
          .matches("WARN broken.json is broken: malformed JSON: .+; 2 entries before that");
    }
  }

  @Test
  void aFileThatCannotBeOpenedIsSaid() {
    Path gone = folder.resolve("gone.txt");
    try (LogLines log = LogLines.of("serp-ids-from-command-line")) {
      assertThat(take(fetch(gone.toString()))).isEmpty();
      assertThat(log.lines())
          .containsExactly(
              "WARN gone.txt cannot be read on, and its rest is not fetched: %s: no such file"
                  .formatted(gone));
    }
  }

  @Test
  void aTextThatIsNoIdIsTakenAsOneOnlyWhereItIsNoFile() throws IOException {
    assertThat(take(ids("bad"))).extracting(Delivery::text).containsExactly("bad");
    Path bad = write("bad.txt", "bad");
    List<Delivery> taken = take(fetch(bad.toString()));
    assertThat(taken).extracting(Delivery::text).containsExactly("bad");
    assertThat(taken.get(0).source()).isEqualTo(new Source("file:bad.txt:1", "bad.txt-line-1"));
  }

  @Test
  void standardInputIsReadAsItComes() throws IOException {
    InputStream before = System.in;
    try (PipedOutputStream writer = new PipedOutputStream()) {
      System.setIn(new PipedInputStream(writer));
      CommandLineIds ids = fetch(A, "-", B);
      assertThat(ids.isEndKnown()).isFalse();
      List<Delivery> taken = new ArrayList<>(take(ids));
      assertThat(taken).extracting(Delivery::text).containsExactly(A);
      assertThat(take(ids)).as("no line has come yet").isEmpty();
      writer.write(("# ids\n" + B + "\n" + A + "\n").getBytes());
      writer.flush();
      await().until(() -> taken.addAll(take(ids)));
      assertThat(taken).extracting(Delivery::text).containsExactly(A, B);
      assertThat(taken.get(1).source()).isEqualTo(new Source("stdin:2", "stdin-line-2"));
      taken.forEach(one -> one.settlement().settled(Delivery.Outcome.DELIVERED));
      assertThat(ids.notFetched()).as("the last argument").isOne();
      writer.write((TaskId.of(1, 12) + "\n").getBytes());
      writer.flush();
      await("it is read ahead").until(() -> ids.notFetched() == 2);
      take(ids).forEach(one -> one.settlement().settled(Delivery.Outcome.DELIVERED));
      assertThat(ids.notFetched()).isOne();
      assertThat(ids.isFinished()).as("more may come").isFalse();
      writer.close();
      await().until(() -> take(ids).isEmpty() && ids.isFinished());
      assertThat(ids.isEndKnown()).isTrue();
      assertThat(ids.left()).isZero();
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void theEndOfIdsAndFilesIsKnown() throws IOException {
    assertThat(fetch(A, write("ids.txt", B).toString()).isEndKnown()).isTrue();
    assertThat(ids("-").isEndKnown()).as("it is no id, and stands for nothing else").isTrue();
  }

  @Test
  void whatNobodyElseHoldsIsCounted() throws IOException {
    CommandLineIds ids = fetch(A, B, write("ids.txt", A + "\nbad\n").toString());
    assertThat(ids.left()).as("the file is not read yet").isEqualTo(2);
    Iterator<Delivery> all = ids.ids();
    Delivery first = all.next();
    assertThat(ids.left()).isEqualTo(2);
    first.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(ids.left()).isEqualTo(1);
    all.next().settlement().settled(Delivery.Outcome.KEPT);
    assertThat(ids.notFetched()).isOne();
    Delivery last = all.next();
    assertThat(all.hasNext()).isFalse();
    assertThat(ids.left()).isOne();
    last.settlement().settled(Delivery.Outcome.DEAD_LETTERED);
    assertThat(ids.left()).isZero();
    assertThat(ids.notFetched()).isOne();
    assertThat(ids.isFinished()).isTrue();
  }

  @Test
  void nobodyElseHoldsTheIdsOfTheKeyEither() {
    CommandLineIds ids = ids(A + "," + B);
    Iterator<Delivery> all = ids.ids();
    all.next().settlement().settled(Delivery.Outcome.KEPT);
    assertThat(ids.notFetched()).isEqualTo(2);
    all.next().settlement().settled(Delivery.Outcome.PARKED);
    assertThat(all.hasNext()).isFalse();
    assertThat(ids.notFetched()).isOne();
  }

  @Test
  void ofManyDeadLettersOfAFileTheFirstOfAReasonAreLogged() throws IOException {
    CommandLineIds ids = fetch(A, write("ids.txt", "bad\n".repeat(6) + B).toString());
    List<Delivery> taken = take(ids);
    try (LogLines log = LogLines.of("serp-ids-from-command-line")) {
      List<Boolean> logged = new ArrayList<>();
      for (Delivery one : taken.subList(1, 7)) {
        logged.add(one.settlement().logsDeadLetter("invalid-id"));
      }
      assertThat(logged).containsExactly(true, true, true, false, false, false);
      assertThat(taken.get(7).settlement().logsDeadLetter("not-found")).isTrue();
      assertThat(taken.get(0).settlement().logsDeadLetter("invalid-id"))
          .as("it was typed by hand")
          .isTrue();
      assertThat(log.lines())
          .containsExactly("INFO more dead letters invalid-id: they are counted at the end");
    }
  }

  /** Each would be a dead letter: a small file of something else would fill the disk. */
  @Test
  void anIdThatWasGivenBeforeMakesNoFileOfIds() throws IOException {
    CommandLineIds ids =
        fetch(A, write("ids.txt", ("bad\n" + A + "\n" + A + "\n").repeat(12_000)).toString());
    int taken = 0;
    for (Iterator<Delivery> all = ids.ids(); all.hasNext(); taken++) {
      all.next().settlement().settled(Delivery.Outcome.DEAD_LETTERED);
    }
    assertThat(taken).isEqualTo(10_001);
    assertThat(ids.broken()).isOne();
  }

  @Test
  void whatWasSeenIsForgottenAtTheEnd() throws IOException {
    List<String> before = OpenFiles.tables(List.of());
    StringBuilder lines = new StringBuilder();
    for (int i = 1; i < 5000; i++) {
      lines.append(TaskId.of(i, i)).append('\n');
    }
    CommandLineIds ids = fetch(write("ids.txt", lines.toString()).toString());
    Iterator<Delivery> all = ids.ids();
    for (int i = 1; i < 5000; i++) {
      all.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(OpenFiles.tables(before)).as("more than are kept in memory").hasSize(1);
    assertThat(all.hasNext()).isFalse();
    assertThat(OpenFiles.tables(before)).isEmpty();
    assertThat(take(ids)).isEmpty();
  }

  @Test
  void whatIsLeftOfAllFilesIsAsDenseAsWhatWasRead() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 600; i++) {
      lines.append(TaskId.of(i, 1)).append('\n');
    }
    int half = lines.length() / 2;
    Path one = write("one.txt", lines.substring(0, half));
    Path two = write("two.txt", lines.substring(half));
    CommandLineIds ids = fetch(one.toString(), two.toString());
    Iterator<Delivery> all = ids.ids();
    for (int i = 0; i < 400; i++) {
      all.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(ids.left()).isBetween(100L, 300L);
  }
}
