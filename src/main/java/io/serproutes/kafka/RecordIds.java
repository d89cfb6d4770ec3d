package io.serproutes.kafka;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.History;
import io.serproutes.ids.Delivery.Settlement;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The ids of one record, each once there is room for it; those that find none are kept. */
final class RecordIds implements Iterator<Delivery> {

  private final List<String> texts;
  private final Source source;
  private final History history;
  private final Settlement settlement;
  private final Intake intake;
  private int next;

  RecordIds(
      List<String> texts, Source source, History history, Settlement settlement, Intake intake) {
    this.texts = texts;
    this.source = source;
    this.history = history;
    this.settlement = settlement;
    this.intake = intake;
  }

  @Override
  public boolean hasNext() {
    return next < texts.size();
  }

  @Override
  public Delivery next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      return intake.take(texts.get(next++), source, history, settlement);
    } catch (InterruptedException e) {
      for (int rest = next - 1; rest < texts.size(); rest++) {
        settlement.settled(false);
      }
      next = texts.size();
      throw new IllegalStateException("serp-routes is stopping; the record stays in its topic", e);
    }
  }
}
