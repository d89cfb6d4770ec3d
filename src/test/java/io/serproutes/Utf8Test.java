package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class Utf8Test {

  @Property(tries = 300, seed = "1")
  void theLongestBeginningOfWholeCharactersIsLeft(
      @ForAll Random random, @ForAll @IntRange(max = 40) int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      text.append(List.of("a", "é", "네", "😀").get(random.nextInt(4)));
    }
    String cut = Utf8.cut(text.toString(), most);
    assertThat(text.toString()).startsWith(cut);
    assertThat(cut.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(most);
    if (cut.length() < text.length()) {
      String longer = text.substring(0, text.offsetByCodePoints(cut.length(), 1));
      assertThat(longer.getBytes(UTF_8)).hasSizeGreaterThan(most);
    }
  }

  @Test
  void aTextThatFitsIsNotTouched() {
    assertThat(Utf8.cut("네이버", 9)).isEqualTo("네이버");
    assertThat(Utf8.cut("네이버", 8)).isEqualTo("네이");
    assertThat(Utf8.cut("", 0)).isEmpty();
  }
}
