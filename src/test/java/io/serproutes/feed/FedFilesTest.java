package io.serproutes.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.LogLines;
import io.serproutes.PowerCut;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FedFilesTest {

  private static final long SECOND = 1_000_000_000L;
  private static final String STAMP = "20261126T193107123Z";

  @TempDir private Path temp;
  private Path inbox;
  private final List<Path> shown = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger syncs = new AtomicInteger();
  private FedFiles.Sync disk = file -> file.force(true);
  private long now = -5;

  @BeforeEach
  void makeInbox() {
    inbox = temp.resolve("inbox");
  }

  private FedFiles start() throws IOException {
    FedFiles files =
        new FedFiles(
            inbox,
            "webhooks",
            shown::add,
            file -> {
              syncs.incrementAndGet();
              disk.force(file);
            },
            () -> now);
    files.prepare();
    return files;
  }

  private static TaskId id(long number) {
    return TaskId.of(7, number);
  }

  private static List<TaskId> ids(long from, long to) {
    return LongStream.range(from, to).mapToObj(FedFilesTest::id).toList();
  }

  private static String lines(long from, long to) {
    StringBuilder lines = new StringBuilder();
    ids(from, to).forEach(id -> lines.append(id).append('\n'));
    return lines.toString();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(inbox)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<String> visible() throws IOException {
    return names().stream().filter(name -> !name.startsWith(".")).toList();
  }

  private String content() throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : visible()) {
      all.append(Files.readString(inbox.resolve(name)));
    }
    return all.toString();
  }

  @Test
  void aPageIsOneFileThatAppearsWhole() throws IOException {
    FedFiles files = start();
    String name = files.keep(ids(0, 1000));
    assertThat(name).matches("webhooks-\\d{8}T\\d{9}Z\\.txt");
    assertThat(names()).containsExactly(name);
    assertThat(content()).isEqualTo(lines(0, 1000));
    assertThat(shown).containsExactly(Path.of(name));
    assertThat(syncs).hasValue(1);
  }

  @Test
  void whatComesWithinASecondIsKeptHiddenAndShownTogether() throws IOException {
    FedFiles files = start();
    files.keep(ids(0, 1));
    files.keep(ids(1, 2));
    now += SECOND - 1;
    String second = files.keep(ids(2, 3));
    files.tick();
    assertThat(content()).isEqualTo(lines(0, 1));
    assertThat(Files.readString(inbox.resolve("." + second + ".part"))).isEqualTo(lines(1, 3));
    assertThat(syncs).hasValue(3);
    now += 1;
    files.tick();
    assertThat(content()).isEqualTo(lines(0, 3));
    assertThat(names()).hasSize(2);
  }

  /** A run once waits for it, but not without end. */
  @Test
  void whatCannotBeShownIsNotForgotten() throws IOException {
    FedFiles files = start();
    assertThat(files.isShown()).isTrue();
    files.keep(ids(0, 1));
    assertThat(files.isShown()).isTrue();
    String name = files.keep(ids(1, 2));
    assertThat(files.isShown()).isFalse();
    assertThat(files.whyNotShown()).isNull();
    Path inTheWay = Files.createDirectory(inbox.resolve(name));
    now += SECOND;
    files.tick();
    assertThat(files.isShown()).isFalse();
    assertThat(files.whyNotShown()).startsWith(name + " cannot be shown to the inbox: ");
    Files.delete(inTheWay);
    files.tick();
    assertThat(files.isShown()).isTrue();
    assertThat(files.whyNotShown()).isNull();
  }

  @Test
  void atAStopAllIsShown() throws IOException {
    FedFiles files = start();
    files.keep(ids(0, 1));
    files.keep(ids(1, 2));
    files.close();
    assertThat(content()).isEqualTo(lines(0, 2));
    assertThat(names()).hasSize(2);
  }

  @Test
  void anUnexpectedFailureKeepsNothingAndEndsTheFile() throws IOException {
    FedFiles files = start();
    disk =
        file -> {
          throw new IllegalStateException("planned by the test");
        };
    assertThatIOException().isThrownBy(() -> files.keep(ids(0, 1)));
    disk = file -> file.force(true);
    String name = files.keep(ids(1, 2));
    assertThat(visible()).containsExactly(name);
    assertThat(content()).isEqualTo(lines(1, 2));
  }

  @Test
  void whatTheDiskDoesNotTakeIsRefusedAndTheNextIsKept() throws IOException {
    FedFiles files = start();
    now += SECOND;
    files.keep(ids(0, 1));
    files.keep(ids(1, 2)); // durable, and not yet shown
    disk =
        file -> {
          throw new IOException("No space left on device");
        };
    assertThatThrownBy(() -> files.keep(ids(2, 3))).hasMessageContaining("No space left");
    disk = file -> file.force(true);
    files.keep(ids(3, 4));
    now += SECOND;
    files.tick();
    files.tick();
    assertThat(content().lines().toList())
        .as("one that was refused may come through")
        .containsAll(lines(0, 2).lines().toList())
        .contains(id(3).value());
    assertThat(names()).as("nothing stays hidden").isEqualTo(visible());
  }

  /** Each copy of a page would be delivered. */
  @Test
  void aPageThatIsKeptAtItsSecondAttemptIsThereOnce() throws IOException {
    FedFiles files = start();
    files.keep(ids(0, 1));
    files.keep(ids(1, 2)); // durable, and not yet shown
    disk =
        file -> {
          throw new IOException("No space left on device");
        };
    for (int attempt = 0; attempt < 3; attempt++) {
      assertThatIOException().isThrownBy(() -> files.keep(ids(2, 5)));
    }
    disk = file -> file.force(true);
    files.tick();
    files.keep(ids(2, 5));
    files.close();
    assertThat(content().lines()).containsExactlyInAnyOrderElementsOf(lines(0, 5).lines().toList());
    assertThat(names()).as("nothing stays hidden").isEqualTo(visible());
  }

  /** What is written to a file without a name is lost; the call would have its 200. */
  @Test
  void whatGoesToAFileThatWasTakenAwayIsRefusedAndTheNextIsKept() throws IOException {
    FedFiles files = start();
    files.keep(ids(0, 1));
    String gone = files.keep(ids(1, 2));
    Files.delete(inbox.resolve("." + gone + ".part"));
    assertThatIOException()
        .isThrownBy(() -> files.keep(ids(2, 3)))
        .withMessageContaining(gone)
        .withMessageContaining("was taken away");
    files.keep(ids(2, 3));
    Files.move(inbox, temp.resolve("elsewhere"));
    assertThatIOException().isThrownBy(() -> files.keep(ids(3, 4)));
    files.keep(ids(3, 4));
    files.close();
    assertThat(content()).isEqualTo(lines(3, 4));
  }

  /** What a kill leaves, step by step. */
  @Test
  void aStartFinishesWhatAKillLeft() throws IOException {
    Files.createDirectories(inbox);
    Path hidden = inbox.resolve(".webhooks-" + STAMP + ".txt.part");
    String name = "webhooks-" + STAMP + ".txt";

    Files.writeString(hidden, ""); // made, nothing written
    start();
    assertThat(names()).isEmpty();

    Files.writeString(hidden, lines(0, 2) + "00000000-0000-0007-0000-00000000"); // torn
    start();
    assertThat(names()).containsExactly(name);
    assertThat(content()).isEqualTo(lines(0, 2));
    assertThat(shown).contains(Path.of(name));

    Files.writeString(hidden, lines(2, 4)); // whole, and its name is taken
    try (LogLines log = LogLines.of("serp-keep-in-folder")) {
      start();
      assertThat(log.lines())
          .singleElement()
          .asString()
          .matches("INFO webhooks-\\S+ was left unfinished and is taken");
    }
    assertThat(content().lines()).containsExactlyInAnyOrderElementsOf(lines(0, 4).lines().toList());
    assertThat(names()).hasSize(2).contains(name).isEqualTo(visible());
  }

  @Test
  void whatAPowerCutLeavesBehindTheLastSyncIsCutOff() throws IOException {
    Files.createDirectories(inbox);
    Path hidden = inbox.resolve(".webhooks-" + STAMP + ".txt.part");
    Files.writeString(hidden, lines(0, 2) + "\0".repeat(74));
    start();
    assertThat(content()).isEqualTo(lines(0, 2));
  }

  /** Whoever may write to the inbox may have made them. */
  @Test
  void whatIsNoFileOfOursHoldsUpNoOther() throws Exception {
    Files.createDirectories(inbox);
    Files.createDirectory(inbox.resolve(".webhooks-20261126T193107121Z.txt.part"));
    Path other = Files.writeString(temp.resolve("other"), "x");
    Files.createSymbolicLink(inbox.resolve(".webhooks-20261126T193107122Z.txt.part"), other);
    String pipe = inbox.resolve(".webhooks-20261126T193107123Z.txt.part").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    Files.writeString(inbox.resolve(".webhooks-20261126T193107124Z.txt.part"), lines(0, 1));
    Files.writeString(inbox.resolve(".webhooks-20261126T193107125Z.txt.part"), lines(1, 2));
    disk =
        new FedFiles.Sync() {
          private boolean hasFailed;

          @Override
          public void force(FileChannel file) throws IOException {
            if (!hasFailed) {
              hasFailed = true;
              throw new IOException("planned by the test");
            }
          }
        };
    FedFiles files = start();
    assertThat(visible()).hasSize(1);
    for (int second = 0; second < 60; second++) {
      files.tick();
    }
    assertThat(visible()).hasSize(2);
    assertThat(names()).hasSize(5);
    assertThat(other).hasContent("x");
  }

  /** One of whole ids is as good as the file itself: nothing of it is cut. */
  @Test
  void aHardLinkToAnotherFileIsNotCut() throws IOException {
    Files.createDirectories(inbox);
    Path other = Files.writeString(temp.resolve("other"), "x");
    Path link = inbox.resolve(".webhooks-20260101T000000000Z.txt.part");
    Files.createLink(link, other);
    Path ids = Files.writeString(temp.resolve("ids"), lines(0, 1));
    Files.createLink(inbox.resolve(".webhooks-" + STAMP + ".txt.part"), ids);
    try (LogLines log = LogLines.of("serp-keep-in-folder")) {
      start();
      assertThat(log.lines()).anyMatch(line -> line.matches("WARN .*is a hard link.*"));
    }
    assertThat(other).hasContent("x");
    assertThat(link).exists();
    assertThat(content()).isEqualTo(lines(0, 1));
  }

  @Test
  void theFileOfALivingWriterIsLeftToIt() throws IOException {
    FedFiles first = start();
    first.keep(ids(0, 1));
    String second = first.keep(ids(1, 2));
    start();
    assertThat(visible()).hasSize(1);
    now += SECOND;
    first.tick();
    assertThat(visible()).hasSize(2).contains(second);
  }

  @Test
  void filesOfOthersAreLeftAlone() throws IOException {
    Files.createDirectories(inbox);
    Files.writeString(inbox.resolve(".webhooks.txt.part"), "x");
    Files.writeString(inbox.resolve(".tasks-ready-" + STAMP + ".txt.part"), lines(0, 1));
    Files.writeString(inbox.resolve(".webhooks-\n" + STAMP + ".txt.part"), lines(0, 1));
    Files.writeString(inbox.resolve(".webhooks-é.txt.part"), "");
    start();
    assertThat(names()).hasSize(4);
  }

  /** The vendor is told 200 for these ids and does not call again. */
  @Test
  void whatIsKeptSurvivesAPowerCut() throws IOException {
    PowerCut cut = new PowerCut(temp);
    Path folder = cut.root().resolve("in").resolve("box");
    FedFiles files =
        new FedFiles(folder, "webhooks", shown::add, file -> file.force(true), () -> now);
    files.prepare();
    files.keep(List.of(id(1)));
    assertThat(cut.atRisk()).isEmpty();
    now += SECOND;
    files.keep(List.of(id(2)));
    assertThat(shown).isNotEmpty();
    assertThat(cut.atRisk()).isEmpty();
    files.keep(List.of(id(3)));
    files.close();
    assertThat(cut.atRisk()).isEmpty();
  }
}
