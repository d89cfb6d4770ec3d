package io.serproutes.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.deliver.ReceiptOutcome;
import io.serproutes.ids.TaskId;
import java.time.Instant;
import java.util.Map;
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

  @Test
  void whatIsNotListedOrHasNoReceiptChangesNothing() {
    TaskId id = listed(1);
    found.ended(TaskId.of(0, 2), DELIVERED);
    found.waits(TaskId.of(0, 2), Findings.PARKED);
    found.ended(null, DELIVERED);
    found.waits(null, Findings.PARKED);
    found.ended(id, null);
    assertThat(found.missingIds()).containsExactly(id);
    assertThat(found.parked()).isZero();
    assertThat(found.delivered()).isEmpty();
  }
}
