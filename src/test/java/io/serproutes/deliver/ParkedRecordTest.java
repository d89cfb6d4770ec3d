package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.Settings;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.PassedHeaders;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParkedRecordTest {

  private static final Instant FIRST = Instant.parse("2026-11-24T06:56:05.123Z");
  private static final String TIMES =
      "\"first_asked_at\":\"2026-11-24T06:56:05.123Z\",\"due_at\":\"2026-11-24T06:57:05.123Z\"";

  private static ParkedRecord read(String json) throws IOException {
    return ParkedRecord.read(json.getBytes(UTF_8));
  }

  private static ParkedRecord record(int asks, int attempts, Map<String, byte[]> headers) {
    String first = FIRST.toString();
    String id = TestTasks.id(1).value();
    return new ParkedRecord(
        id, "parked", 40602, "host", first, first, asks, attempts, "t", "shop", headers);
  }

  /** A later version may have more members. */
  @Test
  void aRecordIsReadWhateverElseItHas() throws IOException {
    ParkedRecord record = read("{" + TIMES + ",\"asks\":2,\"new\":{\"x\":1},\"recipient\":\"r\"}");
    assertThat(record.history(FIRST.plusSeconds(9)))
        .isEqualTo(new Delivery.History(FIRST, 2, 0, null, "r"));
    assertThat(record.dueAt()).isEqualTo("2026-11-24T06:57:05.123Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "[]",
        "{\"first_asked_at\":\"2026-11-24T06:56:05.123Z\"}",
        "{\"due_at\":\"2026-11-24T06:56:05.123Z\"}",
        "{\"first_asked_at\":\"2026-11-24T06:56:05.123Z\",\"due_at\":\"soon\"}",
        "{\"first_asked_at\":\"then\",\"due_at\":\"2026-11-24T06:56:05.123Z\"}"
      })
  void whatIsNoRecordIsTold(String json) {
    assertThatIOException()
        .isThrownBy(() -> read(json))
        .withMessage("it holds no record of a parked id");
  }

  /** Arrays of bytes would be compared by identity. */
  @Test
  void recordsAreEqualThatSayTheSame() {
    ParkedRecord record = record(1, 1, Map.of("a", new byte[] {1}));
    ParkedRecord same = record(1, 1, Map.of("a", new byte[] {1}));
    assertThat(record).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(record).isNotEqualTo(record(1, 1, Map.of("a", new byte[] {2})));
    assertThat(record).isNotEqualTo(record(2, 1, Map.of("a", new byte[] {1})));
    assertThat(record).isNotEqualTo(null);
  }

  @ParameterizedTest
  @CsvSource({"0, -1, 1, 0", "1, 0, 1, 0", "7, 9, 7, 9", "1000001, 1000001, 1000000, 1000000"})
  void countsThatCannotBeTrueAreCorrected(int asks, int attempts, int asked, int attempted) {
    assertThat(record(asks, attempts, null).history(FIRST))
        .isEqualTo(new Delivery.History(FIRST, asked, attempted, "t", "shop"));
  }

  @Test
  void nobodyWasAskedForFirstAfterNow() {
    Instant before = FIRST.minusMillis(1);
    assertThat(record(1, 1, null).history(before).firstAskedAt()).isEqualTo(before);
    assertThat(record(1, 1, null).history(FIRST.plusMillis(1)).firstAskedAt()).isEqualTo(FIRST);
  }

  @Test
  void onlyHeadersThatAreStillToBePassedOnAre() {
    PassedHeaders toPass =
        new PassedHeaders(new Settings(Map.of("serp.kafka.pass-headers", "a,b")::get));
    byte[] bytes = {1};
    assertThat(record(1, 1, Map.of("a", bytes, "c", bytes)).passed(toPass))
        .isEqualTo(Map.of("a", bytes));
    assertThat(record(1, 1, null).passed(toPass)).isEmpty();
  }
}
