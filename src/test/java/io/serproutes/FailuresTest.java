package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FailuresTest {

  @Test
  void ofAFileItSaysTheFileAndWhy() {
    NoSuchFileException missing = new NoSuchFileException("/out/a");
    assertThat(Failures.inWords(missing)).isEqualTo("/out/a: no such file");
    assertThat(Failures.inWords(new DirectoryIteratorException(missing)))
        .isEqualTo("/out/a: no such file");
    assertThat(Failures.inWords(new AccessDeniedException("/out/a")))
        .isEqualTo("/out/a: access denied");
    assertThat(Failures.inWords(new FileSystemException("/out/a", null, "Not a directory")))
        .isEqualTo("/out/a: Not a directory");
  }

  /** A name may hold what a terminal obeys, or begin a line of its own. */
  @Test
  void aNameOfAFileIsPrintable() {
    assertThat(Failures.inWords(new NoSuchFileException("/out/a\n\u001b[2J")))
        .isEqualTo("/out/a__[2J: no such file");
    assertThat(Failures.inWords(new FileSystemException("/out/a\n", null, "Not a directory")))
        .isEqualTo("/out/a_: Not a directory");
  }

  @Test
  void anythingElseSaysItsMessageOrItsType() {
    assertThat(Failures.inWords(new IOException("No space left on device")))
        .isEqualTo("No space left on device");
    assertThat(Failures.inWords(new IOException())).isEqualTo("java.io.IOException");
    assertThat(Failures.inWords(new NoClassDefFoundError("a/B")))
        .isEqualTo("java.lang.NoClassDefFoundError: a/B");
  }
}
