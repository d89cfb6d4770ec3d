package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.serproutes.LogLines;
import io.serproutes.OpenFiles;
import io.serproutes.PowerCut;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimsTest {

  private static final Path A = Path.of("a.txt");
  private static final Path B = Path.of("b.txt");

  @TempDir private Path temp;
  private final AtomicLong time = new AtomicLong();
  private Path folder;
  @AutoClose private Claims claims;

  @BeforeEach
  void open() throws IOException {
    folder = temp.resolve(".serp");
    claims = new Claims(folder, time::get);
    claims.open();
  }

  /** What else is in it may have been promised: an answer that was posted, a journal. */
  @Test
  void theFolderSurvivesAPowerCut() throws IOException {
    PowerCut disk = new PowerCut(Files.createDirectory(temp.resolve("disk")));
    try (Claims another = new Claims(disk.root().resolve(".serp"), time::get)) {
      another.open();
      assertThat(disk.atRisk()).containsExactly(".serp/", ".serp/claims");
    }
  }

  @Test
  void aNameIsClaimedOnce() throws IOException {
    assertThat(claims.isReady()).isTrue();
    assertThat(claims.take(A)).isTrue();
    assertThat(claims.take(A)).isFalse();
    assertThat(claims.take(B)).isTrue();
    assertThat(claims.isTakenElsewhere(A)).as("it is ours").isFalse();
    claims.release(A);
    assertThat(claims.take(A)).isTrue();
    claims.release(A);
    claims.release(A);
    assertThat(claims.isTakenElsewhere(A)).isFalse();
  }

  /** Names that a hash of 31 * h + c does not tell apart. */
  @Test
  void namesShareNoClaim() throws IOException {
    assertThat("Aa.txt".hashCode()).isEqualTo("BB.txt".hashCode());
    assertThat(claims.take(Path.of("Aa.txt"))).isTrue();
    assertThat(claims.take(Path.of("BB.txt"))).isTrue();
    assertThat(Claims.place(A)).isNotNegative().isNotEqualTo(Claims.place(B));
  }

  private static void remove(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  @Test
  void whatIsHeldIsClaimedAnewWhereTheFolderWasRemoved() throws Exception {
    assertThat(claims.take(A)).isTrue();
    remove(folder);
    assertThat(claims.isReady()).as("others may still have to claim what they hold").isFalse();
    assertThat(folder.resolve("claims")).exists();
    assertThat(otherProcessCanLock(Claims.place(A))).isFalse();
    assertThat(otherProcessCanLock(Claims.place(B))).isTrue();

    time.addAndGet(Duration.ofSeconds(10).toNanos());
    assertThat(claims.isReady()).isTrue();
    assertThat(claims.take(B)).isTrue();
    assertThat(otherProcessCanLock(Claims.place(B))).isFalse();
    claims.release(A);
    assertThat(otherProcessCanLock(Claims.place(A))).isTrue();
  }

  @Test
  void aClaimIsNeverOnAFileThatIsNoLongerThere() throws Exception {
    remove(folder);
    assertThat(claims.take(A)).isTrue();
    assertThat(otherProcessCanLock(Claims.place(A))).isFalse();
  }

  @Test
  void aClaimThatFailsIsFreeAgain() throws IOException {
    Path aside = Files.move(folder, temp.resolve("aside"));
    Files.createFile(folder); // where the folder was, the file of claims cannot be looked at
    assertThatIOException().isThrownBy(() -> claims.take(A));
    Files.delete(folder);
    Files.move(aside, folder);
    assertThat(claims.isTakenElsewhere(A)).isFalse();
    assertThat(claims.take(A)).isTrue();
  }

  @Test
  void anotherProcessHoldsAClaim() throws Exception {
    try (LockOfOtherProcess other =
        new LockOfOtherProcess(folder.resolve("claims"), Claims.place(A))) {
      assertThat(other.hasLock()).isTrue();
      assertThat(claims.isTakenElsewhere(A)).isTrue();
      assertThat(claims.isTakenElsewhere(B)).isFalse();
      assertThat(claims.take(A)).isFalse();
    }
    assertThat(claims.take(A)).as("the claim dies with its process").isTrue();
  }

  /**
   * Camel makes a bean of a route file more than once. The system takes away all locks of a process
   * on a file when the process closes the file once, and the garbage collector closes files.
   */
  @Test
  void claimsOutliveOthersOfThisProcessThatAreGarbage() throws Exception {
    WeakReference<Claims> other = new WeakReference<>(openAnother());
    assertThat(claims.take(A)).isTrue();
    await()
        .until(
            () -> {
              System.gc();
              return other.get() == null;
            });
    System.gc(); // also what it held
    assertThat(otherProcessCanLock(Claims.place(A))).isFalse();
  }

  /** A host may start and stop contexts for as long as it lives. */
  @Test
  void whatEndsClosesTheFileWithTheLastOfThisProcess() throws Exception {
    Claims another = openAnother();
    assertThat(another.take(A)).isTrue();
    assertThat(claims.take(A)).isFalse();
    assertThat(claims.take(B)).isTrue();
    assertThat(openClaims()).hasSize(1);

    another.close();
    assertThat(openClaims()).hasSize(1);
    assertThat(otherProcessCanLock(Claims.place(A))).isTrue();
    assertThat(otherProcessCanLock(Claims.place(B))).as("not touched").isFalse();

    claims.close();
    assertThat(openClaims()).isEmpty();
    claims.release(B);
    assertThat(claims.take(B)).as("opened again").isTrue();
    assertThat(otherProcessCanLock(Claims.place(B))).isFalse();
  }

  @Test
  void whatIsRenewedClosesTheFileThatWasRemoved() throws Exception {
    Claims another = openAnother();
    assertThat(claims.take(A)).isTrue();
    remove(folder);
    assertThat(claims.renew()).isTrue();
    assertThat(another.renew()).isTrue();
    assertThat(openClaims()).hasSize(1);
    assertThat(otherProcessCanLock(Claims.place(A))).isFalse();
  }

  private List<String> openClaims() throws IOException {
    return OpenFiles.with(folder + "/claims");
  }

  private Claims openAnother() throws IOException {
    Claims another = new Claims(folder, time::get);
    another.open();
    return another;
  }

  private boolean otherProcessCanLock(long place) throws Exception {
    try (LockOfOtherProcess other = new LockOfOtherProcess(folder.resolve("claims"), place)) {
      return other.hasLock();
    }
  }

  /** Others look every second, and would else lose theirs to this process. */
  @Test
  void othersHaveThreeSecondsToClaimAgainWhatTheyHold() throws IOException {
    time.set(-1);
    remove(folder);
    assertThat(claims.isReady()).isFalse();
    time.addAndGet(Duration.ofSeconds(3).toNanos() - 1);
    assertThat(claims.isReady()).isFalse();
    time.addAndGet(1);
    assertThat(claims.isReady()).isTrue();
  }

  @Test
  void whatAnotherHasClaimedMeanwhileIsSaid() throws IOException {
    Claims another = openAnother();
    for (Path name : List.of(A, B, Path.of("c.txt"))) {
      assertThat(claims.take(name)).isTrue();
    }
    remove(folder);
    assertThat(another.renew()).isTrue();
    assertThat(another.take(A)).isTrue();
    try (LogLines log = LogLines.of("serp-ids-from-folder")) {
      assertThat(claims.renew()).isTrue();
      assertThat(claims.renew()).isFalse();
      assertThat(log.lines())
          .containsExactly(
              "WARN another process has claimed a file that this one works on",
              "WARN %s was removed while the program runs; the files in work are claimed again. Do"
                      .formatted(folder.resolve("claims"))
                  + " not remove it (serp.folder.inbox: the progress of drop files is kept)");
    }
    claims.release(A);
    assertThat(claims.isTakenElsewhere(A)).isTrue();
    another.release(A);
    assertThat(claims.take(A)).isTrue();
    assertThat(another.take(B)).isFalse();
    another.close();
  }

  @Test
  void whatIsClosedKnowsNoClaimOfItsOwn() throws IOException {
    assertThat(claims.take(A)).isTrue();
    claims.close();
    assertThat(claims.isReady()).as("opened again").isTrue();
    Claims another = openAnother();
    assertThat(another.take(A)).isTrue();
    assertThat(claims.isTakenElsewhere(A)).isTrue();
    another.close();
    assertThat(claims.take(A)).isTrue();
  }

  @Test
  void theFolderHoldsNothingButTheClaims() throws IOException {
    claims.close();
    claims.open();
    claims.open();
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(folder.resolve("claims"));
    }
    assertThat(openClaims()).hasSize(1);
  }

  /** While the program runs it is tried again, and may be a folder again. */
  @Test
  void aFolderThatIsReplacedByALinkIsAFailureOfTheMoment() throws IOException {
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    remove(folder);
    Files.createSymbolicLink(folder, elsewhere);
    assertThatIOException()
        .isThrownBy(claims::isReady)
        .withMessage(
            "serp.folder.inbox: the progress of drop files is kept in %s, but it is a link or a"
                    .formatted(folder)
                + " file, not a folder; remove it, or run every process of this folder as the same"
                + " user");
    assertThat(elsewhere).isEmptyDirectory();
    Files.delete(folder);
    assertThat(claims.isReady()).isFalse();
    assertThat(folder.resolve("claims")).exists();
  }
}
