package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.OpenFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockFileTest {

  @TempDir private Path folder;

  private LockFile lock() {
    return new LockFile(folder.resolve("lock"));
  }

  @Test
  void oneHoldsItUntilItIsClosed() throws IOException {
    LockFile first = lock();
    LockFile second = lock();
    assertThat(first.isHeld()).isTrue();
    assertThat(first.isHeld()).as("it is asked for again and again").isTrue();
    assertThat(second.isHeld()).isFalse();
    first.close();
    assertThat(second.isHeld()).isTrue();
    assertThat(first.isHeld()).isFalse();
    second.close();
    assertThat(first.isHeld()).as("closed, it may be asked for again").isTrue();
    first.close();
  }

  /** Whoever comes next locks a file of its own. */
  @Test
  void aFileThatIsRemovedIsLockedAnew() throws IOException {
    try (LockFile first = lock();
        LockFile second = lock()) {
      assertThat(first.isHeld()).isTrue();
      Files.delete(folder.resolve("lock"));
      assertThat(second.isHeld()).isTrue();
      assertThat(first.isHeld()).isFalse();
      assertThat(openFiles()).hasSize(1);
    }
    assertThat(openFiles()).isEmpty();
  }

  @Test
  void whatWasNotAskedForHasNothingToRelease() throws IOException {
    LockFile first = lock();
    first.close();
    first.close();
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFileThatCannotBeMadeIsAFailure() {
    LockFile nowhere = new LockFile(folder.resolve("none").resolve("lock"));
    assertThatIOException().isThrownBy(nowhere::isHeld);
  }

  private List<String> openFiles() throws IOException {
    return OpenFiles.with(folder + "/lock");
  }
}
