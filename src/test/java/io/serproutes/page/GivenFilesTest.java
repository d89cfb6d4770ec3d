package io.serproutes.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serproutes.TinyDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class GivenFilesTest {

  @TempDir private Path inbox;

  private final List<Path> shown = new ArrayList<>();

  private GivenFiles files() {
    return new GivenFiles(inbox, shown::add);
  }

  private String give(String name, String text) throws IOException, RefusedException {
    try (GivenFiles.Part part = files().begin(text.length())) {
      List<String> before = names();
      part.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
      assertThat(names()).isEqualTo(before); // it is hidden
      return part.show(name).getFileName().toString();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(inbox)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aFileAppearsWholeAndReplacesNone() throws Exception {
    Files.writeString(inbox.resolve("ids.txt"), "of another");
    assertThat(give("ids.txt", "one")).isEqualTo("ids-2.txt");
    assertThat(give("ids.txt", "two")).isEqualTo("ids-3.txt");
    assertThat(give("a.TXT.gz", "a")).isEqualTo("a.TXT.gz");
    assertThat(give("a.TXT.gz", "b")).isEqualTo("a-2.TXT.gz");
    assertThat(names())
        .containsExactly("a-2.TXT.gz", "a.TXT.gz", "ids-2.txt", "ids-3.txt", "ids.txt");
    assertThat(inbox.resolve("ids.txt")).hasContent("of another");
    assertThat(inbox.resolve("ids-3.txt")).hasContent("two");
    assertThat(shown)
        .containsExactly(
            Path.of("ids-2.txt"), Path.of("ids-3.txt"), Path.of("a.TXT.gz"), Path.of("a-2.TXT.gz"));
  }

  /** As of characters beyond ASCII where the locale has no UTF-8. */
  @Test
  void aLongNameThatTheSystemCannotStoreKeepsItsEnding() throws Exception {
    String stem = "\0".repeat(190);
    assertThat(give(stem + ".csv", "a")).isEqualTo("_".repeat(120) + ".csv");
    assertThat(give(stem + ".csv", "b")).isEqualTo("_".repeat(120) + "-2.csv");
    assertThat(give(stem + ".csv.gz", "c")).isEqualTo("_".repeat(120) + ".csv.gz");
  }

  @Test
  void whatIsNotShownLeavesNothing() throws Exception {
    try (GivenFiles.Part part = files().begin(3)) {
      part.write(ByteBuffer.wrap(new byte[3]));
      assertThat(names()).singleElement().asString().matches("\\.page-.*\\.part");
    }
    assertThat(names()).isEmpty();
  }

  @Test
  void aSweepRemovesWhatAKilledProcessLeftAndNoMore() throws Exception {
    Path left = Files.writeString(inbox.resolve(".page-20260101T000000000Z-00.part"), "half");
    Path other = Files.writeString(inbox.resolve(".tasks-ready-1.txt.part"), "of a feeder");
    Path written = inbox.resolve(".page-20260101T000000000Z-01.part");
    try (LockedElsewhere lock = new LockedElsewhere(written)) {
      files().sweep();
      assertThat(left).doesNotExist();
      assertThat(other).exists();
      assertThat(written).exists();
      assertThat(lock.process.isAlive()).isTrue();
    }
  }

  @Test
  @Timeout(20)
  void aSweepOpensNoPipe() throws Exception {
    Path pipe = inbox.resolve(".page-x.part");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path left = Files.writeString(inbox.resolve(".page-y.part"), "half");
    files().sweep();
    assertThat(left).doesNotExist();
    assertThat(pipe).exists();
  }

  /** A file that another process writes. */
  private static final class LockedElsewhere implements AutoCloseable {
    private final Process process;

    LockedElsewhere(Path file) throws IOException {
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              GivenFilesTest.class.getName(),
              file.toString());
      process = new ProcessBuilder(command).start();
      process.getInputStream().read(); // it has the lock
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  /** The other process. */
  public static void main(String[] args) throws IOException {
    FileChannel file =
        FileChannel.open(Path.of(args[0]), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    file.lock();
    System.out.print("x");
    System.out.flush();
    System.in.read();
  }

  @Test
  void aDiskWithoutRoomTakesNoFile() throws Exception {
    try (TinyDisk disk = TinyDisk.mount(inbox, 256)) {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> files().begin(250 * 1024))
          .satisfies(e -> assertThat(e.status()).isEqualTo(507));
      assertThat(names()).isEmpty();
      try (GivenFiles.Part part = files().begin(0)) {
        disk.fill();
        assertThatExceptionOfType(IOException.class)
            .isThrownBy(() -> part.write(ByteBuffer.wrap(new byte[64 * 1024])));
      }
      assertThat(names()).containsExactly(".fill");
      disk.free();
    }
  }
}
