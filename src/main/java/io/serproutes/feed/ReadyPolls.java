package io.serproutes.feed;

import io.serproutes.Count;
import io.serproutes.InContext;
import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.fetch.Poll;
import io.serproutes.fetch.StoppingException;
import io.serproutes.fetch.Verdict;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.Body;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When to poll the vendor's list of finished tasks, and which of its ids to feed. Thread-safe; one
 * poll at a time.
 *
 * <p>A poll follows the last one after {@code serp.ready.poll}. After a full page that brought a
 * new id it follows as soon as the ids of that page have ended or are parked, as far as this
 * process learns of it, since the list hides what is behind them. At least three seconds lie
 * between two.
 */
public final class ReadyPolls extends InContext implements FedOutcomes {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-tasks-ready");
  private static final long LEAST_GAP = TimeUnit.SECONDS.toNanos(3);

  private final Tally tally;
  private final Secrets secrets;
  private final ReadyCounts counts;
  private final LongSupplier nanoTime;
  private final long period;
  private static final Duration LEAST_PATIENCE = Duration.ofMinutes(1);

  private final boolean once;
  private final boolean feedsTopic;
  private final int mostFailures;
  private final Duration patience;
  private final ReadyIds ids;
  private final Set<TaskId> open = new HashSet<>(); // fed by the last page, or in a run once by all

  private boolean isListening;
  private boolean isUnderWay;
  private Long polledAt; // when the last poll was over; null before the first
  private boolean goesOn; // the last page was full and brought a new id
  private boolean isHidden; // the last page was full and brought none
  private int failures; // since the last good poll
  private boolean isOver; // in a run once
  private long heardAt; // in a run once: when something was fed, ended, parked or in work
  private ReadyIds.Chosen last = new ReadyIds.Chosen(List.of(), 0, "");

  /** Polls every {@code serp.ready.poll}, told by {@code tally} what became of ids here. */
  public ReadyPolls(Settings settings, Tally tally, Secrets secrets, ReadyCounts counts) {
    this(settings, tally, secrets, counts, System::nanoTime);
  }

  ReadyPolls(
      Settings settings, Tally tally, Secrets secrets, ReadyCounts counts, LongSupplier nanoTime) {
    this.tally = tally;
    this.secrets = secrets;
    this.counts = counts;
    this.nanoTime = nanoTime;
    period = settings.readyPoll().toNanos();
    ids = new ReadyIds(secrets, counts, (int) TimeUnit.NANOSECONDS.toSeconds(period));
    once = settings.get(Keys.ONCE);
    feedsTopic = settings.feed().equals("kafka");
    mostFailures = settings.get(Keys.MAX_ATTEMPTS);
    Duration wait = settings.get(Keys.WAIT_CIRCUIT);
    patience = wait.compareTo(LEAST_PATIENCE) < 0 ? LEAST_PATIENCE : wait;
  }

  /** Whether this process is the one that polls. */
  public boolean leads() {
    return leader().standing() == Leader.Standing.LEADS;
  }

  private Leader leader() {
    return getCamelContext().getRegistry().findSingleByType(Leader.class);
  }

  /** Whether a poll is due; where it is, it is under way from here on, until {@link #ended}. */
  public synchronized boolean isDue() {
    if (!isListening) {
      fed().listen(); // first, since it knows how a task ended
      tally.listen(task -> tell(task.getId(), task.getOutcome().equals("parked")));
      isListening = true;
    }
    if (!isUnderWay && !isOver && isTime(nanoTime.getAsLong())) {
      isUnderWay = true;
      return true;
    }
    return false;
  }

  private boolean isTime(long now) {
    if (polledAt == null) {
      return true;
    }
    boolean isAgain = goesOn && open.isEmpty() || once && failures > 0;
    return now - polledAt >= (isAgain ? LEAST_GAP : Math.max(period, LEAST_GAP));
  }

  private void tell(TaskId id, boolean isParked) {
    if (id != null && isParked) {
      parked(id);
    } else if (id != null) {
      ended(id);
    }
  }

  @Override
  public synchronized void ended(TaskId id) {
    fed().ended(id);
    close(id);
  }

  @Override
  public synchronized void parked(TaskId id) {
    close(id);
  }

  private void close(TaskId id) {
    if (open.remove(id)) {
      heardAt = nanoTime.getAsLong();
    }
  }

  private FedMemory fed() {
    return getCamelContext().getRegistry().findSingleByType(FedMemory.class);
  }

  /** The ids of a page that are to be fed now, noted as fed; null for none. */
  public synchronized List<TaskId> choose(@Body ReadyPage page) {
    Set<ParkedIds> places = getCamelContext().getRegistry().findByType(ParkedIds.class);
    // what is listed is finished: waiting until it is due would be in vain, feeding it a repeat
    Set<TaskId> parked = ParkedIds.wake(places, Set.copyOf(page.ids()));
    last = ids.choose(page, parked, fed());
    if (!once) {
      open.clear();
    }
    open.addAll(last.ids());
    open.addAll(parked);
    noteFull(page);
    return last.ids().isEmpty() ? null : last.ids();
  }

  private void noteFull(ReadyPage page) {
    goesOn = page.isFull() && last.news() > 0;
    boolean hides = page.isFull() && last.news() == 0;
    if (hides && !isHidden) {
      LOG.warn(
          "the list of finished tasks is full and shows no new id{}: finished tasks behind these"
              + " {} rows stay hidden until these are collected; see that serp.ready.path is the"
              + " list of this endpoint alone",
          last.skipped(),
          page.rows());
    }
    isHidden = hides;
  }

  /** Notes that a poll failed before it was judged, or that its ids could not be kept. */
  public void failed(@ExchangeException Exception failure) {
    if (failure instanceof StoppingException) {
      LOG.debug("a poll is not made: the program stops");
    } else {
      LOG.warn(
          "a poll of the list of finished tasks failed and comes again: {}",
          secrets.quote(failure.toString()));
      LOG.debug("a poll failed", failure);
    }
  }

  /**
   * Notes that a poll is over, and says what it fed.
   *
   * @param poll null where it was not made
   * @param where what keeps the ids that were fed, such as the name of a file; null where none were
   */
  public synchronized void ended(
      @Variable(Poll.VARIABLE) Poll poll, @Variable("serpFedTo") String where) {
    isUnderWay = false;
    polledAt = nanoTime.getAsLong();
    heardAt = polledAt;
    if (where != null) {
      fed().kept();
      LOG.info("{} fed to {}{}", Count.of(last.ids().size(), "id"), where, last.skipped());
    } else {
      open.removeAll(fed().notKept()); // the route was stopped while they could not be kept
    }
    Verdict verdict = poll == null ? null : poll.getVerdict();
    if (verdict != null && verdict.isDeliver()) {
      failures = 0;
      counts.good();
      isOver = once && !goesOn;
    } else if (verdict != null) {
      failed(verdict);
    }
  }

  private void failed(Verdict verdict) {
    boolean isWrongPath = verdict.kind() == Verdict.Kind.PERMANENT;
    if (!isWrongPath && verdict.kind() != Verdict.Kind.TRANSIENT) {
      failures = 1; // the gate says so, and holds up the next poll
      return;
    }
    failures++;
    isOver = once && (isWrongPath || failures >= mostFailures);
    LOG.warn(
        "the list of finished tasks was not read: {}; {}", verdict.inWords(), whatNow(isWrongPath));
  }

  private String whatNow(boolean isWrongPath) {
    if (isOver) {
      return "this run goes on without it";
    }
    long seconds = TimeUnit.NANOSECONDS.toSeconds(once ? LEAST_GAP : period);
    String next = "the next poll comes in " + seconds + " s";
    return isWrongPath ? "see that serp.ready.path is right; " + next : next;
  }

  /**
   * Whether a run once need not wait for this process's polls: the list has been read as far as it
   * brought new ids, or another process reads it. Ids that were fed to a topic have ended or are
   * parked by then, since a run takes of a topic only what was there at its start; those in the
   * drop folder are its affair. What another process of the group makes of an id may never be heard
   * of here: with nothing in work, that is waited for no longer than {@code
   * serp.once.wait-circuit}, or a minute where that is shorter.
   *
   * @param inWork how many ids are in work in this process, of whatever source
   */
  public boolean isOver(int inWork) {
    if (leader().standing() == Leader.Standing.FOLLOWS) {
      return true;
    }
    synchronized (this) {
      boolean isRead = isOver && !isUnderWay;
      if (isRead && feedsTopic && !open.isEmpty()) {
        giveUpWaiting(inWork);
      }
      return isRead && (!feedsTopic || open.isEmpty());
    }
  }

  private void giveUpWaiting(int inWork) {
    long now = nanoTime.getAsLong();
    if (inWork > 0) {
      heardAt = now;
    } else if (now - heardAt >= patience.toNanos()) {
      LOG.warn(
          "the run waits no longer for {} of the list of finished tasks: for {} s nothing was heard"
              + " of them; they are kept, and another process of the group or the next run has them",
          Count.of(open.size(), "id"),
          patience.toSeconds());
      open.clear();
    }
  }
}
