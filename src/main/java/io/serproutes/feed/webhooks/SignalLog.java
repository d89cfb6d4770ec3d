package io.serproutes.feed.webhooks;

import io.serproutes.Failures;
import io.serproutes.Secrets;
import io.serproutes.feed.webhooks.Signal.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts how calls were answered, and says of refusals what to look at: each at most once a minute.
 * No line holds a part of a URL but what stands in place of an id. For one thread.
 */
final class SignalLog {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-webhooks");
  private static final long EVERY = TimeUnit.MINUTES.toNanos(1);
  private static final int LONGEST_ID = 80;

  private final SignalCounts counts;
  private final Secrets secrets;
  private final Map<String, Long> said = new HashMap<>();

  SignalLog(SignalCounts counts, Secrets secrets) {
    this.counts = counts;
    this.secrets = secrets;
  }

  /**
   * Notes an answer.
   *
   * @param kind null for a path that is none of ours
   * @param status the HTTP status; 0 where the connection was cut off
   * @param id what stood in place of an id, "" for nothing; else null
   */
  void answered(Kind kind, int status, String id) {
    counts.answered(kind, status);
    if (id != null && id.equals("$id")) {
      say(
          "literal",
          "a call has the literal $id for an id: whatever made it does not put ids in; single"
              + " quotes keep a shell from changing $id when a task is posted");
    } else if (id != null && id.isEmpty()) {
      say("no id", "a call was refused, since it has no id");
    } else if (id != null) {
      say(
          "malformed id",
          "a call was refused, since its id is \"" + secrets.quote(id, LONGEST_ID) + "\"");
    } else if (status == 404 && kind != null) {
      say(
          kind.name(),
          "a "
              + SignalCounts.Answered.of(kind, status).kind()
              + " was refused: its token is wrong or missing, or its address is not in"
              + " serp.webhooks.allow");
    }
  }

  /** Notes that a body cannot be stored. */
  void notStored(Exception why) {
    LOG.debug("an answer cannot be stored", why);
    say(
        "not stored",
        "answers that are posted cannot be stored, and the calls are answered with 503: "
            + secrets.quote(Failures.inWords(why)));
  }

  private void say(String kind, String line) {
    long now = System.nanoTime();
    Long before = said.get(kind);
    if (before == null || now - before >= EVERY) {
      said.put(kind, now);
      LOG.warn("{}; the like is said once a minute", line);
    }
  }
}
