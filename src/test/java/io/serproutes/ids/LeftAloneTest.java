package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftAloneTest {

  @TempDir private Path folder;
  private final AtomicLong time = new AtomicLong();
  private final LeftAlone leftAlone = new LeftAlone(time::get);
  private Path file;

  @BeforeEach
  void drop() throws IOException {
    file = Files.writeString(folder.resolve("ids.txt"), "ids");
  }

  private void pass(Duration duration) {
    time.addAndGet(duration.toNanos());
  }

  @Test
  void aFileThatCannotBeMovedIsTriedAgainAfterAMinute() {
    assertThat(leftAlone.isLeftAlone(file)).isFalse();
    leftAlone.failed(file, "cannot be moved", true);
    assertThat(leftAlone.isLeftAlone(file)).isTrue();
    assertThat(leftAlone.isOver(file)).isTrue();
    pass(Duration.ofSeconds(59));
    assertThat(leftAlone.isLeftAlone(file)).isTrue();
    pass(Duration.ofSeconds(1));
    assertThat(leftAlone.isLeftAlone(file)).isFalse();
    assertThat(leftAlone.isOver(file)).as("nobody waits for it").isTrue();
    leftAlone.moved(file);
    assertThat(leftAlone.isOver(file)).isFalse();
  }

  @Test
  void aFileWithIdsToReadIsWaitedFor() {
    leftAlone.failed(file, "waits: no space left", false);
    assertThat(leftAlone.isLeftAlone(file)).isTrue();
    assertThat(leftAlone.isOver(file)).isFalse();
    pass(Duration.ofSeconds(5));
    assertThat(leftAlone.isLeftAlone(file)).isFalse();
  }

  /** The system's reasons quote the name of the file as it is. */
  @Test
  void aReasonIsOneLineWithoutControlCharacters() throws IOException {
    Path odd = Files.writeString(folder.resolve("a\n\u001b[2J.txt"), "ids");
    String denied = odd + ": Permission denied";
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      leftAlone.failed(odd, "cannot be moved: " + denied, true);
      leftAlone.name(odd, "its attributes cannot be read: " + denied);
      leftAlone.folder(new IOException(denied));
      String shown = folder + "/a__[2J.txt: Permission denied";
      assertThat(log.lines())
          .containsExactly(
              "WARN a__[2J.txt cannot be moved: " + shown,
              "WARN a__[2J.txt is left alone: its attributes cannot be read: " + shown,
              "WARN the inbox cannot be read and is tried again: " + shown);
    }
  }

  @Test
  void aFileThatChangesIsTriedAtOnce() throws IOException {
    leftAlone.failed(file, "cannot be moved", true);
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    assertThat(leftAlone.isLeftAlone(file)).isFalse();
    assertThat(leftAlone.isOver(file)).isFalse();
  }
}
