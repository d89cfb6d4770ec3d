package io.serproutes.fetch;

import io.serproutes.Count;
import io.serproutes.FatalErrors;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits calls: at most so many at once, evenly spaced, none while the circuit is open but a probe,
 * and none while many answers, or large ones, still wait for an output.
 *
 * <p>Whoever waits here holds no thread. While fresh ids wait, ids that were parked get every other
 * call at most. Safe for use by many threads.
 */
public final class Gate {

  private static final Logger LOG = LoggerFactory.getLogger("serp-circuit");

  private final LongSupplier time;
  private final RateLimit rate;
  private final Circuit circuit;
  private final OpenAnswers openAnswers;
  private final BeginTask turns;
  private final long probeSeconds;
  private final Deque<Ticket> fresh = new ArrayDeque<>();
  private final Deque<Ticket> parked = new ArrayDeque<>();

  private Executor workers;
  private ScheduledExecutorService clock;
  private ScheduledFuture<?> wakeUp;
  private long wakeUpAt;
  private int inFlight;
  private boolean lastWasParked;
  private long passes;
  private boolean stopping;
  private volatile LongConsumer observer = nanos -> {};

  /**
   * A gate with the limits of {@code serp.api.*} and {@code serp.circuit.*}.
   *
   * @param turns knows how many ids are in work, for what is said of an open circuit
   */
  public Gate(Settings settings, BeginTask turns) {
    this(settings, turns, System::nanoTime, Runtime.getRuntime().maxMemory() / 16);
  }

  Gate(Settings settings, BeginTask turns, LongSupplier nanoTime, long mostOpenBytes) {
    this.turns = turns;
    time = nanoTime;
    int maxConcurrent = settings.get(Keys.MAX_CONCURRENT);
    int perMinute = settings.get(Keys.CALLS_PER_MINUTE);
    openAnswers = new OpenAnswers(2 * maxConcurrent, mostOpenBytes);
    long probe = settings.get(Keys.PROBE_INTERVAL).toNanos();
    rate = new RateLimit(perMinute, maxConcurrent, settings.get(Keys.SHARE), time.getAsLong());
    circuit = new Circuit(maxConcurrent, probe);
    probeSeconds = TimeUnit.NANOSECONDS.toSeconds(probe);
  }

  /** One call that waits to be let in. */
  private record Ticket(Task task, Runnable go, Consumer<Exception> refuse) {}

  /** Gives the gate its threads; before the first call. */
  synchronized void start(Executor newWorkers, ScheduledExecutorService newClock) {
    workers = newWorkers;
    clock = newClock;
    stopping = false;
  }

  /** IdLocks away everybody who waits and everybody who comes: their sources keep them. */
  void stop() {
    List<Ticket> turnedAway;
    synchronized (this) {
      stopping = true;
      if (wakeUp != null) {
        wakeUp.cancel(false); // a probe that is due later would hold up the end of the clock
        wakeUp = null;
      }
      turnedAway = remove(task -> true);
    }
    turnAway(turnedAway, StoppingException::new);
  }

  /**
   * Waits for a call.
   *
   * @param go run on a worker thread once the call may start; {@link #leave} must follow
   * @param refuse told when it cannot wait: {@link CircuitOpenException} for an id that is not
   *     waitsForCircuit, {@link StoppingException} at the end
   */
  void enter(Task task, Runnable go, Consumer<Exception> refuse) {
    Exception refusal = null;
    synchronized (this) {
      if (stopping || !isWanted(task)) {
        refusal = new StoppingException();
      } else {
        Ticket ticket = new Ticket(task, go, refuse);
        Deque<Ticket> line = task.isParkedBefore() ? parked : fresh;
        line.add(ticket);
        letIn();
        if (!task.waitsForCircuit() && circuit.isOpen() && line.remove(ticket)) {
          refusal = new CircuitOpenException(circuit.why());
        }
      }
    }
    if (refusal != null) {
      refuse.accept(refusal);
    }
  }

  /** Ends a call: frees its place and takes its verdict into account. */
  void leave(Task task) {
    List<Ticket> turnedAway = List.of();
    Verdict verdict = task.getVerdict();
    long now = time.getAsLong();
    synchronized (this) {
      inFlight--;
      if (task.tries().isProbe()) {
        circuit.probeEnded();
      }
      if (verdict != null) {
        if (verdict.isDeliver()) {
          openAnswers.add(task);
        }
        boolean wasOpen = circuit.isOpen();
        note(task, verdict, now);
        if (!wasOpen && circuit.isOpen()) {
          turnedAway = impatient();
        }
      }
      letIn();
    }
    turnAway(turnedAway, () -> new CircuitOpenException(whyOpen()));
    observe(now - task.tries().startedNanos());
  }

  // a host's registry of figures may refuse one; that is no failure of the call
  private void observe(long nanos) {
    try {
      observer.accept(nanos);
    } catch (RuntimeException e) {
      LOG.debug("the time of a call was not noted", e);
    }
  }

  private void note(Task task, Verdict verdict, long now) {
    switch (verdict.kind()) {
      case ACCOUNT -> {
        task.tries().refused(passes);
        open(Circuit.Cause.ACCOUNT, verdict.inWords(), task.tries().isProbe(), now);
      }
      case THROTTLED -> {
        throttled(task.tries(), verdict, now);
        probed(task.tries(), verdict, now);
      }
      case TRANSIENT -> failed(task, verdict, now);
      default -> {
        passes++;
        circuit.passed();
        rate.passed();
        probed(task.tries(), verdict, now);
      }
    }
  }

  // a probe that leaves the circuit open tells nothing of its id, so it does not count against it
  private void failed(Task task, Verdict verdict, long now) {
    if (task.tries().isProbe()) {
      boolean wasOpen = circuit.isOpen();
      probed(task.tries(), verdict, now);
      if (wasOpen && circuit.isOpen()) {
        return;
      }
    } else if (circuit.failed(task.getId().value(), verdict.inWords(), now)) {
      announce();
    }
    task.tries().failed();
  }

  private void probed(Tries tries, Verdict verdict, long now) {
    if (!tries.isProbe() || !circuit.isOpen()) {
      return;
    }
    if (circuit.probed(verdict, now)) {
      LOG.info("circuit closed: {}", Count.of(turns.inWork(), "id goes on", "ids go on"));
    } else {
      LOG.warn("circuit still open: {}; next probe in {} s", verdict.inWords(), probeSeconds);
    }
  }

  private void throttled(Tries tries, Verdict verdict, long now) {
    tries.throttled(passes);
    boolean tooManyAtOnce = verdict.statusCode() != null && verdict.statusCode() == 40209;
    long pause = rate.throttled(tries.startedNanos(), verdict.retryAfter(), tooManyAtOnce, now);
    LOG.warn(
        "throttled: {}; every call pauses for {} s, then goes on at half the {}",
        verdict.inWords(),
        TimeUnit.NANOSECONDS.toSeconds(pause),
        tooManyAtOnce ? "concurrency" : "rate");
  }

  /** Opens the circuit because an output is unavailable. */
  public void cannotDeliver(String why) {
    List<Ticket> turnedAway;
    synchronized (this) {
      open(Circuit.Cause.CANNOT_DELIVER, why, false, time.getAsLong());
      turnedAway = impatient();
    }
    turnAway(turnedAway, () -> new CircuitOpenException(whyOpen()));
  }

  /**
   * Notes that the work on a task is over. An outcome that is durable closes a circuit that was
   * open because none could be.
   */
  synchronized void ended(Task task) {
    openAnswers.ended(task, time.getAsLong());
    if (task.isEnded() && circuit.delivered()) {
      LOG.info("circuit closed: the output is available again");
    }
    letIn();
  }

  private void open(Circuit.Cause cause, String words, boolean wasProbe, long now) {
    if (circuit.open(cause, words, now)) {
      announce();
    } else if (wasProbe) {
      LOG.warn("circuit still open: {}; next probe in {} s", circuit.why(), probeSeconds);
    }
  }

  private void announce() {
    LOG.warn("circuit open: {}; {}; next probe in {} s", circuit.why(), kept(), probeSeconds);
  }

  /** In words, how many ids an open circuit keeps: all in work, not only those that wait here. */
  public String kept() {
    return Count.of(turns.inWork(), "id is kept", "ids are kept");
  }

  /** IdLocks away the ids that wait and that their sources no longer want asked for. */
  public void dropUnwanted() {
    List<Ticket> turnedAway;
    synchronized (this) {
      turnedAway = remove(task -> !isWanted(task));
    }
    turnAway(turnedAway, StoppingException::new);
  }

  private static boolean isWanted(Task task) {
    return task.getDelivery().settlement().isWanted();
  }

  private List<Ticket> impatient() {
    return remove(task -> !task.waitsForCircuit());
  }

  private List<Ticket> remove(Predicate<Task> which) {
    List<Ticket> removed = new ArrayList<>();
    for (Deque<Ticket> line : List.of(fresh, parked)) {
      line.removeIf(ticket -> which.test(ticket.task) && removed.add(ticket));
    }
    return removed;
  }

  // not under the lock: what a refusal does is the routes' affair
  private static void turnAway(List<Ticket> tickets, Supplier<Exception> refusal) {
    tickets.forEach(ticket -> ticket.refuse.accept(refusal.get()));
  }

  private void letIn() {
    for (Ticket next; !stopping && (next = first()) != null; ) {
      long now = time.getAsLong();
      long delay = Math.max(circuit.delay(now), rate.delay(now));
      int concurrency = rate.concurrency(now);
      if (inFlight >= concurrency || !openAnswers.leaveRoom(inFlight, concurrency, now)) {
        return;
      }
      if (delay > 0) {
        wakeUpIn(delay, now);
        return;
      }
      lastWasParked = next.task.isParkedBefore();
      (lastWasParked ? parked : fresh).remove();
      rate.take(now);
      inFlight++;
      next.task.asked(circuit.take(now), now);
      workers.execute(next.go);
    }
  }

  private Ticket first() {
    boolean takeParked = fresh.isEmpty() || !parked.isEmpty() && !lastWasParked;
    return takeParked ? parked.peek() : fresh.peek();
  }

  private void wakeUpIn(long delay, long now) {
    if (delay == Long.MAX_VALUE) {
      return;
    }
    boolean soonEnough = wakeUp != null && !wakeUp.isDone() && wakeUpAt <= now + delay;
    if (!soonEnough) {
      if (wakeUp != null) {
        wakeUp.cancel(false);
      }
      wakeUpAt = now + delay;
      wakeUp = clock.schedule(this::wokenUp, delay, TimeUnit.NANOSECONDS);
    }
  }

  private void wokenUp() {
    try {
      synchronized (this) {
        wakeUp = null;
        letIn();
      }
    } catch (Error e) {
      FatalErrors.report(e); // the clock would keep it to itself
      throw e;
    }
  }

  /** Lets in who may go: what an exception has kept from being let in waits no longer than this. */
  synchronized void tick() {
    letIn();
  }

  /**
   * Sets this process's part of the account's limits.
   *
   * @param share from 0 to 1; 0 leaves a call now and then, for a process that only stands by
   */
  public synchronized void share(double share) {
    rate.share(share, time.getAsLong());
    letIn();
  }

  /** Why the circuit is open, in plain words; null while it is closed. */
  public synchronized String whyOpen() {
    return circuit.why();
  }

  /** Whether the circuit is open. */
  public synchronized boolean isOpen() {
    return circuit.isOpen();
  }

  /** Calls under way. */
  public synchronized int inFlight() {
    return inFlight;
  }

  /** Ids that wait for a call. */
  public synchronized int waiting() {
    return fresh.size() + parked.size();
  }

  /** Calls that may still start within the running 60 seconds. */
  public synchronized int callsLeft() {
    return rate.left(time.getAsLong());
  }

  /** Has somebody told how many nanoseconds each call took, from the gate to its verdict. */
  public void observe(LongConsumer newObserver) {
    observer = newObserver;
  }
}
