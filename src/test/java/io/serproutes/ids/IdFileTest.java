package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdFileTest {

  private static final String A = TaskId.of(7, 1).value();

  @TempDir private Path folder;

  private IdFile open(String name, String text) throws IOException {
    return new IdFile(Files.writeString(folder.resolve(name), text), "/v3/mine/regular");
  }

  private static int readToItsEnd(IdFile file) throws IOException {
    int count = 0;
    while (file.next() != null) {
      count++;
    }
    return count;
  }

  @Test
  void whatIsLeftIsAsDenseAsWhatWasRead() {
    assertThat(IdFile.unread(10, 50, 200)).isEqualTo(30);
    assertThat(IdFile.unread(10, 200, 200)).isZero();
    assertThat(IdFile.unread(10, 300, 200)).as("a file that became shorter").isZero();
    assertThat(IdFile.unread(10, 0, 200)).as("not known").isZero();
  }

  @Test
  void howFarItIsIsKnown() throws IOException {
    try (IdFile file = open("ids.txt", (A + "\n").repeat(1000))) {
      assertThat(file.part()).isZero();
      assertThat(file.unread()).isZero();
      for (int i = 0; i < 500; i++) {
        file.next();
      }
      assertThat(file.part()).isEqualTo(0.5, within(0.05));
      assertThat(file.count()).isEqualTo(500);
      assertThat(file.number()).isEqualTo(499);
      readToItsEnd(file);
      assertThat(file.part()).isEqualTo(1);
      assertThat(file.position()).isEqualTo(37_000);
      assertThat(file.isOpen()).isFalse();
    }
    try (IdFile empty = open("empty.txt", "")) {
      assertThat(empty.part()).isEqualTo(1);
    }
  }

  @Test
  void theIdOfAnEntryIsNullWhereItIsNone() throws IOException {
    try (IdFile file = open("ids.txt", A.toUpperCase() + "\nbad\n")) {
      file.next();
      assertThat(file.id()).isEqualTo(TaskId.parse(A));
      file.next();
      assertThat(file.id()).isNull();
    }
  }

  @Test
  void whatWasSkippedIsKnownOnceItIsClosed() throws IOException {
    IdFile file = open("ids.csv", "x,id\n1,\n2," + A + "\n");
    assertThat(readToItsEnd(file)).isOne();
    file.close();
    assertThat(file.skipped()).isEqualTo("1 blank cell");
    assertThat(file.count()).isOne();
    assertThat(file.number()).isZero();
    assertThat(file.next()).isNull();
    file.close();
    assertThat(file.skipped()).as("closed twice").isEqualTo("1 blank cell");
  }

  /** Each is a dead letter: as many as ids are let through, and 10,000 of anything. */
  @Test
  void aFileOfMoreOtherThingsThanIdsIsBroken() throws IOException {
    try (IdFile few = open("few.txt", "bad\n".repeat(10_000))) {
      assertThat(readToItsEnd(few)).isEqualTo(10_000);
      assertThat(few.broken()).isNull();
    }
    try (IdFile half = open("half.txt", (A + "\nbad\n").repeat(10_002))) {
      assertThat(readToItsEnd(half)).as("none is told to be repeated").isEqualTo(20_004);
      assertThat(half.broken()).isNull();
    }
    try (IdFile more = open("more.txt", "bad\n" + (A + "\nbad\n").repeat(10_001))) {
      assertThat(readToItsEnd(more)).isEqualTo(20_000);
      assertThat(more.broken())
          .isEqualTo("not a file of ids: 10,001 of its first 20,001 entries are no ids");
    }
  }

  @Test
  void aFailureIsSaidToAPerson() {
    assertThat(IdFile.inWords(new AccessDeniedException("/secret")))
        .isEqualTo("permission to read the file is denied");
    assertThat(IdFile.inWords(new EOFException())).isEqualTo("bad gzip: it ends too early");
    assertThat(IdFile.inWords(new ZipException("invalid block type")))
        .isEqualTo("bad gzip: invalid block type");
    assertThat(IdFile.inWords(new NoSuchFileException("a\nb.txt")))
        .isEqualTo("a_b.txt: no such file");
  }

  @Test
  void aFileThatIsNotThereIsBroken() throws IOException {
    try (IdFile gone = new IdFile(folder.resolve("gone.txt"), "")) {
      assertThat(gone.next()).isNull();
      assertThat(gone.broken()).endsWith("gone.txt: no such file");
      assertThat(gone.isOpen()).isFalse();
    }
  }

  /** Here what is read is a folder. */
  @Test
  void aReadThatFailsSaysNothingAboutTheFile() throws IOException {
    for (String name : List.of("ids.txt", "ids.csv", "ids.json", "ids.txt.gz")) {
      Path unreadable = Files.createDirectory(folder.resolve(name));
      assertThatExceptionOfType(FileSystemException.class)
          .isThrownBy(() -> new IdFile(unreadable, ""))
          .withMessageEndingWith(name + ": Is a directory");
    }
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new FileSystemException("ids.txt", null, "Input/output error");
          }
        };
    try (IdFile file = new IdFile(new StandardInput(failing))) {
      await()
          .untilAsserted(
              () -> assertThatExceptionOfType(FileSystemException.class).isThrownBy(file::next));
      assertThat(file.broken()).isNull();
    }
  }

  /** So that an entry keeps its number when the key changes. */
  @Test
  void whatIsPassedOverIsNumberedToo() throws IOException {
    String row = "{\"id\":\"%s\",\"endpoint_regular\":\"%s/x\"}";
    String answer =
        "{\"tasks\":[{\"result\":[%s,%s,%s]}]}"
            .formatted(
                row.formatted(A, "/v3/other/regular"),
                row.formatted(A, "/v3/mine/regular"),
                row.formatted(A, "/v3/mine/regular"));
    try (IdFile file = open("ready.json", answer)) {
      file.next();
      assertThat(file.number()).isOne();
      file.next();
      assertThat(file.number()).isEqualTo(2);
    }
  }
}
