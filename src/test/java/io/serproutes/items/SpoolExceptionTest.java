package io.serproutes.items;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpoolExceptionTest {

  static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of(new IOException("No space left on device"), "No space left on device"),
        Arguments.of(new FileSystemException("/tmp/x", null, "Read-only"), "Read-only"),
        Arguments.of(
            new NoSuchFileException("/tmp/x"), "java.nio.file.NoSuchFileException: /tmp/x"),
        Arguments.of(new IOException(), "java.io.IOException"));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void itNamesTheFolderAndTheReason(IOException cause, String reason) {
    SpoolException failure = new SpoolException(cause);
    assertThat(failure)
        .hasMessage(
            "the temporary folder %s cannot keep a large answer: %s",
            System.getProperty("java.io.tmpdir"), reason)
        .hasNoCause();
  }

  @Test
  void itSaysWhatCanBeDone() {
    assertThat(new SpoolException(new IOException()).cure()).contains("-Djava.io.tmpdir");
  }
}
