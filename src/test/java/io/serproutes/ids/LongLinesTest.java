package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LongLinesTest {

  private static final int LONGEST = 100;

  private static List<String> lines(String text, Random random) throws IOException {
    try (BufferedReader lines = new BufferedReader(new LongLines(pieces(text, random), LONGEST))) {
      return lines.lines().toList();
    }
  }

  private static Reader pieces(String text, Random random) {
    return new FilterReader(new StringReader(text)) {
      @Override
      public int read(char[] chars, int offset, int length) throws IOException {
        return in.read(chars, offset, Math.min(length, 1 + random.nextInt(150)));
      }
    };
  }

  @Property(tries = 300, seed = "1")
  void everyLineIsCutAndNoneIsLost(@ForAll Random random) throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append("x".repeat(random.nextInt(4) == 0 ? random.nextInt(1000) : random.nextInt(120)));
      text.append(List.of("\n", "\r\n", "\r", "\n\n").get(random.nextInt(4)));
    }
    List<String> expected =
        text.toString()
            .lines()
            .map(line -> line.substring(0, Math.min(LONGEST, line.length())))
            .toList();
    assertThat(lines(text.toString(), random)).isEqualTo(expected);
  }

  @Test
  void oneCharacterAtATimeIsReadTheSame() throws IOException {
    LongLines lines = new LongLines(new StringReader("abcdef\nghi"), 4);
    StringBuilder read = new StringBuilder();
    for (int c; (c = lines.read()) >= 0; ) {
      read.append((char) c);
    }
    assertThat(read).hasToString("abcd\nghi");
  }
}
