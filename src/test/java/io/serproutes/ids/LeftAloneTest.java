package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
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

  @Test
  void onlyWhatHasIdsToReadKeepsARunFromItsEnd() throws IOException {
    assertThat(leftAlone.whyNotRead()).isNull();
    leftAlone.failed(file, "cannot be moved", true);
    assertThat(leftAlone.whyNotRead()).isNull();
    leftAlone.failed(file, "waits", false);
    assertThat(leftAlone.whyNotRead()).isEqualTo("ids.txt waits");
    Files.delete(file);
    assertThat(leftAlone.whyNotRead()).isNull();
    leftAlone.folder(new IOException("stale"));
    assertThat(leftAlone.whyNotRead()).isEqualTo("it cannot be read: stale");
    leftAlone.endOfLook();
    assertThat(leftAlone.whyNotRead()).isNull();
  }

  /** An endless round of reading would be the end of it. */
  @Test
  void ofVeryManyFilesNoneIsTriedAgainBeforeItsTime() throws IOException {
    int most = 10_000;
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      for (int i = 0; i < most + 2; i++) {
        leftAlone.failed(stuck(i), "cannot be moved", true);
      }
      assertThat(leftAlone.whyNotRead()).as("a run once ends").startsWith("more than 10000");
      assertThat(log.lines())
          .hasSize(most + 1)
          .last()
          .asString()
          .startsWith("WARN more than 10000 files");
    }
    assertThat(leftAlone.isLeftAlone(file)).as("in the look that goes on").isFalse();
    leftAlone.endOfLook();
    for (int i : new int[] {0, most, most + 1}) {
      assertThat(leftAlone.isLeftAlone(stuck(i))).as("file " + i).isTrue();
    }
    pass(Duration.ofMinutes(1));
    assertThat(leftAlone.isLeftAlone(stuck(most))).isFalse();
    Files.delete(stuck(0)); // by somebody else
    leftAlone.failed(stuck(most), "cannot be moved", true);
    leftAlone.endOfLook();
    assertThat(leftAlone.isLeftAlone(stuck(most))).as("there was room again").isTrue();
    assertThat(leftAlone.isLeftAlone(file)).isFalse();
  }

  private Path stuck(int number) throws IOException {
    Path path = folder.resolve("stuck-" + number);
    return Files.exists(path) ? path : Files.createFile(path);
  }

  @Test
  void whatSomebodyTookAwayIsNotShown() throws IOException {
    leftAlone.failed(file, "cannot be moved", true);
    leftAlone.failed(folder.resolve("gone.txt"), "cannot be moved", true);
    assertThat(leftAlone.shown(1)).containsOnlyKeys("ids.txt");
    Files.delete(file);
    assertThat(leftAlone.shown(50)).isEmpty();
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

  @Test
  void aNameIsLoggedOnceAndAgainWhereItCameBack() {
    Path link = folder.resolve("link.txt");
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      for (int look = 0; look < 3; look++) {
        leftAlone.name(link, "it is a link");
        leftAlone.name(link, "it is a link");
        leftAlone.endOfLook();
      }
      assertThat(log.lines()).containsExactly("WARN link.txt is left alone: it is a link");
      assertThat(leftAlone.shown(50)).containsExactly(Map.entry("link.txt", "it is a link"));
      leftAlone.endOfLook();
      assertThat(leftAlone.shown(50)).as("it is gone").isEmpty();
      leftAlone.name(link, "it is a link");
      assertThat(log.lines()).hasSize(2);
    }
  }

  @Test
  void ofVeryManyNamesTheFirstAreLogged() {
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      for (int i = 0; i < 1010; i++) {
        leftAlone.name(folder.resolve("link-" + i), "it is a link");
      }
      leftAlone.endOfLook();
      assertThat(log.lines()).hasSize(1000);
      assertThat(leftAlone.shown(2000)).hasSize(1000).doesNotContainKey("link-1000");
    }
  }

  @Test
  void aFolderThatCannotBeReadIsLoggedOnceForAReason() {
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      leftAlone.folder(new IOException("stale"));
      leftAlone.folder(new IOException("stale"));
      leftAlone.folder(new IOException("denied"));
      assertThat(log.lines())
          .containsExactly(
              "WARN the inbox cannot be read and is tried again: stale",
              "WARN the inbox cannot be read and is tried again: denied");
      leftAlone.endOfLook();
      leftAlone.folder(new IOException("denied"));
      assertThat(log.lines()).as("it was read meanwhile").hasSize(3);
    }
  }

  @Test
  void aFileThatFailsAgainIsLoggedWhereItOrTheReasonIsAnother() throws IOException {
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      leftAlone.failed(file, "cannot be moved", true);
      leftAlone.failed(file, "cannot be moved", true);
      assertThat(log.lines()).containsExactly("WARN ids.txt cannot be moved");
      leftAlone.failed(file, "waits", false);
      assertThat(log.lines()).hasSize(2);
      Files.writeString(file, "more ids");
      leftAlone.failed(file, "waits", false);
      assertThat(log.lines()).hasSize(3);
    }
  }

  @Test
  void whatIsShownIsBounded() throws IOException {
    leftAlone.name(folder.resolve("link-1"), "it is a link");
    leftAlone.name(folder.resolve("li\nk-2"), "it is\na link");
    leftAlone.endOfLook();
    leftAlone.failed(file, "cannot\nbe moved", true);
    leftAlone.failed(folder.resolve("gone.txt"), "waits", false);
    assertThat(leftAlone.shown(3))
        .containsExactly(
            Map.entry("link-1", "it is a link"),
            Map.entry("li_k-2", "it is_a link"),
            Map.entry("ids.txt", "cannot_be moved"));
    assertThat(leftAlone.shown(1)).containsOnlyKeys("link-1");
  }
}
