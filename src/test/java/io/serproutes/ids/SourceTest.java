package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SourceTest {

  @Property(tries = 300, seed = "1")
  void theLongestBeginningOfWholeCharactersIsLeft(
      @ForAll Random random, @ForAll @IntRange(max = 40) int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append(List.of("a", "é", "네", "😀").get(random.nextInt(4)));
    }
    String cut = Source.cut(text.toString(), most);
    assertThat(text.toString()).startsWith(cut);
    assertThat(cut.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(most);
    if (cut.length() < text.length()) {
      String longer = text.substring(0, text.offsetByCodePoints(cut.length(), 1));
      assertThat(longer.getBytes(UTF_8)).hasSizeGreaterThan(most);
    }
  }

  @Test
  void aTextThatFitsIsNotCut() {
    assertThat(Source.cut("네이버", 9)).isEqualTo("네이버");
    assertThat(Source.cut("네이버", 8)).isEqualTo("네이");
    assertThat(Source.cut("", 0)).isEmpty();
  }

  @Property(seed = "1")
  void aSafeNameIsPlainAndShortAndKeepsWhatIsPlain(@ForAll String name) {
    String safe = Source.safeName(name);
    assertThat(safe).matches("[A-Za-z0-9._-]{0,120}");
    assertThat(Source.safeName(safe)).isEqualTo(safe);
  }

  @Test
  void charactersFromOutsideBecomeUnderscores() {
    assertThat(Source.safeName("ids (1).txt")).isEqualTo("ids__1_.txt");
    assertThat(Source.safeName("../a/b\\c\n")).isEqualTo(".._a_b_c_");
    assertThat(Source.safeName("네이버-1_A.csv")).isEqualTo("___-1_A.csv");
    assertThat(Source.safeName("x".repeat(119) + "yz")).isEqualTo("x".repeat(119) + "y");
  }

  @Test
  void aSourceIsNamedAsReceiptsAndFilesNameIt() {
    Source line = Source.line("folder", "my ids.txt", 17);
    assertThat(line.label()).isEqualTo("folder:my ids.txt:17");
    assertThat(line).hasToString("folder:my ids.txt:17");
    assertThat(line.fileStem()).isEqualTo("my_ids.txt-line-17");
    assertThat(Source.named("command-line")).isEqualTo(new Source("command-line", "command-line"));
    assertThat(Source.named("kafka:t-0@42").fileStem()).isEqualTo("kafka_t-0_42");
  }

  /** A host's header and a parked record come from outside, and go into logs and receipts. */
  @Property(seed = "1")
  void aLabelFromOutsideIsOneBoundedLine(@ForAll String label) {
    assertThat(Source.named(label).label())
        .hasSizeLessThanOrEqualTo(300)
        .doesNotContainPattern("[\\p{Cc}\\u2028\\u2029\\u202e]");
  }

  @Test
  void aLabelKeepsWhatDoesNoHarm() {
    assertThat(Source.named("folder:네이버 ids.txt:17").label()).isEqualTo("folder:네이버 ids.txt:17");
    assertThat(Source.named("a\r\nb\u001b[31m\u202ec").label()).isEqualTo("a__b_[31m_c");
    assertThat(Source.named("x".repeat(400)).label()).isEqualTo("x".repeat(300));
  }

  @Test
  void aNameStaysAsItIsButForControlCharacters() {
    assertThat(Source.readable("네이버 순위 (1).csv.gz")).isEqualTo("네이버 순위 (1).csv.gz");
    assertThat(Source.readable("a\u001b[31m\r\n\u202e\u2028b\ud800.txt"))
        .isEqualTo("a_[31m____b_.txt");
    assertThat(Source.readable("순".repeat(100) + ".csv.gz")).isEqualTo("순".repeat(64) + ".csv.gz");
    assertThat(Source.readable("🙂".repeat(51))).isEqualTo("🙂".repeat(50));
    assertThat(Source.readable("x".repeat(300) + "." + "y".repeat(300))).isEqualTo("x".repeat(200));
    assertThat(Source.named("host\nERROR forged").label()).isEqualTo("host_ERROR forged");
  }

  @Property(seed = "1")
  void aReadableNameIsShortAndReadsTheSameAgain(@ForAll String name) {
    String readable = Source.readable(name);
    assertThat(readable.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hasSizeLessThan(201);
    assertThat(Source.readable(readable)).isEqualTo(readable);
  }

  @Test
  void anExtensionIsKeptUpToTwentyCharacters() {
    String stem = "x".repeat(300);
    String longest = "." + "y".repeat(19);
    assertThat(Source.readable(stem + longest)).isEqualTo("x".repeat(180) + longest);
    assertThat(Source.readable(stem + longest + "y")).isEqualTo("x".repeat(200));
    assertThat(Source.readable("." + "y".repeat(300))).isEqualTo("." + "y".repeat(199));
    assertThat(Source.readable(".csv" + "x".repeat(200) + ".gz"))
        .as("too long to be an extension")
        .isEqualTo(".csv" + "x".repeat(196));
    assertThat(Source.readable("x".repeat(196) + ".csv")).isEqualTo("x".repeat(196) + ".csv");
  }
}
