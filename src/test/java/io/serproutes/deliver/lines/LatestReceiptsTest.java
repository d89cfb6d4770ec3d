package io.serproutes.deliver.lines;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.TestTasks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatestReceiptsTest {

  private static final int MANY = 10_000; // more than are kept in memory
  private static final Instant FIRST = Instant.parse("2026-11-24T06:56:05.123Z");

  @TempDir Path dir;

  private void set(String name, IntFunction<Instant> time) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      lines.add(
          "{\"task_id\":\"%s\",\"outcome\":\"delivered\",\"fetched_at\":\"%s\"}"
              .formatted(TestTasks.id(i), time.apply(i)));
    }
    Path folder = Files.createDirectories(dir.resolve("receipts"));
    Files.write(folder.resolve(name + ".jsonl"), lines);
  }

  @Test
  void ofManyIdsDeliveredTwiceTheReceiptThatWasFetchedLastHolds() throws IOException {
    set("20261124T065605123Z-000001", i -> FIRST);
    set("20261125T065605123Z-000002", i -> i % 3 == 0 ? FIRST.minusMillis(1) : FIRST.plusMillis(i));
    try (LatestReceipts latest =
        new LatestReceipts(StoredSet.all(dir, problem -> {}), ids -> {}, problem -> {})) {
      for (int i = 0; i < MANY; i++) {
        String id = TestTasks.id(i).value();
        assertThat(latest.isOvertaken(id, 0, i + 1)).as(id).isEqualTo(i % 3 != 0);
        assertThat(latest.isOvertaken(id, 1, i + 1)).as(id).isEqualTo(i % 3 == 0);
        assertThat(latest.fetchedAt(id)).isEqualTo(i % 3 == 0 ? FIRST : FIRST.plusMillis(i));
      }
      String id = TestTasks.id(MANY - 1).value();
      latest.overtake(id);
      assertThat(latest.isOvertaken(id, 0, MANY)).isTrue();
      assertThat(latest.isOvertaken(id, 1, MANY)).isTrue();
      assertThat(latest.fetchedAt(TestTasks.id(MANY).value())).isNull();
    }
  }

  private void receipts(String name, String... lines) throws IOException {
    Path folder = Files.createDirectories(dir.resolve("receipts"));
    Files.write(folder.resolve(name), List.of(lines));
  }

  private static String receipt(int number, String more) {
    return "{\"task_id\":\"" + TestTasks.id(number) + "\",\"outcome\":\"delivered\"" + more + "}";
  }

  private static String fetched(int number, Instant at) {
    return receipt(number, ",\"fetched_at\":\"" + at + "\"");
  }

  private static String id(int number) {
    return TestTasks.id(number).value();
  }

  /** What is kept of an id takes memory or space on the disk. */
  @Test
  void ofManyIdsDeliveredOnceHardlyAnyIsNoted() throws IOException {
    set("20261124T065605123Z-000001", i -> FIRST);
    int noted = 0;
    try (LatestReceipts latest =
        new LatestReceipts(StoredSet.all(dir, problem -> {}), ids -> {}, problem -> {})) {
      for (int i = 0; i < MANY; i++) {
        noted += latest.fetchedAt(id(i)) == null ? 0 : 1;
      }
    }
    assertThat(noted).isLessThan(MANY / 100);
  }

  /** Four downloads and a count of dead letters may read at once. */
  @Test
  void theFiltersOfFiveFitIntoASmallHeap() {
    long heap = 96 << 20;
    assertThat(5 * LatestReceipts.mostBits(heap) / Byte.SIZE).isLessThan(heap / 10);
    assertThat(LatestReceipts.mostBits(Long.MAX_VALUE)).isEqualTo(1 << 27);
  }

  @Test
  void anIdThatLiesElsewhereCountsAsALineMore() throws IOException {
    receipts("20261124T065605123Z-000001.jsonl", fetched(1, FIRST), fetched(2, FIRST));
    try (LatestReceipts latest =
        new LatestReceipts(
            StoredSet.all(dir, problem -> {}),
            ids -> List.of(id(1), id(3), "no id").forEach(ids),
            problem -> {})) {
      assertThat(latest.fetchedAt(id(1))).isEqualTo(FIRST);
      assertThat(latest.fetchedAt(id(2))).isNull();
      assertThat(latest.fetchedAt(id(3))).isNull();
      assertThat(latest.isOvertaken(id(1), 0, 1)).isFalse();
      latest.overtake(id(1));
      assertThat(latest.isOvertaken(id(1), 0, 1)).isTrue();
      assertThat(latest.fetchedAt(id(1))).isEqualTo(FIRST);
    }
  }

  @Test
  void ofReceiptsOfOneTimeOrOfNoneTheLaterLineHolds() throws IOException {
    receipts(
        "20261124T065605123Z-000001.jsonl",
        fetched(1, FIRST),
        fetched(1, FIRST),
        fetched(2, FIRST),
        receipt(2, ""),
        receipt(3, ""),
        receipt(3, ",\"fetched_at\":\"then\""),
        fetched(4, FIRST),
        fetched(4, Instant.MAX));
    try (LatestReceipts latest =
        new LatestReceipts(StoredSet.all(dir, problem -> {}), ids -> {}, problem -> {})) {
      for (int number = 1; number <= 4; number++) {
        assertThat(latest.isOvertaken(id(number), 0, 2 * number - 1)).isTrue();
        assertThat(latest.isOvertaken(id(number), 0, 2 * number)).isFalse();
      }
      assertThat(latest.fetchedAt(id(2))).isEqualTo(FIRST);
      assertThat(latest.fetchedAt(id(3))).as("nobody knows").isNull();
      assertThat(latest.fetchedAt(id(4))).isEqualTo(FIRST);
    }
  }

  @Test
  void whatIsNoReceiptOvertakesNone() throws IOException {
    receipts(
        "20261124T065605123Z-000001.jsonl",
        fetched(1, FIRST),
        receipt(1, ",\"fetched_at"),
        receipt(1, ",\"tag\":\"" + "x".repeat(2 << 20) + "\""),
        "{}",
        "{\"task_id\":\"" + "-".repeat(36) + "\"}",
        "{\"task_id\":\"" + "-".repeat(36) + "\"}");
    try (LatestReceipts latest =
        new LatestReceipts(StoredSet.all(dir, problem -> {}), ids -> {}, problem -> {})) {
      assertThat(latest.fetchedAt(id(1))).isEqualTo(FIRST);
      assertThat(latest.isOvertaken(id(1), 0, 1)).isFalse();
      assertThat(latest.isOvertaken("-".repeat(36), 0, 5)).isFalse();
      assertThat(latest.isOvertaken(null, 0, 4)).isFalse();
    }
  }

  @Test
  void aFileThatCannotBeReadIsToldAndTheOthersCount() throws IOException {
    receipts("20261124T065605123Z-000001.jsonl.gz", "no gzip");
    receipts("20261124T065605123Z-000002.jsonl", fetched(1, FIRST), fetched(1, FIRST));
    List<String> problems = new ArrayList<>();
    try (LatestReceipts latest =
        new LatestReceipts(StoredSet.all(dir, problem -> {}), ids -> {}, problems::add)) {
      assertThat(latest.isOvertaken(id(1), 1, 1)).isTrue();
      assertThat(latest.isOvertaken(id(1), 1, 2)).isFalse();
    }
    String file = dir.resolve("receipts/20261124T065605123Z-000001.jsonl.gz").toString();
    assertThat(problems).singleElement().asString().startsWith(file + " cannot be read: ");
  }

  @Test
  void withoutSetsNothingIsKnown() throws IOException {
    try (LatestReceipts latest = new LatestReceipts(List.of(), ids -> ids.accept(id(1)), p -> {})) {
      assertThat(latest.fetchedAt(id(1))).isNull();
      assertThat(latest.isOvertaken(id(1), 0, 1)).isFalse();
    }
  }
}
