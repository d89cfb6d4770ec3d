package io.serproutes.ids;

import io.serproutes.Count;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The ids of {@code serp.ids}; a repeated id is requested once. */
public final class CommandLineIds {

  private final Set<String> texts;
  private final Intake intake;
  private final AtomicInteger open;

  /** The ids that were given at the start. */
  public CommandLineIds(Settings settings, Intake intake) {
    this.texts = new LinkedHashSet<>();
    for (String text : settings.get(Keys.IDS)) {
      TaskId id = TaskId.parse(text);
      texts.add(id == null ? text : id.value());
    }
    this.intake = intake;
    this.open = new AtomicInteger(texts.size());
  }

  /** The ids, each once there is room for it. */
  public Iterator<Delivery> ids() {
    return texts.stream().map(this::delivery).iterator();
  }

  private Delivery delivery(String text) {
    try {
      return intake.take(text, Source.named("command-line"), outcome -> open.decrementAndGet());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "serp-routes is stopping; "
              + Count.of(open.get(), "id was not taken", "ids were not taken"),
          e);
    }
  }

  /** Whether all ids have ended. */
  public boolean isFinished() {
    return open.get() == 0;
  }
}
