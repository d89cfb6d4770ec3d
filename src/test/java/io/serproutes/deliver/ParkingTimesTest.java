package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParkingTimesTest {

  private static final TaskId ID = TestTasks.id(1);

  private final ParkingTimes times =
      new ParkingTimes(
          new Settings(
              Map.of(
                      "serp.not-ready.delay", "60s",
                      "serp.not-ready.max-delay", "15m",
                      "serp.not-ready.deadline", "24h")
                  ::get));

  private static Task notReady(Task task) {
    return TestTasks.answer(task, 200, TestTasks.body(ID, 40602, "{}", "null"));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 60",
    "0, 60",
    "1, 120",
    "2, 240",
    "3, 480",
    "4, 900",
    "5, 900",
    "63, 900",
    "1000000, 900"
  })
  void theWaitDoublesUpToTheLongest(int asksBefore, long seconds) {
    assertThat(times.delay(asksBefore)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void theFirstRecordCountsFromTheFirstAsk() {
    Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    ParkedRecord record = times.record(notReady(TestTasks.fresh(ID)));
    Instant after = Instant.now();
    assertThat(record.taskId()).isEqualTo(ID.value());
    assertThat(record.outcome()).isEqualTo("parked");
    assertThat(record.statusCode()).isEqualTo(40602);
    assertThat(record.source()).isEqualTo("folder:ids.txt:17");
    assertThat(record.asks()).isEqualTo(1);
    assertThat(record.attempts()).isEqualTo(1);
    assertThat(record.tag()).isNull();
    assertThat(Instant.parse(record.firstAskedAt())).isBetween(before, after);
    assertThat(Instant.parse(record.dueAt()))
        .isBetween(before.plusSeconds(60), after.plusSeconds(60));
  }

  @Test
  void laterRecordsKeepTheFirstAsk() {
    Instant first = Instant.now().minus(Duration.ofHours(3)).truncatedTo(ChronoUnit.MILLIS);
    Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    ParkedRecord record = times.record(notReady(TestTasks.parkedBefore(ID, first, 2)));
    Instant after = Instant.now();
    assertThat(Instant.parse(record.firstAskedAt())).isEqualTo(first);
    assertThat(record.asks()).isEqualTo(3);
    assertThat(record.attempts()).isEqualTo(3);
    assertThat(Instant.parse(record.dueAt()))
        .isBetween(before.plusSeconds(240), after.plusSeconds(240));
  }

  @Test
  void theLastAskIsAtTheDeadline() {
    Instant first = Instant.now().minus(Duration.ofHours(24)).plusSeconds(300);
    first = first.truncatedTo(ChronoUnit.MILLIS);
    ParkedRecord record = times.record(notReady(TestTasks.parkedBefore(ID, first, 9)));
    assertThat(Instant.parse(record.dueAt())).isEqualTo(first.plus(Duration.ofHours(24)));
  }

  @Test
  void theTagOfAHostIsKept() {
    assertThat(times.record(notReady(TestTasks.ofHost(ID, "a \"tag\""))).tag())
        .isEqualTo("a \"tag\"");
  }

  @Test
  void theRecordOfATaskIsReadAsItWasWritten() throws Exception {
    Instant first = Instant.parse("2026-11-24T06:56:05.123Z");
    ParkedRecord record = ParkedRecord.read(times.parked(notReady(parkedBefore(first))));
    assertThat(record.taskId()).isEqualTo(ID.value());
    assertThat(record.firstAskedAt()).isEqualTo(first.toString());
  }

  private static Task parkedBefore(Instant first) {
    return TestTasks.parkedBefore(ID, first, 2);
  }
}
