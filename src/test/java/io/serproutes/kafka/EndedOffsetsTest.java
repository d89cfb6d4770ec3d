package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndedOffsetsTest {

  /** What Kafka keeps with an offset by default. */
  private static final int LONGEST = 4096;

  @Property
  void tellsWhatHasEnded(
      @ForAll @Size(max = 400) List<@IntRange(max = 100_000) Integer> offsets,
      @ForAll @IntRange(max = 200_000) int committed) {
    BitSet ended = new BitSet();
    offsets.forEach(offset -> ended.set(committed + 1 + offset));
    BitSet expected = ended.get(committed, committed + 100_002);
    assertThat(decoded(EndedOffsets.encode(ended, committed))).isEqualTo(expected);
  }

  @Example
  void tellsNothingWhereNothingHasEnded() {
    assertThat(EndedOffsets.encode(new BitSet(), 0)).isEmpty();
  }

  @Property(tries = 200)
  void fitsIntoACommitAndTellsTheLowestWhereNotAllFits(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5000) int widestGap) {
    Random random = new Random(seed);
    BitSet ended = new BitSet();
    for (int i = 0, at = 1; i < 20_000; i++, at += 1 + random.nextInt(widestGap)) {
      ended.set(at);
    }
    String text = EndedOffsets.encode(ended, 0);
    assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(LONGEST);
    BitSet told = decoded(text);
    assertThat(told.cardinality()).isGreaterThan(500);
    assertThat(told).isEqualTo(ended.get(0, told.length()));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "consumer-1",
        "serp1:",
        "serp1:!",
        "serp1:AQ==",
        "serp1://///w==",
        "serp1://///////////w==",
        "serp1:AP////8P",
        "serp1://///w//////Dw==",
        "serp2:AQE="
      })
  void readsNothingIntoWhatOthersWrote(String metadata) {
    assertThat(decoded(metadata).isEmpty()).isTrue();
  }

  private static BitSet decoded(String metadata) {
    BitSet told = new BitSet();
    EndedOffsets.decode(
        metadata,
        (first, last) -> {
          assertThat(last).isBetween(first, 10_000_000_000L);
          told.set(Math.toIntExact(first), Math.toIntExact(last) + 1);
        });
    return told;
  }
}
