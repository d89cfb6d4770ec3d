package io.serproutes.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.deliver.ReceiptOutcome;
import io.serproutes.ids.TaskId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FindingsTest {

  private static final ReceiptOutcome DELIVERED = new ReceiptOutcome("delivered", null);
  private static final ReceiptOutcome EMPTY = new ReceiptOutcome("empty", null);
  private static final ReceiptOutcome EXPIRED = new ReceiptOutcome("dead-lettered", "expired");
  private static final ReceiptOutcome REJECTED = new ReceiptOutcome("dead-lettered", "rejected");

  private final Findings found = new Findings("naver organic", Instant.EPOCH, Instant.now());

  private TaskId listed(int n) {
    TaskId id = TaskId.of(0, n);
    found.listed(new IdListPage.Row(id, true, true));
    return id;
  }

  @Test
  void anIdThatWasDeliveredOnceStaysDelivered() {
    TaskId id = listed(1);
    found.ended(id, EXPIRED);
    found.ended(id, REJECTED);
    assertThat(found.deadLettered()).isEqualTo(Map.of("rejected", 1));
    found.ended(id, DELIVERED);
    found.ended(id, EXPIRED);
    assertThat(found.delivered()).isEqualTo(Map.of("delivered", 1));
    found.ended(id, EMPTY);
    assertThat(found.delivered()).isEqualTo(Map.of("empty", 1));
    assertThat(found.deadLettered()).isEmpty();
  }

  /** It was dead-lettered, then given again: to replay it would ask for it twice. */
  @Test
  void aParkedIdWaitsWhateverItsDeadLetterSays() {
    TaskId id = listed(1);
    found.waits(id, Findings.PARKED);
    found.ended(id, EXPIRED);
    assertThat(found.count(Findings.PARKED)).isEqualTo(1);
    assertThat(found.deadLettered()).isEmpty();
    found.ended(id, DELIVERED);
    assertThat(found.delivered()).isEqualTo(Map.of("delivered", 1));
    TaskId inFile = listed(2); // in a file that is not done yet
    found.waits(inFile, Findings.INBOX);
    found.ended(inFile, EXPIRED);
    assertThat(found.deadLettered()).isEqualTo(Map.of("expired", 1));
  }

  @Test
  void whatIsNotListedOrHasNoReceiptChangesNothing() {
    TaskId id = listed(1);
    found.ended(TaskId.of(0, 2), DELIVERED);
    found.waits(TaskId.of(0, 2), Findings.PARKED);
    found.ended(null, DELIVERED);
    found.waits(null, Findings.PARKED);
    found.ended(id, null);
    assertThat(found.missingIds()).containsExactly(id);
    assertThat(found.count(Findings.PARKED)).isZero();
    assertThat(found.delivered()).isEmpty();
  }

  @Test
  void anIdThatIsListedTwiceCountsOnce() {
    assertThat(List.of(listed(1), listed(2))).isEqualTo(List.of(listed(1), listed(2)));
    assertThat(found.finished()).isEqualTo(2);
    assertThat(found.missing()).isEqualTo(2);
  }

  @Test
  void aMillionIdsFitIntoASmallHeap() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx48m",
                "-cp",
                System.getProperty("java.class.path"),
                Million.class.getName())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }

  /** Lists a million ids, each with a state. */
  static final class Million {
    public static void main(String[] args) {
      Findings findings = new Findings("x", null, null);
      Random random = new Random(1);
      for (int i = 0; i < 1_000_000; i++) {
        TaskId id = TaskId.of(random.nextLong(), random.nextLong());
        findings.listed(new IdListPage.Row(id, true, true));
        findings.waits(id, Findings.INBOX);
      }
      List<Integer> counts =
          List.of(findings.finished(), findings.count(Findings.INBOX), findings.missing());
      if (!counts.equals(List.of(1_000_000, 1_000_000, 0))) {
        throw new AssertionError(counts);
      }
    }
  }
}
