package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.TinyDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderCheckTest {

  @TempDir Path dir;

  @Test
  void aFolderThatWorksIsLeftAsItWas() throws IOException {
    FolderCheck check = new FolderCheck(dir);
    check.run();
    assertThat(dir).isEmptyDirectory();
    assertThat(check).hasToString(dir + ":");
  }

  @Test
  void aFolderThatIsMissingIsNotMade() throws IOException {
    FolderCheck check = new FolderCheck(dir.resolve("a/b"));
    check.run();
    assertThat(dir).isEmptyDirectory();
    assertThat(check)
        .hasToString(dir.resolve("a/b") + " is missing and will be made in " + dir + ", where");
  }

  @Test
  void aFileInItsPlaceIsNamed() throws IOException {
    Path taken = Files.createFile(dir.resolve("taken"));
    for (Path folder : new Path[] {taken, taken.resolve("inbox")}) {
      assertThatThrownBy(() -> new FolderCheck(folder).run())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(taken.toString());
    }
  }

  @Test
  void aFullDiskFailsAndNothingIsLeftThere() throws IOException {
    try (TinyDisk disk = TinyDisk.mount(dir, 256)) {
      assertThatCode(() -> new FolderCheck(dir).run()).doesNotThrowAnyException();
      disk.fill();
      assertThatThrownBy(() -> new FolderCheck(dir).run()).hasMessageContaining("No space left");
      assertThat(dir.toFile().list()).containsExactly(".fill");
    }
  }

  @Test
  void sizesForPeople() {
    assertThat(FolderCheck.inWords(37L << 20)).isEqualTo("37.0 MiB");
    assertThat(FolderCheck.inWords(12_800L << 20)).isEqualTo("12.5 GiB");
  }
}
