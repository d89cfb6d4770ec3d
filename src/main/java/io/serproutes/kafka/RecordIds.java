package io.serproutes.kafka;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * The ids of one record that have not ended, each once there is room for it; those that find none,
 * or that are no longer wanted, stay.
 */
final class RecordIds implements Iterator<Delivery> {

  private final List<String> texts;
  private final BitSet ended;
  private final Source source;
  private final RecordSettlement record;
  private final Intake intake;
  private int next;

  RecordIds(
      List<String> texts, BitSet ended, Source source, RecordSettlement record, Intake intake) {
    this.texts = texts;
    this.ended = ended;
    this.source = source;
    this.record = record;
    this.intake = intake;
  }

  @Override
  public boolean hasNext() {
    next = ended.nextClearBit(next);
    if (next < texts.size() && !record.isWanted()) {
      keepRest();
    }
    return next < texts.size();
  }

  private void keepRest() {
    while (next < texts.size()) {
      record.of(next).settled(Delivery.Outcome.KEPT);
      next = ended.nextClearBit(next + 1);
    }
  }

  @Override
  public Delivery next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      Delivery delivery = intake.take(texts.get(next), source, record.of(next));
      next++;
      return delivery;
    } catch (InterruptedException e) {
      keepRest();
      throw new IllegalStateException("serp-routes is stopping; the record stays in its topic", e);
    }
  }
}
