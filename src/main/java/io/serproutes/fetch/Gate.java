package io.serproutes.fetch;

import io.serproutes.FatalErrors;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place every call passes: at most so many at once, evenly spaced, none while the circuit
 * is open but a probe, and none while many answers, or large ones, still wait for a way out.
 *
 * <p>Whoever waits here holds no thread. While fresh ids wait, ids that were parked get every other
 * call at most. Safe for use by many threads.
 */
public final class Gate {

  private static final Logger LOG = LoggerFactory.getLogger("serp-circuit");

  private final LongSupplier time;
  private final RateLimit rate;
  private final Circuit circuit;
  private final long probeSeconds;
  private final Deque<Ticket> fresh = new ArrayDeque<>();
  private final Deque<Ticket> parked = new ArrayDeque<>();

  private volatile Executor workers;
  private ScheduledExecutorService clock;
  private ScheduledFuture<?> wakeUp;
  private long wakeUpAt;
  private final int mostDelivering;
  private final long mostDeliveringBytes;
  private int inFlight;
  private int delivering;
  private long deliveringBytes;
  private final EndedRecently endedRecently = new EndedRecently();
  private boolean lastWasParked;
  private long passes;
  private boolean stopping;
  private volatile LongConsumer observer = nanos -> {};

  /** A gate with the limits of {@code serp.api.*} and {@code serp.circuit.*}. */
  public Gate(Settings settings) {
    this(settings, System::nanoTime, Runtime.getRuntime().maxMemory() / 16);
  }

  Gate(Settings settings, LongSupplier nanoTime, long mostDeliveringBytes) {
    time = nanoTime;
    this.mostDeliveringBytes = mostDeliveringBytes;
    int maxConcurrent = settings.get(Keys.MAX_CONCURRENT);
    int perMinute = settings.get(Keys.CALLS_PER_MINUTE);
    mostDelivering = 2 * maxConcurrent;
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

  /** Turns away everybody who waits and everybody who comes: their sources keep them. */
  void stop() {
    List<Ticket> turnedAway = new ArrayList<>();
    synchronized (this) {
      stopping = true;
      if (wakeUp != null) {
        wakeUp.cancel(false); // a probe that is due later would hold up the end of the clock
        wakeUp = null;
      }
      turnedAway.addAll(fresh);
      turnedAway.addAll(parked);
      fresh.clear();
      parked.clear();
    }
    turnedAway.forEach(ticket -> ticket.refuse.accept(new StoppingException()));
  }

  /**
   * Waits for a call.
   *
   * @param go run on a worker thread once the call may start; {@link #leave} must follow
   * @param refuse told when it cannot wait: {@link CircuitOpenException} for an id that is not
   *     patient, {@link StoppingException} at the end
   */
  void enter(Task task, Runnable go, Consumer<Exception> refuse) {
    Exception refusal = null;
    synchronized (this) {
      if (stopping || !task.getDelivery().settlement().isWanted()) {
        refusal = new StoppingException();
      } else {
        Ticket ticket = new Ticket(task, go, refuse);
        Deque<Ticket> line = task.isParkedBefore() ? parked : fresh;
        line.add(ticket);
        letIn();
        if (!task.isPatient() && circuit.isOpen() && line.remove(ticket)) {
          refusal = new CircuitOpenException(circuit.why());
        }
      }
    }
    if (refusal != null) {
      refuse.accept(refusal);
    }
  }

  /** Ends a call: frees its place and takes its verdict into account. */
  public void leave(@Variable(AwaitTurn.TASK) Task task) {
    List<Ticket> turnedAway = List.of();
    long nanos = time.getAsLong() - task.getAskedNanos();
    synchronized (this) {
      inFlight--;
      if (task.startsDelivery()) {
        delivering++;
        deliveringBytes += task.getDeliveredBytes();
      }
      if (task.isProbe()) {
        circuit.probeEnded();
      }
      if (task.getVerdict() != null) {
        boolean wasOpen = circuit.isOpen();
        note(task, task.getVerdict(), time.getAsLong());
        if (!wasOpen && circuit.isOpen()) {
          turnedAway = impatient();
        }
      }
      letIn();
    }
    turnAway(turnedAway);
    observe(nanos);
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
    boolean wasProbe = task.isProbe();
    switch (verdict.kind()) {
      case ACCOUNT -> {
        task.refused(passes);
        open(Circuit.Cause.ACCOUNT, verdict.inWords(), wasProbe, now);
        return;
      }
      case THROTTLED -> throttled(task, verdict, now);
      case TRANSIENT -> {
        boolean free = wasProbe && circuit.isOpen() && !closes(verdict, now);
        if (!free) {
          task.charge(true);
        }
        if (!wasProbe && circuit.failed(task.getId().value(), verdict.inWords(), now)) {
          announce();
        }
        return;
      }
      default -> {
        task.charge(false);
        passes++;
        circuit.passed();
        rate.passed();
      }
    }
    if (wasProbe) {
      closes(verdict, now);
    }
  }

  private boolean closes(Verdict verdict, long now) {
    boolean closed = circuit.probed(verdict, now);
    if (closed) {
      LOG.info("circuit closed: {} ids go on", waiting());
    } else if (circuit.isOpen()) {
      LOG.warn("circuit still open: {}; next probe in {} s", verdict.inWords(), probeSeconds);
    }
    return closed;
  }

  private void throttled(Task task, Verdict verdict, long now) {
    task.throttled(passes);
    boolean tooManyAtOnce = verdict.statusCode() != null && verdict.statusCode() == 40209;
    long pause = rate.throttled(task.getAskedNanos(), verdict.retryAfter(), tooManyAtOnce, now);
    LOG.warn(
        "throttled: {}; every call pauses for {} s, then goes on at half the {}",
        verdict.inWords(),
        TimeUnit.NANOSECONDS.toSeconds(pause),
        tooManyAtOnce ? "concurrency" : "rate");
  }

  /** Opens the circuit because a way out refuses. */
  public void cannotDeliver(String why) {
    List<Ticket> turnedAway;
    synchronized (this) {
      open(Circuit.Cause.CANNOT_DELIVER, why, false, time.getAsLong());
      turnedAway = impatient();
    }
    turnAway(turnedAway);
  }

  /**
   * Notes that the work on a task is over, and lets go of its place among those that are delivered.
   * An outcome that is durable closes a circuit that was open because none could be.
   */
  synchronized void ended(Task task) {
    endedRecently.note(time.getAsLong());
    if (task.endsDelivery()) {
      delivering--;
      deliveringBytes -= task.getDeliveredBytes();
    }
    if (task.isEnded() && circuit.delivered()) {
      LOG.info("circuit closed: the way out takes again; {} ids go on", waiting());
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
    LOG.warn(
        "circuit open: {}; {} ids are waiting; next probe in {} s",
        circuit.why(),
        waiting(),
        probeSeconds);
  }

  /** Turns away the ids that wait and that their sources no longer want asked for. */
  public void dropUnwanted() {
    List<Ticket> turnedAway;
    synchronized (this) {
      turnedAway = take(fresh, ticket -> !ticket.task.getDelivery().settlement().isWanted());
      turnedAway.addAll(take(parked, ticket -> !ticket.task.getDelivery().settlement().isWanted()));
    }
    turnedAway.forEach(ticket -> ticket.refuse.accept(new StoppingException()));
  }

  private List<Ticket> impatient() {
    return take(fresh, ticket -> !ticket.task.isPatient());
  }

  private static List<Ticket> take(Deque<Ticket> queue, Predicate<Ticket> which) {
    List<Ticket> taken = new ArrayList<>(queue.stream().filter(which).toList());
    if (!taken.isEmpty()) {
      queue.removeIf(which);
    }
    return taken;
  }

  private void turnAway(List<Ticket> tickets) {
    for (Ticket ticket : tickets) {
      ticket.refuse.accept(new CircuitOpenException(whyOpen()));
    }
  }

  private void letIn() {
    for (Ticket next; !stopping && (next = first()) != null; ) {
      long now = time.getAsLong();
      long delay = Math.max(circuit.delay(now), rate.delay(now));
      if (inFlight >= rate.concurrency(now) || isWayOutSlow(now)) {
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

  // what is asked and has not ended is asked again after a kill: as many as may be under way, and
  // half of what ends in a second, so that answers which are being delivered hold up no call;
  // answers that wait for a way out take memory, few large ones as much as many small ones
  private boolean isWayOutSlow(long now) {
    int mostOpen = rate.concurrency(now) + endedRecently.inASecond(now) / 2;
    return inFlight + delivering >= mostOpen
        || delivering >= mostDelivering
        || delivering > 0 && deliveringBytes >= mostDeliveringBytes;
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

  /** Runs the rest of a task's way on a worker thread; at the very end on this one. */
  public void goOn(Runnable rest) {
    try {
      workers.execute(rest);
    } catch (RejectedExecutionException e) {
      rest.run();
    } catch (Error e) {
      FatalErrors.report(e); // the task stands still, and its caller is a client's callback
      throw e;
    }
  }

  /** Has somebody told how many nanoseconds each call took, from the gate to its verdict. */
  public void observe(LongConsumer newObserver) {
    observer = newObserver;
  }
}
