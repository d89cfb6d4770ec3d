package io.serproutes.items;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

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

  @Test
  void nothingIsReadBeyondTheEnd() throws IOException {
    try (Answer answer = Answers.inFile(new byte[10])) {
      assertThat(answer.copy(10, 0)).isEmpty();
      assertThatExceptionOfType(EOFException.class).isThrownBy(() -> answer.copy(5, 6));
      assertThatExceptionOfType(EOFException.class).isThrownBy(() -> answer.byteAt(10));
    }
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
}
