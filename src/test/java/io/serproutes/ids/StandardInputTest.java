package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.serproutes.ids.IdReader.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandardInputTest {

  private static InputStream text(String lines) {
    return new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Entry> readToItsEnd(StandardInput input) throws IOException {
    List<Entry> entries = new ArrayList<>();
    while (input.isOpen()) {
      Entry entry = input.next();
      if (entry == null) {
        Thread.onSpinWait();
      } else {
        entries.add(entry);
      }
    }
    assertThat(input.next()).isNull();
    return entries;
  }

  @Test
  void itsLinesAreReadToItsEnd() throws IOException {
    StandardInput input = new StandardInput(text("\uFEFFa\n# comment\n\n b \r\nc"));
    assertThat(readToItsEnd(input))
        .containsExactly(new Entry("a", 1), new Entry("b", 4), new Entry("c", 5));
    assertThat(input.skipped()).isEmpty();
    assertThat(input.passedOver()).isZero();
  }

  /** The thread reads no more than 1,000 ahead of who takes them. */
  @Test
  void noneOfManyIsLost() throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 5000; i++) {
      lines.append(i).append('\n');
    }
    assertThat(readToItsEnd(new StandardInput(text(lines.toString()))))
        .hasSize(5000)
        .endsWith(new Entry("4999", 5000));
  }

  @Test
  void aWriterThatWritesNothingHoldsUpNobody() throws IOException {
    try (PipedOutputStream writer = new PipedOutputStream()) {
      StandardInput input = new StandardInput(new PipedInputStream(writer));
      assertThat(input.next()).isNull();
      assertThat(input.isOpen()).isTrue();
      writer.write("first\nsec".getBytes(StandardCharsets.UTF_8));
      writer.flush();
      List<Entry> came = new ArrayList<>();
      await()
          .until(
              () -> {
                Entry entry = input.next();
                return entry != null && came.add(entry);
              });
      assertThat(came).containsExactly(new Entry("first", 1));
      assertThat(input.next()).isNull();
      assertThat(input.isOpen()).isTrue();
    }
  }

  @Test
  void aStreamThatFailsSaysWhyOnce() throws IOException {
    StandardInput input =
        new StandardInput(
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("Input/output error");
              }
            });
    assertThatIOException().isThrownBy(() -> readToItsEnd(input)).withMessage("Input/output error");
    assertThat(input.isOpen()).isFalse();
    assertThat(input.next()).isNull();
    input.close();
  }

  @Test
  void whatIsNoTextIsRefused() {
    byte[] gzip = {0x1f, (byte) 0x8b, 8, 0};
    assertThatIOException()
        .isThrownBy(() -> readToItsEnd(new StandardInput(new ByteArrayInputStream(gzip))))
        .withMessageStartingWith("compressed with gzip");
  }

  /** The program ends while its reader waits for the next line. */
  @Test
  void itsThreadKeepsNoProgramAlive() throws IOException {
    try (PipedOutputStream writer = new PipedOutputStream()) {
      new StandardInput(new PipedInputStream(writer));
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> thread.getName().equals("serp-standard-input"))
          .isNotEmpty()
          .allMatch(Thread::isDaemon);
    }
  }
}
