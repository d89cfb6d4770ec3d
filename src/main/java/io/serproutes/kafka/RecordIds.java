package io.serproutes.kafka;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Delivery.Settlement;
import io.serproutes.ids.Intake;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The ids of one record that have not ended, each once there is room for it. Ids for which there is
 * no room before the program stops, and those of a partition that is being revoked, are kept.
 *
 * <p>The record ends with the last of its ids. Where one has to be kept, the record is read again
 * and only the ids that have not ended are asked for. One thread iterates; settlements are safe for
 * use by many.
 */
final class RecordIds implements Iterator<Delivery> {

  private final TopicRecord record;
  private final List<String> texts;
  private final Map<String, byte[]> headers;
  private final BitSet ended;
  private final Intake intake;
  private final AtomicInteger open;
  private final AtomicInteger kept = new AtomicInteger();
  private int next;

  /**
   * The ids of a record.
   *
   * @param headers what each of them passes on
   * @param ended those that ended before, by their place in the record; not all of them
   */
  RecordIds(
      TopicRecord record,
      List<String> texts,
      Map<String, byte[]> headers,
      BitSet ended,
      Intake intake) {
    this.record = record;
    this.texts = texts;
    this.headers = headers;
    this.ended = ended;
    this.intake = intake;
    this.open = new AtomicInteger(texts.size() - ended.cardinality());
  }

  @Override
  public boolean hasNext() {
    next = ended.nextClearBit(next);
    if (next < texts.size() && !record.progress().isWanted()) {
      keepRest();
    }
    return next < texts.size();
  }

  private void keepRest() {
    while (next < texts.size()) {
      settle(next, Outcome.KEPT);
      next = ended.nextClearBit(next + 1);
    }
  }

  @Override
  public Delivery next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      Delivery delivery = intake.take(texts.get(next), record.source(), settlement(next));
      next++;
      return delivery.with(headers);
    } catch (InterruptedException e) {
      keepRest();
      throw new IllegalStateException("serp-routes is stopping; the record stays in its topic", e);
    }
  }

  private Settlement settlement(int id) {
    return new Settlement() {
      @Override
      public void settled(Outcome outcome) {
        settle(id, outcome);
      }

      @Override
      public Object origin() {
        return texts.size() > 1 ? null : new RecordInWork(record.progress(), record.offset());
      }

      @Override
      public boolean isWanted() {
        return record.progress().isWanted();
      }
    };
  }

  private void settle(int id, Outcome outcome) {
    if (!outcome.isAcknowledged()) {
      kept.incrementAndGet();
    } else if (texts.size() > 1) {
      record.progress().settleId(record.offset(), id);
    }
    if (open.decrementAndGet() == 0) {
      record.progress().settle(record.offset(), kept.get() == 0);
    }
  }
}
