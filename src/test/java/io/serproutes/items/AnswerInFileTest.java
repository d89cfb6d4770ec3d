package io.serproutes.items;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.OpenFiles;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class AnswerInFileTest {

  @Test
  void aPartIsReadAsADocumentOfItsOwn() throws IOException {
    try (Answer answer = Answers.inFile("xx[1,22,333]yy".getBytes(US_ASCII));
        JsonParser part = answer.parse(2, 10)) {
      assertThat(part.nextToken()).isEqualTo(JsonToken.START_ARRAY);
      part.nextToken();
      part.nextToken();
      assertThat(part.currentTokenLocation().getByteOffset()).isEqualTo(3);
      part.nextToken();
      assertThat(part.nextToken()).isEqualTo(JsonToken.END_ARRAY);
      assertThat(part.nextToken()).isNull();
    }
  }

  /** As whoever takes over from a parser reads on. */
  @Test
  void whatAParserLeavesOfAPartIsReadByteByByte() throws IOException {
    byte[] body = ("xx[\"" + "é".repeat(10_000) + "\"]yy").getBytes(UTF_8);
    try (Answer answer = Answers.inFile(body);
        JsonParser part = answer.parse(2, body.length - 4)) {
      int at = 2 + part.releaseBuffered(new ByteArrayOutputStream());
      assertThat(at).isBetween(3, body.length - 4);
      InputStream left = (InputStream) part.getInputSource();
      for (; at < body.length - 2; at++) {
        assertThat(left.read()).isEqualTo(body[at] & 0xff);
      }
      assertThat(left.read()).isEqualTo(-1);
    }
  }

  @Test
  void nothingIsReadBeyondTheEnd() throws IOException {
    try (Answer answer = Answers.inFile(new byte[10])) {
      assertThat(answer.copy(10, 0)).isEmpty();
      assertThatExceptionOfType(EOFException.class).isThrownBy(() -> answer.copy(5, 6));
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(() -> answer.byteAt(10))
          .withMessage("the answer ends before byte 11");
    }
  }

  @Test
  void whatIsAppendedAfterAPartWasReadComesAtTheEnd() throws IOException {
    try (AnswerInFile answer = new AnswerInFile()) {
      answer.append("abc".getBytes(US_ASCII), 3);
      assertThat(answer.byteAt(0)).isEqualTo((byte) 'a');
      answer.append("de".getBytes(US_ASCII), 1);
      assertThat(answer.copy(0, 4)).isEqualTo("abcd".getBytes(US_ASCII));
      assertThat(answer.length()).isEqualTo(4);
    }
  }

  @Test
  void nothingIsAppendedOnceItIsClosed() throws IOException {
    AnswerInFile answer = new AnswerInFile();
    answer.close();
    assertThatExceptionOfType(ClosedChannelException.class)
        .isThrownBy(() -> answer.append(new byte[1], 1));
  }

  /** It is unlinked, so that not even a kill leaves it behind, and its space is free at its end. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void itsFileHasNoNameAndGoesWithIt() throws IOException {
    Answer answer = Answers.inFile(new byte[1]);
    assertThat(OpenFiles.with("serp-answer-"))
        .isNotEmpty()
        .allMatch(file -> file.endsWith(" (deleted)"));
    int before = OpenFiles.with("serp-answer-").size();
    answer.close();
    assertThat(OpenFiles.with("serp-answer-")).hasSize(before - 1);
  }

  @Test
  void closingTwiceDoesNoHarm() throws IOException {
    Answer answer = Answers.inFile(new byte[1]);
    answer.close();
    assertThatCode(answer::close).doesNotThrowAnyException();
  }

  /** As a step of somebody's route may be while it reads items. */
  @Test
  void anInterruptedReaderSpoilsNothingForTheNext() throws IOException {
    try (Answer answer = Answers.inFile("[1,22]".getBytes(US_ASCII))) {
      Thread.currentThread().interrupt();
      try {
        assertThat(answer.copy(1, 1)).containsExactly('1');
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(answer.copy(3, 2)).containsExactly('2', '2');
    }
  }

  @Test
  void onceItIsClosedNothingIsSaidAboutTheDisk() throws IOException {
    Answer answer = Answers.inFile(new byte[1]);
    answer.close();
    assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(() -> answer.copy(0, 1));
  }

  /** A place that no file has fails as a broken disk does. */
  @Test
  void aFileThatFailsIsAFailureOfTheTemporaryFolder() throws IOException {
    try (Answer answer = Answers.inFile(new byte[1])) {
      assertThatExceptionOfType(SpoolException.class)
          .isThrownBy(() -> answer.copy(-1, 1))
          .withMessageContaining(System.getProperty("java.io.tmpdir"));
    }
  }
}
