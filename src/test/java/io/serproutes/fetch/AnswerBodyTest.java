package io.serproutes.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerBodyTest {

  private final InputStream body =
      new AnswerBody(new ByteArrayInputStream("an answer".getBytes(UTF_8)));

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 100})
  void theWholeIsAllOfItWhateverWasReadBefore(int before) throws IOException {
    body.readNBytes(before);
    body.close();
    assertThat(AnswerBody.whole(body)).hasContent("an answer");
  }

  @Test
  void itIsReadByteByByteToo() throws IOException {
    assertThat(body.read()).isEqualTo('a');
    assertThat(AnswerBody.whole(body)).hasContent("an answer");
  }
}
