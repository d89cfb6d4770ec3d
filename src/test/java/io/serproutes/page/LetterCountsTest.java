package io.serproutes.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.serproutes.Settings;
import io.serproutes.deliver.DeadLetterList;
import io.serproutes.fetch.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LetterCountsTest {

  @TempDir private Path dir;

  private final Map<Reason, Long> sinceStart = new EnumMap<>(Reason.class);
  private final AtomicLong nanos = new AtomicLong();
  private Executor thread = Runnable::run;
  private Supplier<Error> failure = () -> null;

  private LetterCounts counts(boolean hasFiles) {
    Map<String, String> values = Map.of("serp.files.dir", dir.toString());
    return new LetterCounts(
        hasFiles ? new DeadLetterList(new Settings(values::get)) : null,
        this::sinceStart,
        thread,
        () -> nanos.addAndGet(1)); // every look at the clock takes a nanosecond
  }

  private long sinceStart(Reason reason) {
    Error error = failure.get();
    if (error != null) {
      throw error;
    }
    return sinceStart.getOrDefault(reason, 0L);
  }

  private void letter(String name, String reason) throws IOException {
    Path file = dir.resolve("dead-letters").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "{\"reason\":\"" + reason + "\"}");
  }

  @Test
  void filesAreCountedInBothLayoutsAndWhatComesLaterIsAdded() throws IOException {
    LetterCounts counts = counts(true);
    assertThat(counts(true).counts()).isEmpty();
    letter("1.json", "not-found");
    letter("0703/2.json", "not-found");
    letter("3.json", "expired");
    letter(".4.json.tmp", "expired");
    letter("5.json", "of another program");
    sinceStart.put(Reason.EXPIRED, 1L);
    assertThat(counts.counts())
        .containsExactlyInAnyOrderEntriesOf(Map.of(Reason.NOT_FOUND, 2L, Reason.EXPIRED, 1L));
    sinceStart.put(Reason.EXPIRED, 4L);
    letter("6.json", "expired"); // counted by the tally alone until files are counted again
    assertThat(counts.counts()).containsEntry(Reason.EXPIRED, 4L);
    nanos.addAndGet(1000);
    assertThat(counts.counts()).containsEntry(Reason.EXPIRED, 2L);
  }

  @Test
  void whoAsksDoesNotWaitUntilVeryManyAreCounted() throws Exception {
    letter("1.json", "not-found");
    ExecutorService busy = Executors.newSingleThreadExecutor();
    CountDownLatch free = new CountDownLatch(1);
    try {
      busy.execute(() -> assertThatCode(free::await).doesNotThrowAnyException());
      thread = busy;
      sinceStart.put(Reason.EXPIRED, 1L);
      LetterCounts counts = counts(true);
      assertThat(counts.counts()).containsExactly(Map.entry(Reason.EXPIRED, 1L));
      sinceStart.clear();
      free.countDown();
      await().until(() -> counts.counts().equals(Map.of(Reason.NOT_FOUND, 1L)));
    } finally {
      free.countDown();
      busy.shutdown();
    }
  }

  @Test
  void anErrorOfTheWholeProcessIsReportedAndTheNextLookDoesNotCountAgain() {
    OutOfMemoryError error = new OutOfMemoryError("of a test");
    List<Throwable> reported = new ArrayList<>();
    AtomicInteger times = new AtomicInteger();
    AtomicBoolean isCounting = new AtomicBoolean();
    thread =
        work -> {
          times.incrementAndGet();
          isCounting.set(true);
          work.run();
          isCounting.set(false);
        };
    failure = () -> isCounting.get() ? error : null;
    Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> reported.add(e));
    try {
      LetterCounts counts = counts(true);
      assertThat(counts.counts()).isEmpty();
      assertThat(reported).containsExactly(error);
      assertThat(counts.counts()).isEmpty();
      assertThat(times).hasValue(1);
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(null);
    }
  }

  @Test
  void withoutFilesThoseSinceTheStartCount() {
    sinceStart.put(Reason.NOT_READY, 7L);
    assertThat(counts(false).counts()).containsExactly(Map.entry(Reason.NOT_READY, 7L));
  }
}
