package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.kafka.EndedOffsets.Ended;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndedOffsetsTest {

  /** 3,000 bytes in Base64 behind the mark: within the 4,096 that Kafka keeps by default. */
  private static final int LONGEST = 4006;

  @Property
  void tellsWhatHasEnded(
      @ForAll @Size(max = 400) List<@IntRange(max = 100_000) Integer> offsets,
      @ForAll @IntRange(max = 200_000) int committed) {
    BitSet ended = new BitSet();
    offsets.forEach(offset -> ended.set(committed + 1 + offset));
    BitSet expected = ended.get(committed, committed + 100_002);
    assertThat(decoded(encoded(ended.get(committed, committed + 100_002)))).isEqualTo(expected);
  }

  private static String encoded(BitSet ended) {
    return EndedOffsets.encode(new Ended(ended, new TreeMap<>()));
  }

  @Property
  void tellsWhichIdsOfWhichRecordsHaveEnded(
      @ForAll @Size(max = 50) List<@IntRange(max = 1000) Integer> offsets,
      @ForAll @Size(max = 20)
          Map<
                  @IntRange(max = 2000) Integer,
                  @Size(min = 1, max = 8) List<@IntRange(max = 300) Integer>>
              idsByRecord) {
    Ended ended = Ended.nothing();
    offsets.forEach(ended.records()::set);
    idsByRecord.forEach(
        (record, ids) -> {
          BitSet of = new BitSet();
          ids.forEach(of::set);
          ended.ids().put(record, of);
        });
    assertThat(EndedOffsets.decode(EndedOffsets.encode(ended))).isEqualTo(ended);
  }

  @Example
  void anyOffsetMayBeAskedFor() {
    Ended ended = Ended.nothing();
    ended.records().set(2, 4);
    assertThat(LongStream.of(-1, 0, 1, 4, 1L << 32 | 2).filter(ended::tells)).isEmpty();
    assertThat(LongStream.of(2, 3).allMatch(ended::tells)).isTrue();
  }

  /** 25,000 ids in one record, taken in turn: all but a few of those that were taken have ended. */
  @Property(tries = 50)
  void tellsTheIdsOfLongRecords(@ForAll long seed) {
    Random random = new Random(seed);
    Ended ended = Ended.nothing();
    for (int record = 1; record <= 10; record++) {
      BitSet ids = new BitSet();
      int taken = random.nextInt(25_000);
      ids.set(0, taken);
      random.ints(30, 0, taken + 1).forEach(ids::clear);
      ended.ids().put(record * 3, ids);
    }
    String text = EndedOffsets.encode(ended);
    assertThat(text.length()).isLessThanOrEqualTo(LONGEST);
    assertThat(EndedOffsets.decode(text)).isEqualTo(ended);
  }

  @Property(tries = 50)
  void whatOfTheIdsDoesNotFitIsLeftOutFromTheEnd(@ForAll long seed) {
    Random random = new Random(seed);
    Ended ended = Ended.nothing();
    for (int record = 0; record < 20; record++) {
      BitSet ids = new BitSet();
      random.ints(3000, 0, 25_000).forEach(ids::set);
      ended.ids().put(record, ids);
    }
    String text = EndedOffsets.encode(ended);
    assertThat(text.length()).isLessThanOrEqualTo(LONGEST);
    Ended told = EndedOffsets.decode(text);
    assertThat(told.ids().get(0).cardinality()).isGreaterThan(1000);
    told.ids()
        .forEach(
            (record, ids) -> {
              BitSet wrong = (BitSet) ids.clone();
              wrong.andNot(ended.ids().get(record));
              assertThat(wrong.isEmpty()).isTrue();
            });
  }

  @Property(tries = 200)
  void whatLiesNearIsToldHoweverItIsScattered(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 99) int percent) {
    Random random = new Random(seed);
    BitSet ended = new BitSet();
    for (int i = 0; i < EndedOffsets.ALWAYS_TOLD; i++) {
      ended.set(i, random.nextInt(100) < percent);
    }
    String text = encoded(ended);
    assertThat(text.length()).isLessThanOrEqualTo(LONGEST);
    assertThat(decoded(text)).isEqualTo(ended);
  }

  @Example
  void readsWhatEarlierVersionsWrote() {
    BitSet expected = new BitSet();
    expected.set(1, 3);
    assertThat(decoded("serp1:AQI=")).isEqualTo(expected);
    assertThat(encoded(expected)).as("and they read it").isEqualTo("serp1:AQI=");
  }

  /** Each set in its shorter form, or what follows it would find no room. */
  @Example
  void tellsScatteredIdsOfManyRecords() {
    Ended ended = Ended.nothing();
    for (int record = 0; record < 20; record++) {
      BitSet ids = new BitSet();
      for (int id = record % 2; id < 1000; id += 2) {
        ids.set(id);
      }
      ended.ids().put(3 * record, ids);
    }
    assertThat(EndedOffsets.decode(EndedOffsets.encode(ended))).isEqualTo(ended);
  }

  @Property(tries = 50)
  void whatLiesNearIsToldAlsoWhereNotAllFits(
      @ForAll long seed, @ForAll @IntRange(min = 30, max = 70) int percent) {
    Random random = new Random(seed);
    BitSet ended = new BitSet();
    for (int i = 1; i < 3 * EndedOffsets.ALWAYS_TOLD; i++) {
      ended.set(i, random.nextInt(100) < percent);
    }
    String text = encoded(ended);
    assertThat(text.length()).isLessThanOrEqualTo(LONGEST);
    int near = EndedOffsets.ALWAYS_TOLD;
    assertThat(decoded(text).get(0, near)).isEqualTo(ended.get(0, near));
  }

  /** Metadata may be of anyone, and a number of five bytes tells of eight megabytes. */
  @Example
  void aFewBytesCannotFillTheMemory() {
    byte[] large = {0, 5, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x10, 1}; // one id at 2^25
    ByteArrayOutputStream sets = new ByteArrayOutputStream();
    sets.writeBytes(new byte[] {0, 0});
    for (int record = 1; record <= 300; record++) {
      sets.write(1);
      sets.writeBytes(large);
    }
    String metadata = "serp2:" + Base64.getEncoder().encodeToString(sets.toByteArray());
    assertThat(metadata.length()).isLessThan(LONGEST);
    assertThat(EndedOffsets.decode(metadata)).isEqualTo(Ended.nothing());
  }

  /** More than is read again would tell nothing at all. */
  @Example
  void tellsNoMoreThanIsRead() {
    int most = 1 << 26;
    Ended ended = Ended.nothing();
    ended.records().set(1, most + 1000);
    ended.records().set(most + 2000);
    BitSet first = new BitSet();
    first.set(7);
    ended.ids().put(0, first);
    ended.ids().put(most + 1500, first);
    Ended told = EndedOffsets.decode(EndedOffsets.encode(ended));
    assertThat(told.records().nextClearBit(1)).isEqualTo(most);
    assertThat(told.records().length()).isEqualTo(most);
    assertThat(told.ids()).isEqualTo(Map.of(0, first));
  }

  @Example
  void tellsNothingWhereNothingHasEnded() {
    assertThat(encoded(new BitSet())).isEmpty();
  }

  @Property(tries = 200)
  void fitsIntoACommitAndTellsTheLowestWhereNotAllFits(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 5000) int widestGap) {
    Random random = new Random(seed);
    BitSet ended = new BitSet();
    for (int i = 0, at = 1; i < 20_000; i++, at += 1 + random.nextInt(widestGap)) {
      ended.set(at);
    }
    String text = encoded(ended);
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
        "serp2:AQE=",
        "serp2:",
        "serp2:AAEB",
        "serp2:AgEB",
        "serp1:gICAgIAAAQ==",
        "serp2:AQEBAA==",
        "serp3:AQEB"
      })
  void readsNothingIntoWhatOthersWrote(String metadata) {
    assertThat(decoded(metadata).isEmpty()).isTrue();
  }

  private static BitSet decoded(String metadata) {
    Ended told = EndedOffsets.decode(metadata);
    assertThat(told.ids()).isEmpty();
    return told.records();
  }

  /** Seven bits a byte, so that most gaps and runs are one. */
  @Example
  void aNumberTakesNoMoreBytesThanItNeeds() {
    BitSet ended = new BitSet();
    ended.set(127);
    assertThat(encoded(ended)).isEqualTo("serp1:" + base64(127, 1));
    ended.clear();
    ended.set(128, 128 + 300);
    assertThat(encoded(ended)).isEqualTo("serp1:" + base64(0x80, 1, 0xac, 2));
  }

  /** Bits, as half of them are set; then the ids of the third record as a run. */
  @Example
  void aSetIsItsFormItsLengthAndItsBytes() {
    Ended ended = Ended.nothing();
    ended.records().set(0);
    ended.records().set(2);
    ended.records().set(4);
    BitSet ids = new BitSet();
    ids.set(0, 100);
    ended.ids().put(3, ids);
    assertThat(EndedOffsets.encode(ended))
        .isEqualTo("serp2:" + base64(1, 1, 0b10101, 3, 0, 2, 0, 100));
  }

  private static String base64(int... bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int one : bytes) {
      out.write(one);
    }
    return Base64.getEncoder().encodeToString(out.toByteArray());
  }
}
