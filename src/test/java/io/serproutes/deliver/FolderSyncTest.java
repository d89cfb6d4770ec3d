package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSyncTest {

  private static final int THREADS = 16;

  @TempDir private Path folder;
  private final FolderSync sync = new FolderSync();

  private int synced(Path path, int timesEach) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    List<Future<Void>> ends = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      ends.add(
          threads.submit(
              () -> {
                for (int k = 0; k < timesEach; k++) {
                  sync.sync(path);
                }
                return null;
              }));
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    int synced = 0;
    for (Future<Void> end : ends) {
      try {
        end.get();
        synced++;
      } catch (ExecutionException e) {
        assertThat(e.getCause()).isInstanceOf(NoSuchFileException.class);
      }
    }
    return synced;
  }

  @Test
  void everybodyWhoWaitsForAFolderIsServed() throws InterruptedException {
    assertThat(synced(folder, 50)).isEqualTo(THREADS);
  }

  @Test
  void aSyncThatFailsIsNobodysSuccess() throws InterruptedException, IOException {
    Path missing = folder.resolve("missing");
    assertThat(synced(missing, 1)).isZero();
    Files.createDirectory(missing);
    assertThat(synced(missing, 5)).isEqualTo(THREADS);
  }

  @Test
  void oneFailureIsTold() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> sync.sync(folder.resolve("missing")));
  }
}
