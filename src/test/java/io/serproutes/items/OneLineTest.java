package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OneLineTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "\n",
        "\r\n{}",
        "{\"a\":\"네이버\"}\n",
        "{\n  \"a\": 1,\r\n\t\"b\": 2\r}",
        "\n\n{\"a\"\n\n:\n1}\n\n"
      })
  void eachLineBreakBecomesASpaceAndAllElseStays(String json) throws IOException {
    byte[] given = ("\n" + json + "\n").getBytes(UTF_8);
    byte[] before = given.clone();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new OneLine(out).write(given, 1, given.length - 2);
    assertThat(out.toString(UTF_8)).isEqualTo(json.replace('\n', ' ').replace('\r', ' '));
    assertThat(given).as("it may be an array of the answer").isEqualTo(before);
  }
}
