package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.OpenFiles;
import io.serproutes.PowerCut;
import io.serproutes.TinyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropFileJournalTest {

  @TempDir private Path folder;
  private Path dropFile;
  private Path path;

  @BeforeEach
  void drop() throws IOException {
    dropFile = Files.writeString(folder.resolve("ids.txt"), "some ids");
    path = folder.resolve(".serp").resolve("ids.txt.journal");
  }

  private DropFileJournal open() throws IOException {
    return DropFileJournal.open(path, dropFile);
  }

  private static Set<Long> ended(DropFileJournal journal, int upTo) {
    Set<Long> ended = new TreeSet<>();
    for (long number = 0; number < upTo; number++) {
      if (journal.isEnded(number)) {
        ended.add(number);
      }
    }
    return ended;
  }

  @Test
  void aNewJournalKnowsNothing() throws IOException {
    assertThat(ended(open(), 100)).isEmpty();
    assertThat(path).exists();
  }

  @Test
  void whatHasEndedIsKnownAtOnceAndAfterAKill() throws IOException {
    DropFileJournal killed = open(); // never closed
    for (long number : new long[] {7, 0, 1, 40, 39}) {
      killed.end(number);
      assertThat(killed.isEnded(number)).isTrue();
    }
    DropFileJournal next = open();
    assertThat(ended(next, 100)).containsExactly(0L, 1L, 7L, 39L, 40L);
    next.end(2);
    next.sync();
    next.close();
    assertThat(ended(open(), 100)).containsExactly(0L, 1L, 2L, 7L, 39L, 40L);
  }

  @Test
  void aJournalThatEndsAnywhereNeverSaysTooMuch() throws IOException {
    DropFileJournal killed = open();
    Random random = new Random(3);
    Set<Long> ended = new TreeSet<>();
    for (int i = 0; i < 60; i++) {
      long number = random.nextInt(3) == 0 ? i : random.nextInt(200);
      killed.end(number);
      ended.add(number);
    }
    byte[] whole = Files.readAllBytes(path);
    for (int length = 0; length <= whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      DropFileJournal next = open();
      assertThat(ended).containsAll(ended(next, 1000));
      next.end(999);
      assertThat(ended(open(), 1000)).contains(999L).doesNotContain(998L);
    }
    assertThat(ended(open(), 998)).isEqualTo(ended);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\0\0\0\0", "12", "12\n", "x12;\n", "1-;\n", "-5;\n", "9;9;\n", "é\n", ";\n"})
  void whatIsNoWholeLineIsNotBelieved(String torn) throws IOException {
    DropFileJournal killed = open();
    killed.end(3);
    Files.writeString(path, torn, StandardOpenOption.APPEND);
    assertThat(ended(open(), 100)).isSubsetOf(3L);
  }

  @Test
  void theJournalOfAnotherFileOfTheSameNameIsNotBelieved() throws IOException {
    open().end(3);
    FileTime time = Files.getLastModifiedTime(dropFile);
    assertThat(ended(open(), 10)).containsExactly(3L);

    Files.writeString(dropFile, "some more ids");
    Files.setLastModifiedTime(dropFile, time);
    assertThat(ended(open(), 10)).as("another size").isEmpty();

    open().end(4);
    Files.setLastModifiedTime(dropFile, FileTime.fromMillis(time.toMillis() + 1));
    assertThat(ended(open(), 10)).as("another time").isEmpty();

    open().end(5);
    Path other = Files.writeString(folder.resolve("other"), "some more ids");
    Files.setLastModifiedTime(other, FileTime.fromMillis(time.toMillis() + 1));
    Files.move(other, dropFile, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(ended(open(), 10)).as("another file").isEmpty();
  }

  @Test
  void aLongJournalIsWrittenAnewAsRanges() throws IOException {
    DropFileJournal journal = open();
    int many = 160_000; // over 1 MiB of lines
    for (int number = 0; number < many; number++) {
      journal.end(number == 77 ? many : number);
    }
    assertThat(Files.size(path)).isLessThan(1024 * 1024);
    DropFileJournal next = open();
    assertThat(Files.readString(path, US_ASCII).lines()).hasSize(4);
    assertThat(next.isEnded(76)).isTrue();
    assertThat(next.isEnded(77)).isFalse();
    assertThat(next.isEnded(many)).isTrue();
    assertThat(next.isEnded(many + 1)).isFalse();
  }

  @Test
  void aJournalGoesWithItsFile() throws IOException {
    DropFileJournal journal = open();
    journal.end(1);
    Path moved = path.resolveSibling("ids.txt.moved");
    journal.setAside(moved);
    assertThat(path).doesNotExist();
    journal.sync(); // the timer may come late
    journal.close();
    assertThat(path).doesNotExist();
    assertThat(moved).content().endsWith("1;\n");
  }

  @Test
  void aLineThatAFullDiskCutsOffSpoilsNoLaterOne() throws IOException {
    Path small = Files.createDirectories(path.getParent());
    try (TinyDisk disk = TinyDisk.mount(small, 16)) {
      DropFileJournal journal = open();
      disk.fill();
      Set<Long> ended = new TreeSet<>();
      long number = 1_000_000;
      while (noteEnd(journal, number)) {
        ended.add(number);
        number += 2;
      }
      assertThatIOException().isThrownBy(() -> journal.end(1_999_999));
      disk.free();
      journal.end(7);
      ended.add(7L);
      ended.add(number); // has ended, whether that was written or not
      ended.add(1_999_999L);

      DropFileJournal next = open();
      assertThat(next.isEnded(7)).isTrue();
      assertThat(ended).containsAll(ended(next, 2_000_100));
      next.close();
      journal.close();
    }
  }

  @Test
  void aLinkInThePlaceOfANewJournalIsNotFollowed() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "keep me");
    Files.createDirectories(path.getParent());
    Files.createSymbolicLink(Path.of(path + ".new"), victim);
    open().end(3);
    assertThat(victim).hasContent("keep me");
    assertThat(ended(open(), 10)).containsExactly(3L);
  }

  @Test
  void aLongJournalOnAFullDiskIsNotWrittenAnewForEachId() throws IOException {
    Path small = Files.createDirectories(path.getParent());
    try (TinyDisk disk = TinyDisk.mount(small, 1536)) {
      DropFileJournal journal = open();
      long number = 0;
      for (; Files.size(path) < 1024 * 1024; number += 2) {
        journal.end(number); // gaps: the ranges are as long as the lines
      }
      int failed = 0;
      for (int i = 0; i < 200; i++, number += 2) {
        failed += noteEnd(journal, number) ? 0 : 1;
      }
      assertThat(failed).as("the lines fit").isZero();
      assertThat(openFilesHere()).hasSizeLessThan(5);
      assertThat(Path.of(path + ".new")).doesNotExist();
      journal.close();
      assertThat(Files.readString(path, US_ASCII).lines()).hasSize(2 + (int) number / 2);
    }
  }

  @Test
  void endsThatAFullDiskDidNotTakeAreWrittenOnceThereIsRoom() throws IOException {
    try (TinyDisk disk = TinyDisk.mount(Files.createDirectories(path.getParent()), 256)) {
      DropFileJournal journal = open();
      journal.end(0);
      disk.fill();
      long number = 2;
      while (noteEnd(journal, number)) {
        number += 2; // in what is left of a block
      }
      assertThat(noteEnd(journal, number + 2)).isFalse();
      journal.sync(); // each second, and says nothing that was not said
      disk.free();
      journal.sync();
      assertThat(ended(open(), (int) number + 3))
          .hasSize((int) number / 2 + 2)
          .contains(number, number + 2);
      journal.close();
    }
  }

  @Test
  void aJournalThatWasRemovedIsWrittenAgain() throws IOException {
    DropFileJournal journal = open();
    journal.end(3);
    Files.delete(path);
    journal.end(4);
    journal.sync();
    journal.end(5);
    journal.close();
    assertThat(ended(open(), 10)).containsExactly(3L, 4L, 5L);
  }

  private static boolean noteEnd(DropFileJournal journal, long number) {
    try {
      journal.end(number);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void theEndsThatASyncCoversSurviveAPowerCut() throws IOException {
    PowerCut disk = new PowerCut(folder);
    Path journalFile = disk.root().resolve("journal");
    DropFileJournal journal =
        DropFileJournal.open(journalFile, disk.root().resolve(dropFile.getFileName().toString()));
    assertThat(disk.atRisk()).as("its content").doesNotContain("journal");
    journal.end(3);
    assertThat(disk.atRisk()).as("a sync an id would be slow").contains("journal");
    journal.sync();
    assertThat(disk.atRisk()).as("and its name").doesNotContain("journal", "/");
    journal.end(4);
    journal.noteMove(".done/ids.txt", null);
    assertThat(disk.atRisk()).as("a move is noted before it is made").doesNotContain("journal");
    journal.end(5);
    journal.close();
    assertThat(disk.atRisk()).doesNotContain("journal");
  }

  @Test
  void whereAFileMovesIsNotedAmongItsEnds() throws IOException {
    DropFileJournal journal = open();
    journal.end(1);
    journal.noteMove(".rejected/ids.txt", "malformed JSON; line 3");
    journal.end(2);
    journal.close();
    MoveNote note = MoveNote.read(path);
    assertThat(note.target()).isEqualTo(".rejected/ids.txt");
    assertThat(note.reason()).isEqualTo("malformed JSON; line 3");
    assertThat(note.stamp()).isEqualTo(FileStamp.of(dropFile)).isEqualTo(journal.stamp());
    assertThat(ended(open(), 10)).containsExactly(1L, 2L);
  }

  /** A disk that is attached anew, such as on another node, may be another device. */
  @Test
  void itKnowsItsFileBySizeTimeAndInodeAlone() throws IOException {
    open().close();
    BasicFileAttributes found = Files.readAttributes(dropFile, BasicFileAttributes.class);
    long nanos = found.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    Object inode = Files.getAttribute(dropFile, "unix:ino");
    assertThat(Files.readAllLines(path).get(0))
        .endsWith("size " + found.size() + ", time " + nanos + ", inode " + inode);
  }

  @Test
  void aJournalKnowsTheFileItIsOf() throws IOException {
    DropFileJournal journal = open();
    assertThat(journal.isOf(dropFile)).isTrue();
    Files.writeString(dropFile, "more", StandardOpenOption.APPEND);
    assertThat(journal.isOf(dropFile)).isFalse();
    Files.delete(dropFile);
    assertThat(journal.isOf(dropFile)).as("it has moved").isTrue();
  }

  /** Of 50,000 files of one id each none may keep more than one file open. */
  @Test
  void aJournalKeepsOneFileOpenAndNoneAfterwards() throws IOException {
    DropFileJournal journal = open();
    for (int number = 0; number < 10; number++) {
      Files.delete(path);
      journal.end(number);
      journal.sync(); // writes it again
    }
    assertThat(openFilesHere()).hasSize(1);
    journal.close();
    assertThat(openFilesHere()).isEmpty();
    open().setAside(path.resolveSibling("ids.txt.moved"));
    assertThat(openFilesHere()).isEmpty();
  }

  private List<String> openFilesHere() throws IOException {
    return OpenFiles.with(folder.toRealPath().toString());
  }

  @Test
  void aJournalThatWasRemovedIsSetAsideAllTheSame() throws IOException {
    DropFileJournal journal = open();
    journal.end(3);
    Files.delete(path);
    Path moved = path.resolveSibling("ids.txt.moved");
    journal.setAside(moved);
    assertThat(path).doesNotExist();
    assertThat(moved).content().endsWith("3;\n");
  }

  /**
   * Where all ids wait for one, each end is a range: rewriting would make the journal no shorter.
   */
  @Test
  void aJournalOfManyGapsIsNotWrittenAnewForEachId() throws IOException {
    DropFileJournal journal = open();
    StringBuilder ends = new StringBuilder();
    for (int number = 100_000; ends.length() < 1024 * 1024; number += 2) {
      ends.append(number).append(";\n");
    }
    journal.close();
    Files.writeString(path, ends, StandardOpenOption.APPEND);
    DropFileJournal next = open();
    Object file = Files.getAttribute(path, "unix:ino");
    for (int number = 0; number < 10; number += 2) {
      next.end(number);
    }
    assertThat(Files.getAttribute(path, "unix:ino")).isEqualTo(file);
    assertThat(ended(next, 12)).containsExactly(0L, 2L, 4L, 6L, 8L);
    next.close();
  }

  /** Without what was noted before it, a file that moves twice would be put back. */
  @Test
  void aMoveThatWasNotedIsKeptWhereTheJournalIsWrittenAnew() throws IOException {
    DropFileJournal journal = open();
    journal.end(1);
    journal.noteMove(".done/ids.txt", null);
    journal.end(2);
    Files.delete(path);
    journal.sync();
    journal.close();
    assertThat(MoveNote.read(path).target()).isEqualTo(".done/ids.txt");
    assertThat(MoveNote.read(path).reason()).isNull();
    assertThat(ended(open(), 10)).containsExactly(1L, 2L);
  }

  @Test
  void whatIsNoJournalOrTornTellsNoMove() throws IOException {
    assertThat(MoveNote.read(path)).isNull();
    DropFileJournal journal = open();
    journal.noteMove(".rejected/ids.txt", "b\u00e4d");
    journal.close();
    byte[] whole = Files.readAllBytes(path);
    String text = new String(whole, US_ASCII);
    assertThat(MoveNote.read(path).reason()).isEqualTo("b\u00e4d");
    Files.write(path, Arrays.copyOf(whole, text.indexOf("name ") + 6));
    assertThat(MoveNote.read(path)).as("its name is torn").isNull();
    Files.write(path, Arrays.copyOf(whole, whole.length - 2));
    assertThat(MoveNote.read(path).target()).as("its target is torn").isNull();
    assertThat(MoveNote.read(path).name()).isEqualTo("ids.txt");
    Files.write(path, new byte[0]);
    assertThat(MoveNote.read(path)).isNull();
    Files.writeString(path, text.replace("journal 6", "journal 5"));
    assertThat(MoveNote.read(path)).as("of another version").isNull();
    Files.writeString(path, text.replace("name ids", "name %ids"));
    assertThat(MoveNote.read(path)).as("torn in the middle of a name").isNull();
  }

  @Test
  void aJournalThatCannotGetItsNameLeavesNothingOpen() throws IOException {
    DropFileJournal journal = open();
    Files.delete(path);
    Path inTheWay = Files.createDirectory(path.resolveSibling("ids.txt.moved"));
    assertThatIOException().isThrownBy(() -> journal.setAside(inTheWay));
    assertThat(openFilesHere()).isEmpty();
  }
}
