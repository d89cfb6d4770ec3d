package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {

  private static TerminalProgress progress(long done, long left, boolean isEndKnown, String why) {
    return new TerminalProgress(done, left, isEndKnown, 98, 3, 12, 41_000, why);
  }

  @Test
  void aBarWhereTheEndIsKnown() {
    assertThat(progress(4100, 5897, true, null).line())
        .isEqualTo("[####......]  41 %  4,100 ids done, 5,897 left, 98.0 ids/s, 1 min to go");
    assertThat(progress(1, 0, false, null).line())
        .isEqualTo("1 id done, 98.0 ids/s, 3 parked, 12 dead letters, 41,000 items");
    assertThat(new TerminalProgress(0, 0, true, 0, 0, 0, 0, null).line())
        .isEqualTo("0 ids done, 0.0 ids/s, 0 items");
  }

  @Test
  void whatHaltsItIsCutAtTheMarginAndSafe() {
    String why = "account refused: 잔액이 부족합니다\u001b[2J " + "돈".repeat(100);
    String line = progress(4, 5, true, why).line();
    assertThat(line).contains("4 ids done, halted: account refused: 잔액").doesNotContain("\u001b");
    int wide = (int) line.chars().filter(c -> c >= 0x1100).count();
    assertThat(line.length() + wide).isBetween(78, 79);
  }

  @Test
  void noLineIsLonger() {
    Random random = new Random(1);
    for (int n = 0; n < 10_000; n++) {
      TerminalProgress any =
          new TerminalProgress(
              random.nextInt(Integer.MAX_VALUE),
              random.nextInt(1 << random.nextInt(31)),
              random.nextBoolean(),
              random.nextDouble() * 1000,
              random.nextInt(1_000_000),
              random.nextInt(Integer.MAX_VALUE),
              random.nextLong() >>> 8,
              random.nextInt(4) == 0 ? "x".repeat(random.nextInt(90)) : null);
      assertThat(any.line()).hasSizeBetween(1, TerminalProgress.WIDTH);
    }
  }

  @Test
  void whatIsPrintedAppearsAboveTheLine() {
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    StatusLine status = new StatusLine(new PrintStream(shown, false, StandardCharsets.UTF_8));
    PrintStream out = status.above(new PrintStream(shown, false, StandardCharsets.UTF_8));
    out.print("a log line\n");
    status.show("one");
    out.print("begun");
    status.show("two");
    out.print(", ended\n");
    status.show("");
    out.print("last\n");
    assertThat(shown.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "a log line\n\u001b[?7lone\u001b[?7h\r\u001b[Kbegun, ended\n\u001b[?7ltwo\u001b[?7h"
                + "\r\u001b[Klast\n");
  }
}
