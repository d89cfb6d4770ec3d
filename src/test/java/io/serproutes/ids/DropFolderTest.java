package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.serproutes.IllegalSettingException;
import io.serproutes.LogLines;
import io.serproutes.OpenFiles;
import io.serproutes.Settings;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder step by step, as its routes call it. */
class DropFolderTest {

  @TempDir private Path temp;
  private Path inbox;
  private final Intake intake = new Intake();
  private String settle = "0ms";
  private String once = "false";
  private DropFileMoves.Rename rename = DropFileMoves.Rename.ATOMIC;

  @BeforeEach
  void makeInbox() throws IOException {
    inbox = Files.createDirectory(temp.resolve("inbox"));
  }

  private DropFolder start() throws IOException {
    Map<String, String> keys =
        Map.of(
            "serp.folder.inbox", inbox.toString(),
            "serp.folder.settle", settle,
            "serp.once", once);
    DropFolder folder =
        new DropFolder(new Settings(keys::get), intake, (from, to) -> rename.move(from, to));
    folder.prepare();
    return folder;
  }

  private static final DropFileMoves.Rename REFUSED =
      (from, to) -> {
        throw new AccessDeniedException(from.toString());
      };

  private static String id(int number) {
    return TaskId.of(7, number).value();
  }

  private Path drop(String name, String... lines) throws IOException {
    Path hidden = Files.write(temp.resolve("hidden"), List.of(lines));
    return Files.move(hidden, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<Path> claimed(DropFolder folder) {
    List<Path> claimed = new ArrayList<>();
    folder.claimed().forEachRemaining(claimed::add);
    return claimed;
  }

  /** Reads a claimed file, whose ids end at once. */
  private static List<String> read(DropFolder folder, Path file) {
    List<String> ids = new ArrayList<>();
    for (Iterator<Delivery> all = folder.ids(file); all.hasNext(); ) {
      Delivery delivery = all.next();
      ids.add(delivery.text());
      delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    }
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getMessage().setBody(file);
    assertThat(folder.process(exchange, doneSync -> {})).isTrue();
    return ids;
  }

  private static void end(DropFolder folder, Path file) throws IOException {
    folder.move(file);
    folder.release(file);
  }

  /** One look at the folder, as the routes take it; the ids that were asked for. */
  private static List<String> workOff(DropFolder folder) throws IOException {
    List<String> ids = new ArrayList<>();
    for (Path file : claimed(folder)) {
      ids.addAll(read(folder, file));
      end(folder, file);
    }
    return ids;
  }

  private List<String> names(String where) throws IOException {
    Path at = inbox.resolve(where);
    if (!Files.exists(at)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(at)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .map(name -> name.replaceFirst("^\\d{8}T\\d{9}Z-", ""))
          .sorted()
          .toList();
    }
  }

  private List<String> progress() throws IOException {
    return names(".serp").stream().filter(name -> !name.equals("claims")).toList();
  }

  @Test
  void aFileMovesWhenItsIdsHaveEnded() throws IOException {
    DropFolder folder = start();
    drop("ids.txt", id(1), id(2));
    assertThat(folder.isFinished()).isFalse();
    assertThat(workOff(folder)).containsExactly(id(1), id(2));
    assertThat(names(".done")).containsExactly("ids.txt");
    assertThat(names("")).isEmpty();
    assertThat(folder.isFinished()).isTrue();
    assertThat(progress()).isEmpty();
    assertThat(workOff(folder)).isEmpty();
  }

  @Test
  void aBrokenFileIsRejectedWithItsReason() throws IOException {
    DropFolder folder = start();
    drop("ids.xml", id(1));
    assertThat(workOff(folder)).isEmpty();
    assertThat(names(".rejected")).containsExactly("ids.xml", "ids.xml.reason.txt");
    try (Stream<Path> files = Files.list(inbox.resolve(".rejected"))) {
      Path reason = files.filter(f -> f.toString().endsWith(".reason.txt")).findAny().get();
      assertThat(reason).content().startsWith("a format that is not supported");
    }
    assertThat(folder.isFinished()).isTrue();
  }

  /** As while too many files are open; here what is opened is a socket. */
  @Test
  void aFileThatTheSystemCannotOpenNowIsNotRejected() throws IOException {
    Path file = inbox.resolve("ids.txt");
    DropFolder folder = start();
    try (LogLines log = LogLines.of("serp-ids-from-folder");
        ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(file));
      assertThat(folder.ids(file).hasNext()).isFalse();
      end(folder, file);
      assertThat(openFiles()).noneMatch(name -> name.endsWith(".journal"));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN ids.txt waits: it or its journal cannot be opened: ");
    }
    assertThat(file).exists();
    Files.delete(file);
    drop("ids.txt", id(1));
    assertThat(workOff(folder)).hasSize(1);
  }

  /** As on a full disk: a run once would wait without end. */
  @Test
  void whyTheFolderIsNotFinishedIsKnown() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    assertThat(folder.whyNotFinished()).isNull();
    Path inTheWay = Files.createDirectory(Path.of(journal(file) + ".new"));
    Files.createFile(inTheWay.resolve("x"));
    assertThat(workOff(folder)).isEmpty();
    assertThat(folder.isFinished()).isFalse();
    assertThat(folder.whyNotFinished())
        .startsWith("the inbox " + inbox + " is not finished: ids.txt waits: it or its journal");
    Files.delete(inTheWay.resolve("x"));
    read(folder, file);
    end(folder, file);
    assertThat(folder.isFinished()).isTrue();
    assertThat(folder.whyNotFinished()).isNull();
  }

  @Test
  void aMoveThatCannotBeFinishedIsKnown() throws IOException {
    String target = ".rejected/20261126T010203004Z-ids.txt";
    killed("ids.txt", target, "bad");
    move("ids.txt", target);
    Path inTheWay = Files.createDirectory(inbox.resolve(target + ".reason.txt"));
    DropFolder folder = start();
    assertThat(folder.isFinished()).isFalse();
    assertThat(folder.whyNotFinished()).contains("the move of a file cannot be finished: ");
    Files.delete(inTheWay);
    assertThat(folder.isFinished()).isTrue();
    assertThat(folder.whyNotFinished()).isNull();
  }

  @Test
  void aFileThatEndsIsOneLine() throws IOException {
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      DropFolder folder = start();
      drop("순위.csv", "Keyword;Task ID", "x;" + id(1), "y;", "z;" + id(1), "z;" + id(2));
      workOff(folder);
      drop("new\nline.json", "[\"" + id(1) + "\",");
      workOff(folder);
      drop("ids.txt", id(1));
      workOff(folder);
      drop("ids.txt", "# nothing");
      workOff(folder);
      assertThat(log.lines())
          .usingElementComparator(DropFolderTest::compareWithoutTime)
          .containsExactly(
              "INFO 순위.csv: 2 delivered, 1 repeated, skipped 1 blank cell; moved to .done/…-순위.csv",
              "WARN new_line.json is rejected: malformed JSON: line 1: Unexpected end-of-input"
                  + " within/between Array entries; 1 delivered; moved to"
                  + " .rejected/…-new_line.json",
              "INFO ids.txt: 1 delivered; moved to .done/…-ids.txt",
              "INFO ids.txt: no ids; moved to .done/…-ids.txt");
    }
  }

  private static int compareWithoutTime(String line, String other) {
    return withoutTime(line).compareTo(withoutTime(other));
  }

  private static String withoutTime(String line) {
    return line.replaceAll("\\d{8}T\\d{9}Z", "…");
  }

  @Test
  void aFileReplacedInTheMomentOfTheMoveComesBack() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    for (Path claimed : claimed(folder)) {
      read(folder, claimed);
      rename =
          (from, to) -> {
            rename = DropFileMoves.Rename.ATOMIC;
            drop("ids.txt", id(2));
            rename.move(from, to);
          };
      end(folder, claimed);
    }
    assertThat(file).exists();
    assertThat(names(".done")).isEmpty();
    assertThat(folder.progress()).as("none has moved").isEmpty();
    assertThat(folder.isFinished()).isFalse();
    assertThat(workOff(folder)).containsExactly(id(2));
    assertThat(folder.isFinished()).isTrue();
  }

  /** What a writer has dropped under the name meanwhile is not overwritten by what comes back. */
  @Test
  void aFileThatComesBackReplacesNoOther() throws IOException {
    DropFolder folder = start();
    drop("ids.txt.gz.csv", id(1));
    for (Path claimed : claimed(folder)) {
      read(folder, claimed);
      rename =
          (from, to) -> {
            rename = DropFileMoves.Rename.ATOMIC;
            drop("ids.txt.gz.csv", id(2));
            rename.move(from, to);
            drop("ids.txt.gz.csv", id(3));
          };
      end(folder, claimed);
    }
    assertThat(names("")).hasSize(2).allMatch(name -> name.endsWith("ids.txt.gz.csv"));
    assertThat(workOff(folder)).containsExactlyInAnyOrder(id(2), id(3));
    assertThat(folder.isFinished()).isTrue();
    assertThat(names(".done")).hasSize(2);
  }

  @Test
  void aFileThatIsWrittenToAfterItsMoveComesBack() throws IOException {
    settle = "300ms";
    DropFolder folder = start();
    drop("ids.txt", id(1));
    await().until(() -> workOff(folder).equals(List.of(id(1))));
    Path moved = only(".done");
    Files.writeString(moved, id(2) + "\n", StandardOpenOption.APPEND);
    assertThat(folder.isFinished()).as("not compared yet").isFalse();
    await().until(() -> !folder.isFinished() && Files.exists(inbox.resolve("ids.txt")));
    assertThat(names(".done")).isEmpty();
    await().until(() -> workOff(folder).contains(id(2)));
    await().until(folder::isFinished);
    assertThat(names(".done")).containsExactly("ids.txt");
    assertThat(progress()).isEmpty();
  }

  /** Of which the file system can tell that it came or was written to after another. */
  private void dropAfter(Path other, String name, String... lines) throws IOException {
    FileTime last = FileStamp.changed(other);
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(() -> Files.getLastModifiedTime(drop(name, lines)).compareTo(last) > 0);
  }

  /** Else it would never end beside a producer. */
  @Test
  void aRunOnceLeavesWhatComesLaterToTheNext() throws IOException {
    once = "true";
    Path standing = drop("standing.txt", id(1));
    DropFolder folder = start();
    dropAfter(standing, "later.txt", id(2));
    assertThat(folder.isFinished()).isFalse();
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      assertThat(workOff(folder)).containsExactly(id(1));
      assertThat(folder.isFinished()).isTrue();
      assertThat(folder.isFinished()).isTrue();
      assertThat(log.lines())
          .filteredOn(line -> line.contains("left to the next"))
          .containsExactly(
              "INFO 1 file that came or changed after the start of this run: left to the next");
    }
    assertThat(names("")).containsExactly("later.txt");
    folder.destroy();
    assertThat(workOff(start())).containsExactly(id(2));
  }

  @Test
  void aRunOnceEndsAlthoughAFileIsAppendedToAgainAndAgain() throws IOException {
    once = "true";
    settle = "1h";
    Path growing = drop("growing.txt", id(1));
    DropFolder folder = start();
    assertThat(folder.isFinished()).as("it may settle").isFalse();
    dropAfter(growing, "growing.txt", id(1), id(2));
    assertThat(workOff(folder)).isEmpty();
    assertThat(folder.isFinished()).isTrue();
    assertThat(names("")).containsExactly("growing.txt");
  }

  @Test
  void whatWasClaimedAndChangedIsLeftToTheNextRunAndNothingOfItIsLost() throws IOException {
    once = "true";
    Path standing = drop("ids.txt", id(1));
    DropFolder folder = start();
    Path file = claimed(folder).get(0);
    assertThat(read(folder, file)).containsExactly(id(1));
    dropAfter(standing, "ids.txt", id(1), id(2));
    end(folder, file);
    assertThat(folder.isFinished()).isTrue();
    folder.destroy();
    assertThat(workOff(start())).contains(id(2));
  }

  /** With its ids kept, such as by an open circuit, it is claimed again. */
  @Test
  void aRunOnceTakesWhatItFedHoweverOften() throws IOException {
    once = "true";
    settle = "1h";
    DropFolder folder = start();
    folder.whole(Path.of("tasks-ready.txt"));
    Path fed = drop("tasks-ready.txt", id(1));
    assertThat(folder.isFinished()).isFalse();
    assertThat(claimed(folder)).containsExactly(fed);
    folder.release(fed);
    assertThat(folder.isFinished()).isFalse();
    assertThat(workOff(folder)).containsExactly(id(1));
  }

  /** With the rights that it lacked. */
  @Test
  void aRunOnceTakesAFileOfWhichOnlyAttributesChange() throws IOException {
    once = "true";
    Path standing = drop("ids.txt", id(1));
    FileTime before = FileStamp.changed(standing);
    DropFolder folder = start();
    await()
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              Files.setPosixFilePermissions(standing, PosixFilePermissions.fromString("rw-rw----"));
              Files.setPosixFilePermissions(standing, PosixFilePermissions.fromString("rw-------"));
              return FileStamp.changed(standing).compareTo(before) > 0;
            });
    assertThat(workOff(folder)).containsExactly(id(1));
  }

  /** A lost mount leaves an empty folder; the ids in the files that it held have not ended. */
  @Test
  void aRunOnceWhoseInboxIsGoneDoesNotTakeItForAnEmptyOne() throws IOException {
    once = "true";
    drop("ids.txt", id(1));
    DropFolder folder = start();
    Path elsewhere = Files.move(inbox, temp.resolve("elsewhere"));
    assertThatIOException().isThrownBy(folder::isFinished);
    assertThat(claimed(folder)).as("it makes the folder again").isEmpty();
    assertThatIOException()
        .isThrownBy(folder::isFinished)
        .withMessageContaining("is not the folder of the start");
    Files.move(inbox, temp.resolve("made again"));
    Files.move(elsewhere, inbox);
    assertThat(folder.isFinished()).isFalse();
  }

  private Path only(String where) throws IOException {
    try (Stream<Path> files = Files.list(inbox.resolve(where))) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  /** What lies on disk when a process is killed with a file claimed and read, before its move. */
  private Path killed(String name, String noted, String reason) throws IOException {
    Path file = drop(name, id(1), id(2));
    Path journal = journal(file);
    DropFileJournal left = DropFileJournal.open(journal, file);
    left.end(0);
    left.end(1);
    if (noted != null) {
      left.noteMove(noted, reason);
    }
    left.close();
    return journal;
  }

  private Path journal(Path file) {
    Claims claims = new Claims(inbox.resolve(".serp"), System::nanoTime);
    return new Journals(inbox, claims).of(file.getFileName());
  }

  private static final String TARGET = ".done/20261126T010203004Z-ids.txt";

  @Test
  void aKillBeforeTheRenameLeavesTheFileWithItsProgress() throws IOException {
    killed("ids.txt", TARGET, null);
    DropFolder folder = start();
    assertThat(workOff(folder)).isEmpty();
    assertThat(names(".done")).containsExactly("ids.txt");
    assertThat(folder.isFinished()).isTrue();
    assertThat(progress()).isEmpty();
  }

  @Test
  void aKillAfterTheRenameLeavesNothingToDo() throws IOException {
    killed("ids.txt", TARGET, null);
    move("ids.txt", TARGET);
    DropFolder folder = start();
    assertThat(progress()).isEmpty();
    assertThat(folder.isFinished()).isTrue();
    assertThat(names(".done")).containsExactly("ids.txt");
  }

  private Path move(String name, String target) throws IOException {
    Files.createDirectories(inbox.resolve(target).getParent());
    return Files.move(inbox.resolve(name), inbox.resolve(target));
  }

  /** A file that a killed process has moved, and that has another id since. */
  private Path killedAndWrittenTo() throws IOException {
    killed("ids.txt", TARGET, null);
    return Files.writeString(move("ids.txt", TARGET), id(3) + "\n", StandardOpenOption.APPEND);
  }

  @Test
  void aFileThatIsWrittenToBetweenKillAndStartComesBack() throws IOException {
    killedAndWrittenTo();
    DropFolder folder = start();
    assertThat(workOff(folder)).contains(id(3));
    assertThat(names(".done")).containsExactly("ids.txt");
  }

  /** The next file of the same name is another, with a journal of its own. */
  @Test
  void aFileDroppedBetweenKillAndStartIsReadFromItsBeginning() throws IOException {
    killedAndWrittenTo();
    drop("ids.txt", id(4), id(5));
    DropFolder folder = start();
    List<String> ids = new ArrayList<>(workOff(folder));
    ids.addAll(workOff(folder));
    assertThat(ids).contains(id(3), id(4), id(5));
    assertThat(folder.isFinished()).isTrue();
    assertThat(names(".done")).hasSize(2);
  }

  /** The process that watches the same folder finds the next file before the killed one's move. */
  @Test
  void aRunningProcessFinishesTheMoveOfAKilledOne() throws IOException {
    DropFolder folder = start();
    killedAndWrittenTo();
    drop("ids.txt", id(4));
    assertThat(workOff(folder)).containsExactly(id(4));
    folder.tick();
    assertThat(workOff(folder)).contains(id(3));
    assertThat(folder.isFinished()).isTrue();
  }

  @Test
  void aKillBetweenRenameAndReasonLeavesNoFileWithoutReason() throws IOException {
    String target = ".rejected/20261126T010203004Z-ids.txt";
    killed("ids.txt", target, "bad: gzip\n; 100 %");
    move("ids.txt", target);
    DropFolder folder = start();
    assertThat(inbox.resolve(target + ".reason.txt")).hasContent("bad: gzip\n; 100 %\n");
    assertThat(progress()).isEmpty();
    assertThat(folder.isFinished()).isTrue();
  }

  @Test
  void aKillWhileAFileIsPutBackLeavesItOnce() throws IOException {
    Path moved = killedAndWrittenTo();
    Files.createLink(inbox.resolve("ids.txt"), moved);
    DropFolder folder = start();
    assertThat(moved).doesNotExist();
    assertThat(workOff(folder)).contains(id(3));
    assertThat(names(".done")).containsExactly("ids.txt");
    assertThat(folder.isFinished()).isTrue();
  }

  @Test
  void journalsOfFilesThatAreGoneAreRemoved() throws IOException {
    Path kept = killed("kept.txt", null, null);
    Path gone = killed("gone.txt", null, null);
    Files.delete(inbox.resolve("gone.txt"));
    Path unfinished = Files.writeString(Path.of(kept + ".new"), "serp-routes jour");
    Path unknown = Files.writeString(inbox.resolve(".serp/x-1f.journal"), "of another version");
    Path ofNobody = Files.writeString(inbox.resolve(".serp/x-y.journal"), "of another program");
    DropFolder folder = start();
    assertThat(gone).doesNotExist();
    assertThat(unfinished).doesNotExist();
    assertThat(unknown).doesNotExist();
    assertThat(ofNobody).exists();
    assertThat(kept).exists();
    drop("gone.txt", id(3));
    assertThat(workOff(folder)).as("its name is not claimed").contains(id(3));
  }

  @Test
  void aFileThatCannotBeMovedIsNeitherCopiedNorAskedForAgain() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    rename = REFUSED;
    assertThat(workOff(folder)).containsExactly(id(1));
    assertThat(file).exists();
    assertThat(names(".done")).isEmpty();
    assertThat(claimed(folder)).as("until it changes").isEmpty();
    assertThat(folder.isFinished()).isTrue();

    rename =
        (from, to) -> {
          throw new FileSystemException(from.toString(), null, "No space left on device");
        };
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
    workOff(folder);
    assertThat(folder.leftAlone().get("ids.txt"))
        .endsWith("No space left on device; free disk space, or remove the file yourself");

    rename =
        (from, to) -> {
          throw new AtomicMoveNotSupportedException(from.toString(), to.toString(), "other disk");
        };
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    workOff(folder);
    assertThat(folder.leftAlone().get("ids.txt"))
        .contains("; have .done and .rejected on the file system of the inbox, or remove");
    rename = DropFileMoves.Rename.ATOMIC;
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(workOff(folder)).as("only moved").isEmpty();
    assertThat(names(".done")).containsExactly("ids.txt");
    assertThat(folder.isFinished()).isTrue();
    assertThat(progress()).isEmpty();
  }

  @Test
  void whatIsNoRegularFileIsLeftAlone() throws Exception {
    DropFolder folder = start();
    Path secret = Files.writeString(temp.resolve("secret.txt"), "password=hunter2\n");
    Files.createSymbolicLink(inbox.resolve("link.txt"), secret);
    Process fifo = new ProcessBuilder("mkfifo", inbox.resolve("pipe.txt").toString()).start();
    assertThat(fifo.waitFor()).isZero();
    Files.createDirectory(inbox.resolve("folder.txt"));
    drop("ids.txt", id(1));
    assertThat(workOff(folder)).containsExactly(id(1));
    assertThat(folder.isFinished()).isTrue();
    assertThat(names("")).containsExactly("folder.txt", "link.txt", "pipe.txt");
    assertThat(folder.leftAlone())
        .containsEntry("pipe.txt", "it is a pipe, a socket or a device; drop a regular file");
  }

  /** Whoever may write to the inbox could have files of theirs put anywhere. */
  @Test
  void nothingIsMovedThroughALink() throws IOException {
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.createSymbolicLink(inbox.resolve(".done"), elsewhere);
    DropFolder folder = start();
    drop("ids.txt", id(1));
    assertThat(workOff(folder)).containsExactly(id(1));
    assertThat(names("")).containsExactly("ids.txt");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void aNameIsKeptAsItIs() throws IOException {
    DropFolder folder = start();
    String longName = "순".repeat(80) + ".txt"; // 244 bytes
    for (String name : List.of("네이버 순위.txt", "a\\b.txt", "null", "a\n\u202Eb.txt", longName)) {
      drop(name, id(1));
      workOff(folder);
    }
    assertThat(names(".done"))
        .containsExactlyInAnyOrder("네이버 순위.txt", "a\\b.txt", "a__b.txt", "순".repeat(65) + ".txt");
    assertThat(names(".rejected")).containsExactly("null", "null.reason.txt");
  }

  /** So many files wait in the folder for another process as cannot be read at once. */
  @Test
  void noMoreFilesAreClaimedThanAreRead() throws IOException {
    DropFolder folder = start();
    for (int i = 0; i < 40; i++) {
      drop("ids-" + i + ".txt", id(i));
    }
    List<Path> claimed = claimed(folder);
    assertThat(claimed).hasSize(32);
    assertThat(claimed(folder)).isEmpty();
    read(folder, claimed.get(0));
    assertThat(claimed(folder)).hasSize(1).doesNotContainAnyElementsOf(claimed);
    for (Path file : claimed) {
      folder.release(file);
    }
    assertThat(claimed(folder)).as("one is still read").hasSize(31);
  }

  @Test
  void nothingIsClaimedWhileTheProgramStops() throws IOException {
    DropFolder folder = start();
    drop("ids.txt", id(1));
    intake.stop();
    assertThat(claimed(folder)).isEmpty();
    intake.start();
    assertThat(claimed(folder)).hasSize(1);
  }

  @Test
  void theProgressFolderIsForThisUserOnly() throws IOException {
    start();
    assertThat(Files.getPosixFilePermissions(inbox.resolve(".serp")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(
        inbox.resolve(".serp"), PosixFilePermissions.fromString("rwxrwxrwx"));
    start();
    assertThat(Files.getPosixFilePermissions(inbox.resolve(".serp")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aProgressFolderThatIsALinkIsRefused() throws IOException {
    Files.createSymbolicLink(inbox.resolve(".serp"), Files.createDirectory(temp.resolve("other")));
    assertThatExceptionOfType(IllegalSettingException.class)
        .isThrownBy(this::start)
        .withMessageContainingAll(inbox.resolve(".serp").toString(), "link", "remove it");
  }

  @Test
  void aProgressFolderOfSomebodyElseIsRefused() throws IOException {
    Path other = Files.createDirectory(inbox.resolve(".serp"));
    try {
      Files.setAttribute(other, "unix:uid", 12_345);
    } catch (IOException e) {
      org.junit.jupiter.api.Assumptions.abort("only root may give a folder away");
    }
    assertThatThrownBy(this::start)
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageContaining("belongs to 12345");
  }

  private void removeProgress() throws IOException {
    for (String name : names(".serp")) {
      Files.delete(inbox.resolve(".serp").resolve(name));
    }
    Files.delete(inbox.resolve(".serp"));
  }

  @Test
  void progressIsKeptWhereSomebodyRemovesItMeanwhile() throws IOException {
    DropFolder folder = start();
    drop("ids.txt", id(1), id(2));
    Path claimed = claimed(folder).get(0);
    Iterator<Delivery> ids = folder.ids(claimed);
    ids.next().settlement().settled(Delivery.Outcome.DELIVERED);
    removeProgress();
    folder.tick();
    assertThat(progress()).hasSize(1);
    assertThat(MoveNote.read(journal(claimed)).name()).isEqualTo("ids.txt");
    assertThat(journal(claimed)).content().endsWith("0;\n");
    ids.forEachRemaining(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    end(folder, claimed);
    assertThat(names(".done")).containsExactly("ids.txt");
  }

  /** A file may come with any time: what counts is when it came. */
  @Test
  void aFileIsTakenWhenItHasStoodStill() throws IOException {
    settle = "1h";
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    assertThat(claimed(folder)).isEmpty();
    assertThat(folder.isFinished()).isFalse();
  }

  /** What a feeder writes appears whole: nobody waits for it to settle. */
  @Test
  void aFileThatIsKnownToBeWholeNeedNotSettle() throws IOException {
    settle = "1h";
    DropFolder folder = start();
    Path whole = drop("whole.txt", id(1));
    drop("slow.txt", id(2));
    assertThat(claimed(folder)).isEmpty();
    folder.whole(whole.getFileName());
    assertThat(claimed(folder)).containsExactly(whole);
    assertThat(claimed(folder)).isEmpty();
  }

  private Claims otherProcess() throws IOException {
    Claims other = new Claims(inbox.resolve(".serp"), System::nanoTime);
    other.open();
    return other;
  }

  private static Exchange with(Path file) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getMessage().setBody(file);
    return exchange;
  }

  @Test
  void aFileIsWaitedForWithoutAThread() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    assertThat(claimed(folder)).containsExactly(file);
    Delivery delivery = null;
    for (Iterator<Delivery> ids = folder.ids(file); ids.hasNext(); ) {
      delivery = ids.next();
    }
    List<Boolean> done = new ArrayList<>();
    assertThat(folder.process(with(file), done::add)).isFalse();
    assertThat(done).isEmpty();
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(done).containsExactly(false);
    assertThat(folder.process(with(file), done::add)).isTrue();
    assertThat(done).containsExactly(false, true);
    folder.release(file);
    assertThat(folder.process(with(file), done::add)).as("it is not open").isTrue();
    assertThat(done).hasSize(3);
  }

  @Test
  void aFileWithAnIdToKeepStaysAndIsReadAgain() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1), id(2));
    claimed(folder);
    Iterator<Delivery> ids = folder.ids(file);
    ids.next().settlement().settled(Delivery.Outcome.KEPT);
    ids.next().settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(ids.hasNext()).isFalse();
    end(folder, file);
    assertThat(names("")).containsExactly("ids.txt");
    folder.move(file); // that is not open
    assertThat(workOff(folder)).containsExactly(id(1));
    assertThat(names(".done")).containsExactly("ids.txt");
  }

  @Test
  void aFileThatChangedWhileItWasInWorkIsReadAgain() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    claimed(folder);
    read(folder, file);
    Files.writeString(file, id(2) + "\n", StandardOpenOption.APPEND);
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      folder.move(file);
      assertThat(log.lines())
          .containsExactly("INFO ids.txt changed while it was in work and is read again");
    }
    folder.release(file);
    assertThat(names("")).containsExactly("ids.txt");
    assertThat(workOff(folder)).contains(id(2));
  }

  @Test
  void howFarTheFilesAreIsShown() throws IOException {
    DropFolder folder = start();
    Path waits = drop("wa\nits.txt", id(9));
    Files.setLastModifiedTime(waits, FileTime.fromMillis(1_700_000_000_000L));
    Path file = drop("ids.txt", id(1), id(2));
    assertThat(folder.inbox()).isEqualTo(inbox);
    assertThat(folder.progress()).isEmpty();
    Iterator<Delivery> ids = folder.ids(file);
    ids.next().settlement().settled(Delivery.Outcome.DELIVERED);
    Delivery last = ids.next();
    assertThat(ids.hasNext()).isFalse();

    assertThat(folder.filesInWork()).isOne();
    assertThat(folder.left()).isOne();
    assertThat(folder.progress()).hasSize(1);
    assertThat(folder.progress().get(0).name()).isEqualTo("ids.txt");
    assertThat(folder.progress().get(0).ended()).isEqualTo("1 delivered");
    assertThat(folder.progress().get(0).state()).isEqualTo("in-work");
    assertThat(folder.progress().get(0).movedTo()).isNull();
    assertThat(folder.waiting())
        .containsExactly(
            new DropFileProgress(
                "wa_its.txt", "waiting", 0, 0, "", null, null, "2023-11-14T22:13:20.000Z"));
    try (Claims other = otherProcess()) {
      assertThat(other.take(waits.getFileName())).isTrue();
      assertThat(folder.waiting()).as("another process has it").isEmpty();
    }

    last.settlement().settled(Delivery.Outcome.PARKED);
    end(folder, file);
    assertThat(folder.filesInWork()).isZero();
    assertThat(folder.left()).isZero();
    DropFileProgress moved = folder.progress().get(0);
    assertThat(moved.movedTo()).startsWith(".done/").endsWith("-ids.txt");
    assertThat(moved.ended()).isEqualTo("1 delivered, 1 parked");
    assertThat(moved.read()).isEqualTo(1);
    assertThat(moved.left()).isZero();
    assertThat(moved.why()).isNull();
  }

  @Test
  void whatIsShownIsBoundedAndTheNewestIsFirst() throws IOException {
    DropFolder folder = start();
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < 51; i++) {
      files.add(drop("ids-" + i + ".txt", id(i)));
    }
    assertThat(folder.waiting()).hasSize(50);
    for (Path file : files) {
      folder.ids(file).next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(folder.filesInWork()).isEqualTo(51);
    assertThat(folder.progress()).hasSize(50);
    assertThat(folder.waiting()).isEmpty();
    for (Path file : files) {
      end(folder, file);
    }
    assertThat(folder.progress())
        .hasSize(50)
        .extracting(DropFileProgress::name)
        .startsWith("ids-50.txt", "ids-49.txt")
        .endsWith("ids-1.txt");
  }

  @Test
  void whatIsRejectedIsCounted() throws IOException {
    DropFolder folder = start();
    drop("ids.xml", id(1));
    drop("ids.txt", id(1));
    workOff(folder);
    assertThat(folder.rejected()).isOne();
    assertThat(folder.progress()).extracting(DropFileProgress::why).hasSize(2).containsNull();
    drop("other.xml", id(1));
    workOff(folder);
    assertThat(folder.rejected()).isEqualTo(2);
    assertThat(folder.progress().get(0).why()).startsWith("a format that is not supported");
  }

  @Test
  void aBrokenFileThatTakesTheNameOfOneThatWasMendedOrRemovedIsCounted() throws IOException {
    DropFolder folder = start();
    dropAndWorkOff(folder, REFUSED, "\"" + id(1));
    assertThat(folder.rejected()).isOne();
    dropAndWorkOff(folder, DropFileMoves.Rename.ATOMIC, id(1));
    assertThat(names(".done")).containsExactly("ids.csv");
    dropAndWorkOff(folder, REFUSED, "\"" + id(1));
    assertThat(folder.rejected()).isEqualTo(2);
    dropAndWorkOff(folder, (from, to) -> REFUSED.move(removed(from), to), "\"" + id(2));
    assertThat(names("")).isEmpty();
    dropAndWorkOff(folder, REFUSED, "\"" + id(1));
    assertThat(folder.rejected()).isEqualTo(3);
  }

  private void dropAndWorkOff(DropFolder folder, DropFileMoves.Rename moving, String line)
      throws IOException {
    rename = moving;
    drop("ids.csv", "id", id(0), line);
    workOff(folder);
  }

  private static Path removed(Path file) throws IOException {
    Files.delete(file);
    return file;
  }

  /** What was not read of it is in no source but the file. */
  @Test
  void aBrokenFileThatCannotBeMovedIsToldAsBroken() throws IOException {
    DropFolder folder = start();
    rename = REFUSED;
    Path file = drop("ids.csv", "id,keyword", id(1) + ",x", "\"" + id(2));
    for (String changed : List.of("rw-rw-rw-", "rw-r--r--")) {
      workOff(folder);
      assertThat(folder.leftAlone().get("ids.csv"))
          .contains("what follows was not read", "quot")
          .doesNotContain("have ended", "remove");
      assertThat(folder.rejected()).isOne();
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(changed));
    }
    rename = DropFileMoves.Rename.ATOMIC;
    workOff(folder);
    assertThat(names(".rejected")).contains("ids.csv");
    assertThat(folder.rejected()).isOne();
  }

  @Test
  void whatCannotBeWorkedOnIsShown() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    Files.createSymbolicLink(inbox.resolve("link.txt"), temp);
    rename = REFUSED;
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      workOff(folder);
      String why =
          "cannot be moved and stays in the inbox; all its ids have ended: AccessDeniedException, "
              + file
              + "; give the file or the folder to the program's user, or remove the file yourself";
      assertThat(log.lines())
          .containsExactlyInAnyOrder(
              "WARN ids.txt " + why,
              "WARN link.txt is left alone: it is a symbolic link; drop the file itself, or a hard"
                  + " link");
      assertThat(folder.leftAlone()).containsOnlyKeys("link.txt", "ids.txt");
      assertThat(folder.leftAlone()).containsEntry("ids.txt", why);
    }
    rename = DropFileMoves.Rename.ATOMIC;
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    workOff(folder);
    assertThat(folder.leftAlone()).containsOnlyKeys("link.txt");
  }

  @Test
  void aFileThatWasTakenAwayIsSaidAndHoldsUpNothing() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    claimed(folder);
    read(folder, file);
    Files.delete(file);
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      folder.move(file);
      assertThat(log.lines()).containsExactly("INFO ids.txt was removed while it was in work");
    }
    folder.release(file);
    assertThat(folder.ids(file)).isExhausted();
    assertThat(folder.filesInWork()).isZero();
    assertThat(folder.leftAlone()).isEmpty();
    assertThat(folder.isFinished()).isTrue();
    start();
    assertThat(progress()).isEmpty();
  }

  @Test
  void aFileThatComesBackIsSaidAndIsNoLongerRejected() throws IOException {
    DropFolder folder = start();
    drop("ids.xml", id(1));
    workOff(folder);
    assertThat(names(".rejected")).hasSize(2);
    Path rejected = inbox.resolve(folder.progress().get(0).movedTo());
    Files.writeString(rejected, "more", StandardOpenOption.APPEND);
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      folder.tick();
      assertThat(log.lines())
          .containsExactly(
              "INFO ids.xml changed while it was moved; it is back in the inbox as ids.xml and is"
                  + " read again");
    }
    assertThat(names("")).containsExactly("ids.xml");
    assertThat(names(".rejected")).as("nor is its reason").isEmpty();
    assertThat(progress()).isEmpty();
  }

  @Test
  void aFileThatComesBackFindsANameOfItsOwn() throws IOException {
    Path moved = killedAndWrittenTo();
    drop("ids.txt", id(4));
    drop(moved.getFileName().toString(), id(5));
    DropFolder folder = start();
    assertThat(inbox.resolve("again-" + moved.getFileName())).exists();
    assertThat(moved).doesNotExist();
    assertThat(workOff(folder)).contains(id(3), id(4), id(5));
    assertThat(folder.isFinished()).isTrue();
  }

  @Test
  void aMoveThatAnotherProcessFinishesIsWaitedFor() throws IOException {
    killed("ids.txt", TARGET, null);
    Path moved = move("ids.txt", TARGET);
    try (Claims other = otherProcess()) {
      assertThat(other.take(moved.getFileName())).isTrue();
      DropFolder folder = start();
      assertThat(folder.isFinished()).isFalse();
      assertThat(progress()).hasSize(1);
      other.release(moved.getFileName());
      assertThat(folder.isFinished()).isTrue();
      assertThat(progress()).isEmpty();
      assertThat(other.take(moved.getFileName())).as("it is released").isTrue();
    }
  }

  @Test
  void theJournalOfAMovedFileThatTellsNothingIsRemoved() throws IOException {
    start().destroy();
    Files.writeString(inbox.resolve(".serp/x.txt.moved"), "of another version");
    DropFolder folder = start();
    assertThat(progress()).isEmpty();
    assertThat(folder.isFinished()).isTrue();
  }

  @Test
  void aMovedFileWhoseJournalCannotBeReadNowIsComparedLater() throws IOException {
    DropFolder folder = start();
    Path journal = Files.createDirectory(inbox.resolve(".serp/x.txt.moved"));
    assertThat(folder.isFinished()).isFalse();
    Files.delete(journal);
    assertThat(folder.isFinished()).isTrue();
  }

  @Test
  void theJournalOfANameThatAnotherProcessHasIsKept() throws IOException {
    Path journal = killed("gone.txt", null, null);
    Files.delete(inbox.resolve("gone.txt"));
    Claims other = otherProcess();
    assertThat(other.take(Path.of("gone.txt"))).isTrue();
    DropFolder folder = start();
    assertThat(journal).exists();
    other.close();
    for (int second = 1; second < 60; second++) {
      folder.tick();
    }
    assertThat(journal).as("looked at once a minute").exists();
    folder.tick();
    assertThat(journal).doesNotExist();
  }

  @Test
  void aFolderThatStopsReleasesWhatItHas() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    assertThat(claimed(folder)).containsExactly(file);
    DropFolder other = start();
    assertThat(claimed(other)).isEmpty();
    assertThat(other.isFinished()).as("another process works on it").isTrue();
    assertThat(folder.isFinished()).isFalse();
    folder.destroy();
    assertThat(other.isFinished()).isFalse();
    assertThat(claimed(other)).containsExactly(file);
  }

  @Test
  void anInboxThatIsRemovedIsMadeAgain() throws IOException {
    DropFolder folder = start();
    removeProgress();
    Files.delete(inbox);
    assertThat(folder.waiting()).isEmpty();
    assertThat(claimed(folder)).isEmpty();
    assertThat(inbox).isDirectory();
  }

  @Test
  void anInboxThatCannotBeReadIsSaid() throws IOException {
    DropFolder folder = start();
    removeProgress();
    Files.delete(inbox);
    Files.writeString(inbox, "no folder");
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      assertThat(claimed(folder)).isEmpty();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN the inbox cannot be read and is tried again: ");
    }
    assertThat(folder.waiting()).isEmpty();
  }

  @Test
  void aTickThatFailsIsSaidOnce() throws IOException {
    DropFolder folder = start();
    removeProgress();
    Files.createSymbolicLink(inbox.resolve(".serp"), temp);
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      for (int i = 0; i < 3; i++) {
        folder.tick();
        workOff(folder); // which reads the folder to its end
      }
      assertThat(log.lines())
          .singleElement()
          .asString()
          .startsWith("WARN the progress of drop files cannot be kept now; this is tried again: ");
    }
  }

  @Test
  void aJournalThatCannotBeSyncedIsSaidOnceUntilItCan() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    claimed(folder);
    folder.ids(file);
    Path inTheWay = Files.createDirectory(Path.of(journal(file) + ".new"));
    Path held = Files.createFile(inTheWay.resolve("x"));
    Files.delete(journal(file));
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      folder.tick();
      folder.tick();
      assertThat(log.lines()).hasSize(1);
      Files.delete(held);
      folder.tick();
      Files.createDirectory(inTheWay);
      Files.createFile(held);
      Files.delete(journal(file));
      folder.tick();
      assertThat(log.lines())
          .hasSize(2)
          .allMatch(line -> line.startsWith("WARN the journal of ids.txt cannot be synced: "));
    }
  }

  /** What is not a drop file is passed over without a word. */
  @Test
  void hiddenAndUnfinishedFilesArePassedOver() throws IOException {
    DropFolder folder = start();
    for (String name : List.of(".ids.txt", "ids.txt.part", "ids.txt.PART", "ids.txt.tmp")) {
      drop(name, id(1));
    }
    assertThat(claimed(folder)).isEmpty();
    assertThat(folder.waiting()).isEmpty();
    assertThat(folder.leftAlone()).isEmpty();
    assertThat(folder.isFinished()).isTrue();
  }

  @Test
  void theFolderHasNothingOpenWhenAllHasEnded() throws IOException {
    DropFolder folder = start();
    drop("ids.txt", id(1));
    drop("ids.json", "[\"" + id(2) + "\"]");
    drop("ids.csv.gz", "no gzip");
    workOff(folder);
    Path file = drop("kept.txt", id(3), id(4));
    claimed(folder);
    folder.ids(file).next();
    folder.release(file);
    folder.tick();
    assertThat(folder.isFinished()).isFalse();
    assertThat(folder.waiting()).hasSize(1);
    assertThat(openFiles()).containsExactly("claims");
    folder.destroy();
    assertThat(openFiles()).isEmpty();
  }

  private List<String> openFiles() throws IOException {
    return OpenFiles.with(temp.toString()).stream()
        .map(target -> target.substring(target.lastIndexOf('/') + 1))
        .toList();
  }

  /** Java shows bytes that it cannot decode as U+FFFD, and would not find the file again. */
  @Test
  void aNameThatCannotBeDecodedIsLeftAlone() throws Exception {
    DropFolder folder = start();
    String touch = "touch \"$1/$(printf '\\377').txt\"";
    Process sh = new ProcessBuilder("sh", "-c", touch, "sh", inbox.toString()).start();
    assertThat(sh.waitFor()).isZero();
    drop("a\uFFFD.txt", id(1)); // somebody named it so
    assertThat(workOff(folder)).containsExactly(id(1));
    assertThat(folder.leftAlone())
        .containsExactly(
            Map.entry(
                "\uFFFD.txt",
                "its name cannot be read here; start the program with LANG=C.UTF-8, or rename the"
                    + " file"));
    assertThat(folder.isFinished()).isTrue();
  }

  @Test
  void anInboxThatIsNotThereIsMade() throws IOException {
    Files.delete(inbox);
    DropFolder folder = start();
    assertThat(inbox.resolve(".serp/claims")).exists();
    assertThat(folder.isFinished()).isTrue();
  }

  /** In a host, which may go on. */
  @Test
  void anErrorThatEndsTheRestOfTheRouteIsReported() throws IOException {
    DropFolder folder = start();
    Path file = drop("ids.txt", id(1));
    Iterator<Delivery> ids = folder.ids(file);
    Delivery delivery = ids.next();
    assertThat(ids.hasNext()).isFalse();
    List<Throwable> reported = new ArrayList<>();
    folder.process(
        with(file),
        doneSync -> {
          throw new OutOfMemoryError("simulated");
        });
    Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
    try {
      delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(null);
    }
    assertThat(reported).singleElement().isInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void aFileThatWasTakenFromWhereItMovedNeedsNoComparison() throws IOException {
    DropFolder folder = start();
    drop("ids.txt", id(1));
    workOff(folder);
    Files.delete(only(".done"));
    assertThat(folder.isFinished()).isTrue();
    assertThat(progress()).isEmpty();
  }

  @Test
  void aReasonThatCannotBeWrittenNowIsWrittenLater() throws IOException {
    DropFolder folder = start();
    drop("ids.xml", id(1));
    List<Path> inTheWay = new ArrayList<>();
    rename =
        (from, to) -> {
          DropFileMoves.Rename.ATOMIC.move(from, to);
          inTheWay.add(Files.createDirectory(Path.of(to + ".reason.txt")));
        };
    workOff(folder);
    assertThat(folder.rejected()).as("it has moved").isOne();
    assertThat(folder.isFinished()).isFalse();
    Files.delete(inTheWay.get(0));
    assertThat(folder.isFinished()).isTrue();
    assertThat(inTheWay.get(0)).content().startsWith("a format that is not supported");
  }

  @Test
  void aReasonThatWasCutOffIsWrittenAgain() throws IOException {
    String target = ".rejected/20261126T010203004Z-ids.txt";
    killed("ids.txt", target, "bad gzip");
    move("ids.txt", target);
    Path reason = Files.writeString(inbox.resolve(target + ".reason.txt"), "bad g");
    start();
    assertThat(reason).hasContent("bad gzip\n");
  }

  @Test
  void aFileThatMovedIsComparedOnceItHasSettled() throws IOException {
    settle = "1h";
    killed("ids.txt", TARGET, null);
    move("ids.txt", TARGET);
    DropFolder folder = start();
    assertThat(folder.isFinished()).isFalse();
    assertThat(progress()).hasSize(1);
  }

  @Test
  void whatComesBackAtTheLastMomentIsNotFinished() throws IOException {
    DropFolder folder = start();
    drop("ids.txt", id(1));
    workOff(folder);
    Files.writeString(only(".done"), id(2) + "\n", StandardOpenOption.APPEND);
    assertThat(folder.isFinished()).isFalse();
    assertThat(names("")).containsExactly("ids.txt");
  }

  /**
   * A folder in which nothing can be looked at, as without a right, is not one without the file.
   */
  private void lockDone(Path away) throws IOException {
    Path done = inbox.resolve(".done");
    Files.move(done, away);
    Files.createSymbolicLink(done, done.getFileName());
  }

  private void unlockDone(Path away) throws IOException {
    Files.delete(inbox.resolve(".done"));
    Files.move(away, inbox.resolve(".done"));
  }

  @Test
  void aMovedFileThatCannotBeLookedAtNowIsComparedLater() throws IOException {
    DropFolder folder = start();
    drop("ids.txt", id(1));
    workOff(folder);
    Files.writeString(only(".done"), id(2) + "\n", StandardOpenOption.APPEND);
    Path away = temp.resolve("away");
    lockDone(away);
    assertThat(folder.isFinished()).isFalse();
    unlockDone(away);
    assertThat(folder.isFinished()).isFalse();
    assertThat(workOff(folder)).contains(id(2));
  }

  @Test
  void neitherIsTheJournalOfOneThatAKilledProcessMovedRemoved() throws IOException {
    killed("ids.txt", TARGET, null);
    move("ids.txt", TARGET);
    Files.writeString(only(".done"), id(3) + "\n", StandardOpenOption.APPEND);
    Path away = temp.resolve("away");
    lockDone(away);
    start().destroy();
    unlockDone(away);
    assertThat(workOff(start())).contains(id(3));
  }
}
