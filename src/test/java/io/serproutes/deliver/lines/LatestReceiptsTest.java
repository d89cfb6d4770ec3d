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
    try (LatestReceipts latest = new LatestReceipts(StoredSet.all(dir), ids -> {}, problem -> {})) {
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
}
