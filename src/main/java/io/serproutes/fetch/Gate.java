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
 * Admits calls: at most so many at once, evenly spaced, none but a probe while the circuit is open,
 * and none while many answers, or large ones, still wait for an output.
 *
 * <p>An id that waits here holds no thread. While fresh ids wait, at most every other call is for
 * an id that was parked. Safe for use by many threads.
 */
public final class Gate {

  private static final Logger LOG = LoggerFactory.getLogger("serp-circuit");

  private final LongSupplier time;
  private final RateLimit rate;
  private final Circuit circuit;
  private final OpenAnswers openAnswers;
  private final BeginTask begun;
  private final String address;
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
   * @param begun knows how many ids are in work: an open circuit keeps them all
   */
  public Gate(Settings settings, BeginTask begun) {
    this(settings, begun, System::nanoTime, Runtime.getRuntime().maxMemory() / 16);
  }

  Gate(Settings settings, BeginTask begun, LongSupplier nanoTime, long mostOpenBytes) {
    this.begun = begun;
    time = nanoTime;
    int maxConcurrent = settings.get(Keys.MAX_CONCURRENT);
    int perMinute = settings.get(Keys.CALLS_PER_MINUTE);
    openAnswers = new OpenAnswers(2 * maxConcurrent, mostOpenBytes);
    long probe = settings.get(Keys.PROBE_INTERVAL).toNanos();
    rate = new RateLimit(perMinute, maxConcurrent, settings.get(Keys.SHARE), time.getAsLong());
    circuit = new Circuit(maxConcurrent, probe);
    address = settings.text(Keys.BASE_URL);
  }

  /** One call that waits to be let in. */
  private record Ticket(Task task, Runnable go, Consumer<Exception> refuse) {}

  /** Gives the gate its threads; before the first call. */
  synchronized void start(Executor newWorkers, ScheduledExecutorService newClock) {
    workers = newWorkers;
    clock = newClock;
    stopping = false;
  }

  /** Refuses all ids that wait and all that come: their sources keep them. */
  void stop() {
    List<Ticket> refused;
    synchronized (this) {
      stopping = true;
      if (wakeUp != null) {
        wakeUp.cancel(false); // a probe that is due later would delay the end of the clock
        wakeUp = null;
      }
      refused = remove(task -> true);
    }
    refuse(refused, StoppingException::new);
  }

  /**
   * Waits for a call.
   *
   * @param go run on a worker thread once the call may start; {@link #leave} must follow
   * @param refuse told where the id cannot wait: {@link CircuitOpenException} for one that does not
   *     wait for the circuit, {@link StoppingException} when the program stops
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
          refusal = new CircuitOpenException(whyOpen());
        }
      }
    }
    if (refusal != null) {
      refuse.accept(refusal);
    }
  }

  /** Ends a call: frees its place and takes its verdict into account. */
  void leave(Task task) {
    List<Ticket> refused = List.of();
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
          refused = thoseThatDoNotWait();
        }
      }
      letIn();
    }
    refuse(refused, () -> new CircuitOpenException(whyOpen()));
    observe(now - task.tries().startedNanos());
  }

  // a host's meter registry may throw; that is no failure of the call
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
        open(Halt.refused(verdict), task.tries().isProbe(), now);
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

  // a probe that leaves the circuit open says nothing about its id and does not count against it
  private void failed(Task task, Verdict verdict, long now) {
    if (task.tries().isProbe()) {
      boolean wasOpen = circuit.isOpen();
      probed(task.tries(), verdict, now);
      if (wasOpen && circuit.isOpen()) {
        return;
      }
    } else if (circuit.failed(task.getId().value(), Halt.unreachable(address, verdict), now)) {
      warn("Halted", now);
    }
    task.tries().failed();
  }

  private void probed(Tries tries, Verdict verdict, long now) {
    if (!tries.isProbe() || !circuit.isOpen()) {
      return;
    }
    Halt halt = circuit.halt();
    if (circuit.probed(verdict, now)) {
      resumed(halt);
    } else {
      warn("Still halted", now);
    }
  }

  private void throttled(Tries tries, Verdict verdict, long now) {
    tries.throttled(passes);
    boolean tooManyAtOnce = verdict.statusCode() != null && verdict.statusCode() == 40209;
    long pause = rate.throttled(tries.startedNanos(), verdict.retryAfter(), tooManyAtOnce, now);
    LOG.warn(
        "Throttled ({}): all calls pause for {} s, then continue at half the {}",
        verdict.inWords(),
        TimeUnit.NANOSECONDS.toSeconds(pause),
        tooManyAtOnce ? "concurrency" : "rate");
  }

  /**
   * Opens the circuit because an output is unavailable.
   *
   * @param why which, and what is wrong with it, in one line
   * @param cure what a person can do, as a sentence without its full stop
   */
  public void cannotDeliver(String why, String cure) {
    List<Ticket> refused;
    synchronized (this) {
      open(Halt.cannotDeliver(why, cure), false, time.getAsLong());
      refused = thoseThatDoNotWait();
    }
    refuse(refused, () -> new CircuitOpenException(whyOpen()));
  }

  /**
   * Notes that the work on a task has ended. A durable outcome closes a circuit that is open
   * because an output was unavailable.
   */
  synchronized void ended(Task task) {
    openAnswers.ended(task, time.getAsLong());
    Halt halt = circuit.halt();
    if (task.isEnded() && circuit.delivered()) {
      resumed(halt);
    }
    letIn();
  }

  private void open(Halt halt, boolean wasProbe, long now) {
    if (circuit.open(halt, now)) {
      warn("Halted", now);
    } else if (wasProbe) {
      warn("Still halted", now);
    }
  }

  private void warn(String state, long now) {
    LOG.warn("{}: {}", state, inWords(now));
  }

  private void resumed(Halt halt) {
    String ids = Count.of(begun.inWork(), "id goes on", "ids go on");
    LOG.info("Resumed: {}. {}.", halt.cause().over, ids);
  }

  // all ids in work are kept, those in a back-off too, and not only those that wait here
  private String inWords(long now) {
    String kept = Count.of(begun.inWork(), "id is kept", "ids are kept");
    long delay = circuit.delay(now);
    long seconds = TimeUnit.NANOSECONDS.toSeconds(delay + TimeUnit.SECONDS.toNanos(1) - 1);
    boolean isProbing = delay == Long.MAX_VALUE;
    return circuit.halt().inWords(kept, isProbing ? "under way" : "in " + seconds + " s");
  }

  /** Refuses ids that wait here although their sources no longer want them. */
  public void dropUnwanted() {
    List<Ticket> refused;
    synchronized (this) {
      refused = remove(task -> !isWanted(task));
    }
    refuse(refused, StoppingException::new);
  }

  private static boolean isWanted(Task task) {
    return task.getDelivery().settlement().isWanted();
  }

  private List<Ticket> thoseThatDoNotWait() {
    return remove(task -> !task.waitsForCircuit());
  }

  private List<Ticket> remove(Predicate<Task> which) {
    List<Ticket> removed = new ArrayList<>();
    for (Deque<Ticket> line : List.of(fresh, parked)) {
      line.removeIf(ticket -> which.test(ticket.task) && removed.add(ticket));
    }
    return removed;
  }

  // not under the lock: a refusal runs the routes
  private static void refuse(List<Ticket> tickets, Supplier<Exception> refusal) {
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

  /** Lets in what may go, even if an exception kept an earlier attempt from doing so. */
  synchronized void tick() {
    letIn();
  }

  /**
   * Sets this process's part of the account's limits.
   *
   * @param share from 0 to 1; at 0 an occasional call remains, for a process that stands by
   */
  public synchronized void share(double share) {
    rate.share(share, time.getAsLong());
    letIn();
  }

  /** Why the circuit is open, in a few words; null while it is closed. */
  public synchronized String whyOpen() {
    return circuit.isOpen() ? circuit.halt().problem() : null;
  }

  /**
   * Why the circuit is open, how many ids that keeps, what a person can do and when the next call
   * is made, as the log says it; null while it is closed.
   */
  public synchronized String halted() {
    return circuit.isOpen() ? "Halted: " + inWords(time.getAsLong()) : null;
  }

  /** Whether the circuit is open for a reason that waiting cannot end: a login that is rejected. */
  public synchronized boolean isHopeless() {
    return circuit.isOpen() && circuit.halt().isHopeless();
  }

  /** Whether the circuit is open. */
  public synchronized boolean isOpen() {
    return circuit.isOpen();
  }

  /** Calls in flight. */
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

  /** Sets who is told how many nanoseconds each call took, from the gate to its verdict. */
  public void observe(LongConsumer newObserver) {
    observer = newObserver;
  }
}
