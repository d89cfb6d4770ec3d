package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EndedRangesTest {

  @Property(tries = 500, seed = "1")
  void rangesAreTheSetOfTheirNumbers(
      @ForAll @Size(max = 60) List<@IntRange(max = 80) Integer> firsts,
      @ForAll @IntRange(max = 6) int longest) {
    EndedRanges ranges = new EndedRanges();
    TreeSet<Long> numbers = new TreeSet<>();
    for (int first : firsts) {
      int last = first + (first * 7 + longest) % (longest + 1);
      ranges.add(first, last);
      for (long number = first; number <= last; number++) {
        numbers.add(number);
      }
      for (long number = -1; number < 90; number++) {
        assertThat(ranges.contains(number)).isEqualTo(numbers.contains(number));
      }
    }
    long runs = numbers.stream().filter(number -> !numbers.contains(number - 1)).count();
    assertThat(ranges.lines().lines().count()).isEqualTo(runs);
  }

  @Test
  void rangesThatMeetAreOneLine() {
    EndedRanges ranges = new EndedRanges();
    ranges.add(5, 5);
    ranges.add(0, 2);
    ranges.add(7, 9);
    assertThat(ranges.lines()).isEqualTo("0-2;\n5;\n7-9;\n");
    ranges.add(3, 4);
    assertThat(ranges.lines()).isEqualTo("0-5;\n7-9;\n");
    ranges.add(6, 6);
    assertThat(ranges.lines()).isEqualTo("0-9;\n");
  }
}
