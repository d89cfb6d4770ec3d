package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.IllegalSettingException;
import io.serproutes.OpenFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimedFilesTest {

  @TempDir private Path inbox;

  private final AtomicInteger looks = new AtomicInteger();
  private int failsAt = -1;

  private long time() {
    if (looks.incrementAndGet() == failsAt) {
      throw new IllegalSettingException("the claims cannot be renewed");
    }
    return 0;
  }

  private static List<Path> look(ClaimedFiles files, Path inbox) throws IOException {
    List<Path> claimed = new ArrayList<>();
    Iterator<Path> look = files.in(new InboxWalk(inbox, (file, why) -> {}));
    look.forEachRemaining(claimed::add);
    return claimed;
  }

  /** A file that stayed claimed would never be read, and a run once would wait for it. */
  @Test
  void aFileWhoseClaimCannotBeCheckedIsClaimedByALaterLook() throws IOException {
    Path file = Files.writeString(inbox.resolve("ids.txt"), "ids");
    try (Claims claims = new Claims(inbox.resolve(".serp"), this::time)) {
      claims.open();
      Intake intake = new Intake();
      ClaimedFiles files = new ClaimedFiles(claims, new LeftAlone(() -> 0), Duration.ZERO, intake);
      failsAt = looks.get() + 2; // before the claim it is looked at, too
      assertThat(look(files, inbox)).isEmpty();
      assertThat(files.isEmpty()).isTrue();
      assertThat(look(files, inbox)).containsExactly(file);
      files.release(file);
    }
  }

  private Duration settle = Duration.ofHours(1);

  private ClaimedFiles files(Claims claims) throws IOException {
    claims.open();
    return new ClaimedFiles(claims, new LeftAlone(() -> 0), settle, new Intake());
  }

  private Path drop(String name) throws IOException {
    return Files.writeString(inbox.resolve(name), "ids");
  }

  /** Of very many, other processes have taken most: their names may be forgotten. */
  @Test
  void aThousandNamesOfWholeFilesAreKnown() throws IOException {
    try (Claims claims = new Claims(inbox.resolve(".serp"), () -> 0)) {
      ClaimedFiles files = files(claims);
      Path first = drop("first.txt");
      files.whole(first.getFileName());
      for (int i = 1; i < 1000; i++) {
        files.whole(Path.of("gone-" + i));
      }
      assertThat(look(files, inbox)).containsExactly(first);
      assertThat(files.isEmpty()).isFalse();
      Path last = drop("last.txt");
      files.whole(Path.of("gone"));
      files.whole(last.getFileName());
      drop("gone-1"); // one of those that were forgotten
      assertThat(look(files, inbox)).containsExactly(last);
      files.release(first);
      assertThat(look(files, inbox)).as("it is whole no more, and has to settle").isEmpty();
    }
  }

  @Test
  void aFileThatIsGoneWhenItIsClaimedHoldsUpNoReader() throws IOException {
    settle = Duration.ZERO;
    Path gone = inbox.resolve("gone.txt");
    try (Claims claims = new Claims(inbox.resolve(".serp"), () -> remove(gone))) {
      ClaimedFiles files = files(claims);
      for (int i = 0; i < 33; i++) { // more than there are readers
        drop("gone.txt");
        assertThat(look(files, inbox)).isEmpty();
        assertThat(gone).doesNotExist();
        assertThat(files.isEmpty()).isTrue();
      }
      Path there = drop("there.txt");
      assertThat(look(files, inbox)).containsExactly(there);
    }
  }

  private static long remove(Path file) {
    try {
      Files.deleteIfExists(file);
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aLookThatIsInterruptedClaimsNothing() throws IOException {
    settle = Duration.ZERO;
    Path file = drop("ids.txt");
    try (Claims claims = new Claims(inbox.resolve(".serp"), () -> 0)) {
      ClaimedFiles files = files(claims);
      Thread.currentThread().interrupt();
      List<Path> claimed = look(files, inbox);
      assertThat(Thread.interrupted()).as("the caller hears of it").isTrue();
      assertThat(claimed).isEmpty();
      assertThat(look(files, inbox)).containsExactly(file);
    }
  }

  /** As Camel's splitter does where the context stops. */
  @Test
  void aLookThatEndsEarlyReleasesWhatWasNotFetched() throws IOException {
    settle = Duration.ZERO;
    drop("a.txt");
    drop("b.txt");
    try (Claims claims = new Claims(inbox.resolve(".serp"), () -> 0)) {
      ClaimedFiles files = files(claims);
      Iterator<Path> look = files.in(new InboxWalk(inbox, (file, why) -> {}));
      Path fetched = look.next();
      assertThat(look.hasNext()).as("the second is claimed").isTrue();
      ((Closeable) look).close();
      assertThat(look.hasNext()).isFalse();
      assertThat(openFolders()).isZero();
      assertThat(look(files, inbox)).hasSize(1).doesNotContain(fetched);
    }
  }

  @Test
  void theFolderIsClosedAtTheEndOfALook() throws IOException {
    settle = Duration.ZERO;
    drop("a.txt");
    try (Claims claims = new Claims(inbox.resolve(".serp"), () -> 0)) {
      ClaimedFiles files = files(claims);
      assertThat(look(files, inbox)).hasSize(1);
      assertThat(openFolders()).isZero();
    }
  }

  private long openFolders() throws IOException {
    String folder = inbox.toRealPath().toString();
    return OpenFiles.with(folder).stream().filter(folder::equals).count();
  }
}
