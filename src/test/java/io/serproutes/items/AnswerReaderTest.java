package io.serproutes.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.OpenFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {

  private static final int IN_MEMORY = AnswerReader.IN_MEMORY;

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static Answer read(InputStream in, long limit) throws IOException {
    return new AnswerReader(limit).read(in);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        32_768,
        32_769,
        65_535,
        65_536,
        65_537,
        131_072,
        131_073,
        IN_MEMORY - 1,
        IN_MEMORY,
        IN_MEMORY + 1,
        3 * IN_MEMORY + 5
      })
  void anAnswerOfAnySizeIsReadWhole(int length) throws IOException {
    byte[] body = bytes(length);
    try (Answer answer = read(new Trickle(body), length)) {
      assertThat(answer.length()).isEqualTo(length);
      assertThat(answer.copy(0, length)).isEqualTo(body);
      assertThat(answer.isSpooled()).isEqualTo(length >= IN_MEMORY);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      answer.writeTo(out, length / 3, length - length / 3);
      assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(body, length / 3, length));
      if (length > 0) {
        assertThat(answer.byteAt(length - 1)).isEqualTo(body[length - 1]);
      }
    }
  }

  /** An id may wait long with its answer; in 64 KiB steps, but for a short one. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "32768, 32768",
    "32769, 65536",
    "65535, 65536",
    "65536, 65536",
    "65537, 131072",
    "131072, 131072",
    "600000, 0"
  })
  void anAnswerHoldsLittleMoreHeapThanItNeeds(int length, int heap) throws IOException {
    try (Answer answer = read(new Trickle(bytes(length)), length)) {
      assertThat(answer.heapBytes()).isEqualTo(heap);
      answer.close();
      assertThat(answer.heapBytes()).isZero();
    }
  }

  @Test
  void aPartFromTheMiddleIsWrittenAlone() throws IOException {
    byte[] body = bytes(2 * IN_MEMORY);
    int length = IN_MEMORY + 1;
    try (Answer answer = read(new ByteArrayInputStream(body), body.length)) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      answer.writeTo(out, 10, length);
      assertThat(out.toByteArray()).isEqualTo(Arrays.copyOfRange(body, 10, 10 + length));
    }
  }

  @Test
  void anArrayIsUsedAgainOnlyWhenItsAnswerIsClosed() throws IOException {
    AnswerReader reader = new AnswerReader(100_000);
    Answer first = reader.read(new ByteArrayInputStream(bytes(50_000)));
    Answer second = reader.read(new ByteArrayInputStream(bytes(40_000)));
    assertThat(first.copy(0, 50_000)).isEqualTo(bytes(50_000));

    first.close();
    first.close(); // closing twice must not give the array to two answers
    Answer third = reader.read(new ByteArrayInputStream(bytes(45_000)));
    Answer fourth = reader.read(new ByteArrayInputStream(bytes(35_000)));

    assertThat(second.copy(0, 40_000)).isEqualTo(bytes(40_000));
    assertThat(third.copy(0, 45_000)).isEqualTo(bytes(45_000));
    assertThat(fourth.copy(0, 35_000)).isEqualTo(bytes(35_000));
    for (ThrowingCallable reading :
        new ThrowingCallable[] {
          () -> first.copy(0, 1),
          () -> first.byteAt(0),
          () -> first.parse(0, 1),
          () -> first.writeTo(OutputStream.nullOutputStream(), 0, 1)
        }) {
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(reading)
          .withMessage("the answer is closed");
    }
  }

  /** A new array would be copied by each young collection while its task is in work. */
  @ParameterizedTest
  @ValueSource(ints = {0, 10, 40_000, 65_536, 150_000, 196_608, IN_MEMORY, 2 * IN_MEMORY + 5})
  void theNextAnswerIsReadIntoTheArraysOfOneThatWasClosed(int length) throws IOException {
    AnswerReader reader = new AnswerReader(length);
    Set<byte[]> arrays = new HashSet<>(); // each is equal to itself only
    reader.read(new Noting(bytes(length), arrays)).close();
    int ofTheFirst = arrays.size();
    assertThat(ofTheFirst).isPositive();
    reader.read(new Noting(bytes(length), arrays)).close();
    assertThat(arrays.size()).isEqualTo(ofTheFirst);
  }

  @Test
  void noBodyIsAnEmptyAnswer() throws IOException {
    assertThat(read(null, 10).length()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 10, 65_536, IN_MEMORY, 2 * IN_MEMORY})
  void anAnswerOverTheLimitIsNotReadToItsEnd(int limit) {
    Trickle body = new Trickle(bytes(limit + 8 * 65_536));
    assertThatExceptionOfType(AnswerReader.TooLargeException.class)
        .isThrownBy(() -> read(body, limit))
        .withMessageContaining("serp.api.max-response-size")
        .withMessageContaining(Integer.toString(limit));
    assertThat(body.left()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 2 * IN_MEMORY})
  void anAnswerThatBreaksOffIsNone(int length) {
    assertThatIOException()
        .isThrownBy(() -> read(broken(length), Long.MAX_VALUE))
        .withMessage("Read timed out");
  }

  private static InputStream broken(int length) {
    return new SequenceInputStream(
        new ByteArrayInputStream(bytes(length)),
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new SocketTimeoutException("Read timed out");
          }
        });
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void noFileStaysOpenWhereALargeAnswerIsNotReadWhole() throws IOException {
    int before = OpenFiles.with("serp-answer-").size();
    int length = 2 * IN_MEMORY;
    assertThatIOException().isThrownBy(() -> read(broken(length), Long.MAX_VALUE));
    assertThat(OpenFiles.with("serp-answer-")).hasSizeLessThanOrEqualTo(before);
    assertThatIOException()
        .isThrownBy(() -> read(new ByteArrayInputStream(bytes(length)), length - 1));
    assertThat(OpenFiles.with("serp-answer-")).hasSizeLessThanOrEqualTo(before);
  }

  /** Notes the arrays that it is read into. */
  private static final class Noting extends ByteArrayInputStream {
    private final Set<byte[]> arrays;

    Noting(byte[] bytes, Set<byte[]> arrays) {
      super(bytes);
      this.arrays = arrays;
    }

    @Override
    public int read(byte[] into, int offset, int most) {
      arrays.add(into);
      return super.read(into, offset, most);
    }
  }

  /** Gives a body as a network does: in pieces of any size. */
  private static final class Trickle extends FilterInputStream {
    private final Random random = new Random(5);

    Trickle(byte[] bytes) {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return in.read(bytes, offset, Math.min(length, 1 + random.nextInt(35_000)));
    }

    int left() {
      try {
        return in.available();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
