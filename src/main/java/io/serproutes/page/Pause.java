package io.serproutes.page;

import io.serproutes.Count;
import io.serproutes.fetch.FetchLifecycle;
import io.serproutes.fetch.Gate;
import io.serproutes.ids.Intake;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Pauses and resumes the program for a person, and says so in the log. Safe for many threads. */
final class Pause {

  private static final Logger LOG = LoggerFactory.getLogger("serp-routes");

  private final FetchLifecycle fetch;
  private final Gate gate;
  private final Intake intake;
  private Instant since; // null: not paused

  Pause(FetchLifecycle fetch, Gate gate, Intake intake) {
    this.fetch = fetch;
    this.gate = gate;
    this.intake = intake;
  }

  /** When it was paused; null where it is not. */
  synchronized Instant since() {
    return since;
  }

  /** Takes no id and starts no call until {@link #resume}; again, it changes nothing. */
  synchronized void pause() {
    if (since == null) {
      fetch.pause();
      since = Instant.now();
      LOG.warn("{}", Banner.paused(since, gate.inFlight(), intake.inWork()));
    }
  }

  synchronized void resume() {
    if (since != null) {
      since = null;
      fetch.resume();
      int inWork = intake.inWork();
      String ids = inWork == 0 ? "" : ": " + Count.of(inWork, "id goes on", "ids go on");
      LOG.info("Resumed by the page{}.", ids);
    }
  }
}
