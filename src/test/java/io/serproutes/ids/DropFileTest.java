package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.serproutes.LogLines;
import io.serproutes.OpenFiles;
import io.serproutes.TinyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropFileTest {

  private static final String PATH = "/v3/serp/naver/organic/task_get/regular";
  private static final int MANY = 20_000; // more ids than are kept in memory

  @TempDir private Path folder;
  private final Intake intake = new Intake();

  private Path drop(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private DropFile open(Path file) throws IOException {
    return open(file, PATH);
  }

  private DropFile open(Path file, String apiPath) throws IOException {
    Path journal = folder.resolve(".serp").resolve(file.getFileName() + ".journal");
    return new DropFile(file, DropFileJournal.open(journal, file), intake, apiPath);
  }

  private static List<Delivery> takeAll(DropFile file) {
    List<Delivery> taken = new ArrayList<>();
    file.forEachRemaining(
        delivery -> {
          delivery.settlement().outOfLine(); // or so many would not be taken
          taken.add(delivery);
        });
    return taken;
  }

  private static String id(int number) {
    return TaskId.of(7, number).value();
  }

  private static String lines(int from, int to) {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      lines.append(id(i)).append('\n');
    }
    return lines.toString();
  }

  private static void end(List<Delivery> taken) {
    taken.forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
  }

  @Test
  void everyIdIsTakenWithItsPlace() throws IOException {
    DropFile file = open(drop("my ids.txt", "# c\n" + lines(0, 2) + "bad\n"));
    List<Delivery> taken = takeAll(file);
    assertThat(taken).extracting(Delivery::text).containsExactly(id(0), id(1), "bad");
    assertThat(taken)
        .extracting(delivery -> delivery.source().label())
        .containsExactly("folder:my ids.txt:2", "folder:my ids.txt:3", "folder:my ids.txt:4");
    assertThat(taken.get(2).source().fileStem()).isEqualTo("my_ids.txt-line-4");
    assertThat(taken).noneMatch(Delivery::isParkedBefore);
    assertThat(file.broken()).isNull();
    assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(file::next);
  }

  /** Somebody corrects serp.api.path while a saved answer is in work. */
  @Test
  void anIdKeepsItsNumberWhenThePathChanges() throws IOException {
    String row = "{\"id\":\"%s\",\"endpoint_regular\":\"%s/x\"}";
    String answer =
        "{\"tasks\":[{\"result\":[%s,%s,%s]}]}"
            .formatted(
                row.formatted(id(0), PATH),
                row.formatted(id(1), "/other"),
                row.formatted(id(2), PATH));
    Path path = drop("ready.json", answer);
    DropFile killed = open(path, "/other");
    end(takeAll(killed));
    killed.close();
    assertThat(takeAll(open(path))).extracting(Delivery::text).containsExactly(id(0), id(2));
  }

  @Test
  void whatBecameOfTheIdsIsCounted() throws IOException {
    Path path = drop("ids.txt", lines(0, 7) + lines(0, 1) + "bad\n");
    DropFile killed = open(path);
    assertThat(killed.outcomes().inWords()).isEmpty();
    killed.next().settlement().settled(Delivery.Outcome.DELIVERED);
    killed.next().settlement().settled(Delivery.Outcome.KEPT);
    killed.close();

    DropFile file = open(path);
    List<Delivery> taken = takeAll(file);
    assertThat(taken).hasSize(7);
    taken.get(0).settlement().settled(Delivery.Outcome.PARKED);
    for (int i = 1; i < 5; i++) {
      taken.get(i).settlement().settled(Delivery.Outcome.DELIVERED);
    }
    giveUp(taken.get(5), "not-found");
    giveUp(taken.get(6), "invalid-id");
    assertThat(file.outcomes().inWords())
        .isEqualTo(
            "4 delivered, 1 parked, 2 dead letters (1 invalid-id, 1 not-found), 1 repeated,"
                + " 1 ended before a restart");
  }

  private static boolean giveUp(Delivery delivery, String reason) {
    boolean isLogged = delivery.settlement().logsDeadLetter(reason);
    delivery.settlement().settled(Delivery.Outcome.DEAD_LETTERED);
    return isLogged;
  }

  @Test
  void ofManyDeadLettersOfAReasonTheFirstAreLogged() throws IOException {
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      DropFile file = open(drop("ids.txt", lines(0, 1) + "bad\n".repeat(310)));
      List<Delivery> taken = takeAll(file);
      assertThat(giveUp(taken.get(0), "not-found")).isTrue();
      taken.remove(0);
      assertThat(taken.stream().filter(delivery -> giveUp(delivery, "invalid-id"))).hasSize(3);
      assertThat(log.lines())
          .containsExactly(
              "INFO ids.txt has more dead letters invalid-id; they are counted when it ends");
      assertThat(file.outcomes().inWords())
          .isEqualTo("311 dead letters (310 invalid-id, 1 not-found)");
    }
  }

  @Test
  void aFileHasEndedWhenItIsReadAndAllItsIdsHaveEnded() throws IOException {
    DropFile file = open(drop("ids.txt", lines(0, 3)));
    AtomicInteger ended = new AtomicInteger();
    Delivery first = file.next();
    first.settlement().settled(Delivery.Outcome.DELIVERED);
    file.outcomes().ended().thenRun(ended::incrementAndGet);
    List<Delivery> rest = takeAll(file);
    rest.get(0).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(ended).hasValue(0);
    assertThat(file.left()).isEqualTo(1);
    rest.get(1).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(ended).hasValue(1);
    assertThat(file.outcomes().isKept()).isFalse();
    assertThat(file.outcomes().ended()).isDone();
  }

  @Test
  void anIdThatStandsTwiceIsTakenOnce() throws IOException {
    String upper = id(1).toUpperCase(java.util.Locale.ROOT);
    DropFile file = open(drop("ids.txt", lines(0, 3) + upper + "\n" + lines(0, 4)));
    List<Delivery> taken = takeAll(file);
    assertThat(taken).extracting(Delivery::text).containsExactly(id(0), id(1), id(2), id(3));
    end(taken);
    assertThat(file.outcomes().ended()).isDone();
  }

  @Test
  void badIdsAreTakenEachTime() throws IOException {
    assertThat(takeAll(open(drop("ids.txt", "bad\nbad\n")))).hasSize(2);
  }

  @Test
  void anIdThatStandsTwiceAmongManyIsTakenOnce() throws IOException {
    DropFile file = open(drop("ids.txt", lines(0, MANY) + lines(MANY / 2, MANY + 10)));
    int taken = 0;
    while (file.hasNext()) {
      file.next().settlement().settled(Delivery.Outcome.DELIVERED);
      taken++;
    }
    assertThat(taken).isEqualTo(MANY + 10);
  }

  @Test
  void afterAKillOnlyOpenIdsAreTakenAgain() throws IOException {
    Path path = drop("ids.txt", lines(0, 10) + "bad\n" + lines(3, 12));
    List<Delivery> taken = new ArrayList<>();
    DropFile killed = open(path);
    for (int i = 0; i < 8; i++) {
      taken.add(killed.next());
    }
    for (int ended : new int[] {0, 2, 3, 7}) {
      taken.get(ended).settlement().settled(Delivery.Outcome.DELIVERED);
    }
    taken.get(1).settlement().settled(Delivery.Outcome.KEPT);

    DropFile next = open(path);
    List<Delivery> again = takeAll(next);
    assertThat(again)
        .extracting(Delivery::text)
        .containsExactly(id(1), id(4), id(5), id(6), id(8), id(9), "bad", id(10), id(11));
    end(again);
    assertThat(next.outcomes().ended()).isDone();
    assertThat(takeAll(open(path))).isEmpty();
  }

  @Test
  void anIdThatHasToStayKeepsTheFile() throws IOException {
    DropFile file = open(drop("ids.txt", lines(0, 2)));
    List<Delivery> taken = takeAll(file);
    taken.get(0).settlement().settled(Delivery.Outcome.KEPT);
    taken.get(1).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(file.outcomes().ended()).isDone();
    assertThat(file.outcomes().isKept()).isTrue();
    assertThat(file.broken()).isNull();
  }

  @Test
  void whenTheProgramStopsTheFileIsKept() throws IOException {
    DropFile file = open(drop("ids.txt", lines(0, 3)));
    Delivery first = file.next();
    intake.stop();
    assertThat(file.hasNext()).isFalse();
    first.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(file.outcomes().ended()).isDone();
    assertThat(file.outcomes().isKept()).isTrue();
    assertThat(file.broken()).isNull();
  }

  /** There may be very many of them, and nobody else looks. */
  @Test
  void aFileOfRepeatedIdsIsLeftWhereTheProgramStops() throws IOException {
    DropFile file = open(drop("ids.txt", lines(0, 1).repeat(2)));
    Delivery only = file.next();
    intake.stop();
    assertThat(file.hasNext()).isFalse();
    only.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(file.outcomes().isKept()).isTrue();
  }

  @Test
  void aFileThatIsBrokenInTheMiddleIsBrokenWhenWhatStoodBeforeHasEnded() throws IOException {
    DropFile file = open(drop("ids.json", "[\"" + id(0) + "\",\n\"" + id(1) + "\",\n oops]"));
    AtomicInteger ended = new AtomicInteger();
    List<Delivery> taken = takeAll(file);
    assertThat(taken).extracting(Delivery::text).containsExactly(id(0), id(1));
    assertThat(file.broken()).startsWith("malformed JSON: ");
    file.outcomes().ended().thenRun(ended::incrementAndGet);
    assertThat(ended).hasValue(0);
    end(taken);
    assertThat(ended).hasValue(1);
    assertThat(file.outcomes().isKept()).isFalse();
  }

  @Test
  void aFileThatCannotBeReadAtAllIsBrokenAtOnce() throws IOException {
    DropFile file = open(drop("ids.xml", "<id/>"));
    assertThat(file.hasNext()).isFalse();
    assertThat(file.outcomes().ended()).isDone();
    assertThat(file.broken()).startsWith("a format that is not supported");

    DropFile gzip = open(drop("ids.txt.gz", "no gzip"));
    assertThat(gzip.hasNext()).isFalse();
    assertThat(gzip.broken()).isEqualTo("bad gzip: Not in GZIP format");
  }

  @Test
  void entriesOfOtherEndpointsAreCounted() throws IOException {
    DropFile file =
        open(
            drop(
                "ready.json",
                "{\"tasks\":[{\"result\":[{\"id\":\"%s\",\"endpoint_regular\":\"/v3/x\"}]}]}"
                    .formatted(id(0))));
    assertThat(takeAll(file)).isEmpty();
    assertThat(file.skipped()).isEqualTo("1 task of other endpoints");
  }

  @Test
  void aboutHowManyIdsAreLeftIsKnown() throws IOException {
    DropFile file = open(drop("ids.txt", lines(0, MANY)));
    for (int i = 0; i < MANY / 2; i++) {
      file.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    // what has been read ahead is not told from what has been taken
    assertThat(file.left()).isBetween((long) (MANY * 0.35), (long) (MANY * 0.65));
    while (file.hasNext()) {
      file.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(file.left()).isZero();
  }

  @Test
  void howFarAFileIsIsKnown() throws IOException {
    DropFile file = open(drop("ids.txt", lines(0, 10) + "nonsense\n" + lines(0, 2)));
    Delivery first = file.next();
    file.next();
    DropFileProgress begun = file.progress();
    assertThat(begun.ended()).isEmpty();
    assertThat(begun.left()).isGreaterThanOrEqualTo(2);
    first.settlement().settled(Delivery.Outcome.PARKED);
    file.forEachRemaining(one -> one.settlement().settled(Delivery.Outcome.DELIVERED));
    DropFileProgress read = file.progress();
    assertThat(read.ended()).isEqualTo("9 delivered, 1 parked, 2 repeated");
    assertThat(read.left()).isOne();
    assertThat(read.read()).isEqualTo(1);
  }

  @Test
  void aFileIsNotBrokenBecauseItsProgressCannotBeWritten() throws IOException {
    Path small = Files.createDirectory(folder.resolve("small"));
    try (TinyDisk disk = TinyDisk.mount(small, 16)) {
      Path path = drop("ids.txt", lines(0, 2) + lines(0, 2).repeat(2000) + lines(2, 4));
      DropFileJournal journal = DropFileJournal.open(small.resolve("journal"), path);
      disk.fill();
      DropFile file = new DropFile(path, journal, intake, PATH);
      List<Delivery> taken = takeAll(file);
      assertThat(file.broken()).isNull();
      assertThat(taken).extracting(Delivery::text).containsExactly(id(0), id(1), id(2), id(3));
      end(taken);
      assertThat(file.outcomes().ended()).isDone();
      disk.free();
      journal.close();
    }
  }

  /** Each would be a dead letter: a small file of something else would fill the disk. */
  @Test
  void aFileOfTooManyOtherThingsIsBroken() throws IOException {
    DropFile file = open(drop("ids.json", "[\"" + id(1) + "\"," + "{},".repeat(50_000) + "{}]"));
    int taken = 0;
    for (; file.hasNext(); taken++) {
      file.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(taken).isEqualTo(10_001);
    assertThat(file.broken())
        .isEqualTo("not a file of ids: 10,001 of its first 10,002 entries are no ids");
    assertThat(file.outcomes().isKept()).isFalse();
  }

  @Test
  void oneIdAgainAndAgainMakesNoFileOfIds() throws IOException {
    DropFile file = open(drop("ids.txt", ("bad\n" + lines(1, 2) + lines(1, 2)).repeat(20_000)));
    int taken = 0;
    for (; file.hasNext(); taken++) {
      file.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(taken).isEqualTo(10_001);
    assertThat(file.broken()).startsWith("not a file of ids: 10,001 of its first 30,0");
  }

  @Test
  void aFileOfManyIdsMayHaveManyOtherThings() throws IOException {
    DropFile file = open(drop("ids.txt", lines(0, MANY) + "bad\n".repeat(MANY - 1)));
    int taken = 0;
    for (; file.hasNext(); taken++) {
      file.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(taken).isEqualTo(2 * MANY - 1);
    assertThat(file.broken()).isNull();
  }

  /** Also of a file that is shorter than what a decoder reads ahead. */
  @ParameterizedTest
  @ValueSource(strings = {"ids.txt", "ids.csv", "ids.json", "ids.jsonl"})
  void howManyAreLeftIsKnownFromItsFirstIdsOn(String name) throws IOException {
    boolean isJson = name.endsWith(".json");
    int count = isJson ? 20_000 : 300; // its parser reads ahead
    String text = lines(0, count);
    if (name.contains(".json")) {
      text = text.replaceAll("(.+)\n", "\"$1\"" + (isJson ? "," : "\n"));
    }
    text = isJson ? "[" + text.substring(0, text.length() - 1) + "]" : text;
    Path file = drop(name, text);
    try (IdFile ids = new IdFile(file, PATH)) {
      int taken = count / 5;
      for (int i = 0; i < taken; i++) {
        assertThat(ids.next()).isNotNull();
      }
      assertThat(ids.unread()).isCloseTo(count - taken, withinPercentage(30));
    }
  }

  @Test
  void anEndThatCannotBeNotedIsSaid() throws IOException {
    DropFile file = open(drop("ids.txt", lines(0, 2) + lines(0, 1)));
    file.next();
    Delivery second = file.next();
    file.journal().close();
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      second.settlement().settled(Delivery.Outcome.DELIVERED);
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN id 2 of ids.txt has ended, but the journal cannot be written: ")
          .endsWith(
              "; it is written once it can be, and if the program ends before, this id and those"
                  + " after it are requested again");
      assertThat(file.hasNext()).isFalse();
      assertThat(log.lines()).as("told once of a file").hasSize(1);
    }
    assertThat(file.outcomes().isKept()).isFalse();
    assertThat(file.outcomes().inWords()).isEqualTo("1 delivered, 1 repeated");
  }

  @Test
  void anIdThatIsRepeatedHasEnded() throws IOException {
    Path path = drop("ids.txt", lines(0, 1) + lines(0, 1));
    DropFile killed = open(path);
    takeAll(killed);
    assertThat(killed.outcomes().inWork()).isOne();
    assertThat(killed.journal().isEnded(0)).isFalse();
    assertThat(killed.journal().isEnded(1)).isTrue();
    killed.close();
    DropFile next = open(path);
    assertThat(takeAll(next)).hasSize(1);
    assertThat(next.outcomes().inWords()).isEqualTo("1 ended before a restart");
    next.close();
  }

  /** The next id would be taken for one of the other content. */
  @Test
  void aFileThatIsWrittenToHasChanged() throws IOException {
    Path path = drop("ids.txt", lines(0, 1));
    DropFile file = open(path);
    assertThat(file.hasChanged()).isFalse();
    Files.writeString(path, lines(0, 2));
    assertThat(file.hasChanged()).isTrue();
    file.close();
  }

  @Test
  void whatBecameOfAFileIsShown() throws IOException {
    DropFile file = open(drop("i\nds.json", "[\"" + id(0) + "\", oops]"));
    assertThat(file.name()).isEqualTo("i_ds.json");
    end(takeAll(file));
    DropFileProgress moved = file.moved(".rejected/1-i\nds.json");
    assertThat(moved.name()).isEqualTo("i_ds.json");
    assertThat(moved.state()).isEqualTo("rejected");
    assertThat(moved.read()).isEqualTo(1);
    assertThat(moved.left()).isZero();
    assertThat(moved.ended()).isEqualTo("1 delivered");
    assertThat(moved.why()).startsWith("malformed JSON: ");
    assertThat(moved.movedTo()).isEqualTo(".rejected/1-i_ds.json");
    assertThat(moved.at()).isGreaterThanOrEqualTo(file.progress().at());
    file.close();
  }

  @Test
  void howFarAFileIsIsKnownBeforeItsEnd() throws IOException {
    DropFile file = open(drop("ids.txt", lines(0, MANY)));
    assertThat(file.progress().read()).isZero();
    for (int i = 0; i < MANY / 2; i++) {
      file.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(file.progress().read()).isBetween(0.45, 0.55);
    assertThat(file.progress().ended()).isEqualTo("10,000 delivered");
    assertThat(file.outcomes().inWork()).isZero();
    file.close();
  }

  @Test
  void aFileHasNothingOpenAtItsEnd() throws IOException {
    List<String> before = OpenFiles.tables(List.of());
    DropFile file = open(drop("ids.txt", lines(0, MANY)));
    while (file.hasNext()) {
      assertThat(openFiles()).hasSize(2); // with its journal
      for (int i = 0; i < MANY / 2; i++) {
        file.next().settlement().settled(Delivery.Outcome.DELIVERED);
      }
      assertThat(OpenFiles.tables(before)).hasSize(1);
    }
    assertThat(OpenFiles.tables(before)).isEmpty();
    assertThat(openFiles()).as("the journal").hasSize(1);
    file.close();
    assertThat(openFiles()).isEmpty();
  }

  @Test
  void aFileThatIsClosedEarlyHasNothingOpen() throws IOException {
    List<String> before = OpenFiles.tables(List.of());
    DropFile file = open(drop("ids.txt", lines(0, MANY)));
    for (int i = 0; i < MANY / 2; i++) {
      file.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    file.close();
    assertThat(OpenFiles.tables(before)).isEmpty();
    assertThat(openFiles()).isEmpty();
  }

  private List<String> openFiles() throws IOException {
    return OpenFiles.with(folder.toRealPath() + "/");
  }
}
