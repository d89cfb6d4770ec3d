package io.serproutes.kafka;

import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Delivery.Settlement;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends a record with the last of its ids; one that has to stay keeps the record, of which only what
 * has not ended is asked for again. Safe for use by many threads.
 */
final class RecordSettlement {

  private final PartitionProgress progress;
  private final long offset;
  private final int ids;
  private final AtomicInteger open;
  private final AtomicInteger kept = new AtomicInteger();

  /**
   * The settlement of a record that is handed out.
   *
   * @param ids how many it holds
   * @param ended those that have ended before; not all of them
   */
  RecordSettlement(PartitionProgress progress, long offset, int ids, BitSet ended) {
    this.progress = progress;
    this.offset = offset;
    this.ids = ids;
    this.open = new AtomicInteger(ids - ended.cardinality());
  }

  /** The settlement of a record with one id. */
  static Settlement ofOne(PartitionProgress progress, long offset) {
    return new RecordSettlement(progress, offset, 1, new BitSet()).of(0);
  }

  boolean isWanted() {
    return progress.isWanted();
  }

  /** The settlement of one of the ids, by its place in the record. */
  Settlement of(int id) {
    return new Settlement() {
      @Override
      public void settled(Outcome outcome) {
        settle(id, outcome);
      }

      @Override
      public boolean isWanted() {
        return progress.isWanted();
      }
    };
  }

  private void settle(int id, Outcome outcome) {
    if (!outcome.isAcknowledged()) {
      kept.incrementAndGet();
    } else if (ids > 1) {
      progress.settleId(offset, id);
    }
    if (open.decrementAndGet() == 0) {
      progress.settle(offset, kept.get() == 0);
    }
  }
}
