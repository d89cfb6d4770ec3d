package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class LineByLineTest {

  private static final int HEAD = 100;

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
    List<String> whole = text.toString().lines().toList();
    List<String> heads = new ArrayList<>();
    try (LineByLine lines = new LineByLine(pieces(text.toString(), random), HEAD)) {
      while (lines.next()) {
        String expected = whole.get(heads.size());
        heads.add(lines.head());
        if (expected.length() != HEAD) {
          assertThat(lines.isShort()).isEqualTo(expected.length() < HEAD);
        }
        if (random.nextBoolean()) {
          assertThat(read(lines.reader())).isEqualTo(expected);
        }
      }
    }
    assertThat(heads)
        .isEqualTo(whole.stream().map(l -> l.substring(0, Math.min(HEAD, l.length()))).toList());
  }

  private static String read(Reader line) throws IOException {
    StringBuilder read = new StringBuilder();
    for (int c; (c = line.read()) >= 0; ) {
      read.append((char) c);
    }
    return read.toString();
  }
}
