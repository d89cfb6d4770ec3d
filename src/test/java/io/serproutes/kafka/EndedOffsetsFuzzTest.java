package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.serproutes.kafka.EndedOffsets.Ended;
import java.util.Base64;
import java.util.BitSet;
import java.util.Map;

/**
 * Whatever the metadata of a commit is, it is read in bounded memory, and what is made of it tells
 * nothing that had not ended. An input is the metadata, or after the first byte 0 or 1 what is in
 * Base64 in it.
 */
class EndedOffsetsFuzzTest {

  private static final int KEPT_BY_KAFKA = 4096;
  private static final long MOST_BYTES = 32L << 20;

  @FuzzTest(maxDuration = "1m")
  void metadataIsRefusedOrTellsOnlyWhatHasEnded(byte[] input) {
    Ended ended = EndedOffsets.decode(metadata(input));
    long bytes = ended.records().size() / Byte.SIZE;
    for (BitSet ids : ended.ids().values()) {
      bytes += ids.size() / Byte.SIZE;
    }
    assertThat(bytes).isLessThan(MOST_BYTES);
    if (bytes > 1 << 20) {
      return; // of a hostile member; what is not asked for again need not be told again
    }
    String written = EndedOffsets.encode(ended);
    assertThat(written.length()).isLessThan(KEPT_BY_KAFKA);
    Ended told = EndedOffsets.decode(written);
    assertThat(isIn(told.records(), ended.records())).isTrue();
    for (Map.Entry<Integer, BitSet> record : told.ids().entrySet()) {
      assertThat(isIn(record.getValue(), ended.ids().get(record.getKey()))).isTrue();
    }
    int near = EndedOffsets.ALWAYS_TOLD;
    assertThat(told.records().get(0, near)).isEqualTo(ended.records().get(0, near));
  }

  private static boolean isIn(BitSet some, BitSet all) {
    BitSet more = (BitSet) some.clone();
    more.andNot(all);
    return more.isEmpty();
  }

  private static String metadata(byte[] input) {
    if (input.length > 0 && input[0] >= 0 && input[0] <= 1) {
      byte[] content = java.util.Arrays.copyOfRange(input, 1, Math.min(input.length, 3000));
      return "serp" + (input[0] + 1) + ":" + Base64.getEncoder().encodeToString(content);
    }
    return new String(input, ISO_8859_1);
  }
}
