package io.serproutes.fetch;

import io.serproutes.FatalErrors;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.fetch.WaitingCalls.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits calls: at most so many at once, evenly spaced, none but a probe while the circuit is open,
 * none while many answers, or large ones, still wait for an output, and none while a person has
 * paused the program. An answer that came with its id needs no call: for it only the last two
 * count, and whether an output is unavailable.
 *
 * <p>An id that waits here holds no thread. Safe for use by many threads.
 */
public final class Gate {

  private static final int MOST_IN_TRANSACTION = 500;
  private static final int FEWEST_FAILURES = 2; // one id alone would open it and never end
  private static final Logger LOG = LoggerFactory.getLogger(Circuit.LOGGER);

  private final BeginTask begun;
  private final LongSupplier time;
  private final RateLimit rate;
  private final Circuit circuit;
  private final OpenAnswers openAnswers;
  private final Calls calls;
  private final WaitingCalls waiting = new WaitingCalls();
  private final int mostReading;

  private Executor workers;
  private ScheduledExecutorService clock;
  private ScheduledFuture<?> wakeUp;
  private long wakeUpAt;
  private int inFlight;
  private int reading; // answers that came with their ids, until they are judged
  private long passes;
  private boolean stopping;
  private boolean paused;
  private String throttledBy = ""; // codes
  private volatile LongConsumer observer = nanos -> {};

  /**
   * A gate with the limits of {@code serp.api.*} and {@code serp.circuit.*}.
   *
   * @param begun knows how many ids are in work: an open circuit keeps them all
   */
  public Gate(Settings settings, BeginTask begun) {
    this(settings, begun, System::nanoTime, mostOpenBytes(settings));
  }

  Gate(Settings settings, BeginTask begun, LongSupplier nanoTime, long mostOpenBytes) {
    this.begun = begun;
    time = nanoTime;
    calls = new Calls(nanoTime);
    int maxConcurrent = settings.get(Keys.MAX_CONCURRENT);
    mostReading = maxConcurrent;
    int perMinute = settings.get(Keys.CALLS_PER_MINUTE);
    openAnswers = new OpenAnswers(mostOpen(settings), mostOpenBytes);
    long probe = settings.get(Keys.PROBE_INTERVAL).toNanos();
    rate = new RateLimit(perMinute, maxConcurrent, settings.get(Keys.SHARE), time.getAsLong());
    int failuresToOpen = Math.max(FEWEST_FAILURES, maxConcurrent);
    circuit = new Circuit(failuresToOpen, probe, settings.text(Keys.BASE_URL), begun::inWork);
  }

  /**
   * How many answers may wait for an output: twice as many as calls may be in flight, and more
   * where they wait for a transaction, which is for many of them.
   */
  public static int mostOpen(Settings settings) {
    int mostWaiting = 2 * settings.get(Keys.MAX_CONCURRENT);
    return settings.isExactlyOnce() ? Math.max(MOST_IN_TRANSACTION, mostWaiting) : mostWaiting;
  }

  /** How many bytes of heap these answers may take. */
  public static long mostOpenBytes(Settings settings) {
    return Runtime.getRuntime().maxMemory() / (settings.isExactlyOnce() ? 10 : 16);
  }

  /** Gives the gate its threads; before the first call. */
  synchronized void start(Executor newWorkers, ScheduledExecutorService newClock) {
    workers = newWorkers;
    clock = newClock;
    stopping = false;
    begun.whenHostWaits(this::refuseThoseThatDoNotWait);
  }

  /** Refuses all ids that wait and all that come: their sources keep them. */
  void stop() {
    List<Consumer<Exception>> refused;
    synchronized (this) {
      stopping = true;
      if (wakeUp != null) {
        wakeUp.cancel(false); // a probe that is due later would delay the end of the clock
        wakeUp = null;
      }
      refused = waiting.removeAll();
    }
    refuse(refused, StoppingException::new);
  }

  /**
   * Waits for a call, or for room to read the answer that came with the id. A poll is let in before
   * the ids that wait, but is the probe of an open circuit only where none does.
   *
   * @param go run on a worker thread once that may start; {@link #leave} must follow
   * @param refuse told where it cannot wait: {@link CircuitOpenException} for an id that does not
   *     wait for the circuit, {@link StoppingException} when the program stops
   */
  void enter(Call call, Runnable go, Consumer<Exception> refuse) {
    Exception refusal = null;
    synchronized (this) {
      if (stopping || call instanceof Task task && !isWanted(task)) {
        refusal = new StoppingException();
      } else {
        Waiting one = new Waiting(call, go, refuse);
        waiting.add(one);
        letIn();
        boolean isImpatient = call instanceof Task task && !task.waitsForCircuit();
        if (isImpatient && circuit.isOpen() && waiting.remove(one)) {
          refusal = circuitOpen();
        }
      }
    }
    if (refusal != null) {
      refuse.accept(refusal);
    }
  }

  /** Ends a call: frees its place and takes its verdict into account. */
  void leave(Call call) {
    Task task = call instanceof Task id ? id : null;
    if (task != null && task.getAnswerFile() != null) {
      endReading(task);
      return;
    }
    List<Consumer<Exception>> refused = List.of();
    Verdict verdict = call.getVerdict();
    long now = time.getAsLong();
    synchronized (this) {
      inFlight--;
      if (call.tries().isProbe()) {
        circuit.probeEnded();
      }
      if (verdict != null) {
        if (task != null && verdict.isDeliver()) {
          openAnswers.add(task);
        }
        boolean wasOpen = circuit.isOpen();
        note(call, verdict, now);
        if (!wasOpen && circuit.isOpen()) {
          refused = thoseThatDoNotWait();
        }
      }
      letIn();
    }
    refuse(refused, this::circuitOpen);
    if (task == null) {
      calls.ended(verdict);
    } else {
      long nanos = now - task.tries().startedNanos();
      calls.ended(verdict, nanos);
      observe(nanos);
    }
  }

  // what was posted says nothing of the API: whoever has the token may have posted it
  private synchronized void endReading(Task task) {
    reading--;
    if (task.getVerdict() != null && task.getVerdict().isDeliver()) {
      openAnswers.add(task);
    }
    letIn();
  }

  // a host's meter registry may throw; that is no failure of the call
  private void observe(long nanos) {
    try {
      observer.accept(nanos);
    } catch (RuntimeException e) {
      LOG.debug("the time of a call was not noted", e);
    }
  }

  private void note(Call call, Verdict verdict, long now) {
    switch (verdict.kind()) {
      case ACCOUNT -> {
        call.tries().refused(passes);
        circuit.open(Halt.refused(verdict), call.tries().isProbe(), now);
      }
      case THROTTLED -> {
        throttled(call.tries(), verdict, now);
        probed(call.tries(), verdict, now);
      }
      case TRANSIENT -> failed(call, verdict, now);
      default -> passed(call, verdict, now);
    }
  }

  // no id passed with a poll: what the API says of a list says nothing of an id that is refused
  private void passed(Call call, Verdict verdict, long now) {
    if (call instanceof Task) {
      passes++;
      circuit.passed();
    } else if (verdict.reason() == Reason.WRONG_ENDPOINT) {
      return;
    } else {
      circuit.pollPassed();
    }
    rate.passed();
    probed(call.tries(), verdict, now);
  }

  // a probe that leaves the circuit open says nothing about its id and does not count against it
  private void failed(Call call, Verdict verdict, long now) {
    if (call.tries().isProbe()) {
      boolean wasOpen = circuit.isOpen();
      probed(call.tries(), verdict, now);
      if (wasOpen && circuit.isOpen()) {
        return;
      }
    } else {
      circuit.failed(call instanceof Task task ? task.getId() : call, verdict, now);
    }
    call.tries().failed();
  }

  private void probed(Tries tries, Verdict verdict, long now) {
    if (tries.isProbe() && circuit.isOpen()) {
      circuit.probed(verdict, now);
    }
  }

  private void throttled(Tries tries, Verdict verdict, long now) {
    tries.throttled(passes);
    boolean tooManyAtOnce = StatusCodes.isTooManyAtOnce(verdict);
    long pause = rate.throttled(tries.startedNanos(), verdict.retryAfter(), tooManyAtOnce, now);
    throttledBy = verdict.codes();
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
    List<Consumer<Exception>> refused;
    synchronized (this) {
      circuit.open(Halt.cannotDeliver(why, cure), false, time.getAsLong());
      refused = thoseThatDoNotWait();
    }
    refuse(refused, this::circuitOpen);
  }

  /**
   * Notes that the work on a task has ended. A durable outcome closes a circuit that is open
   * because an output was unavailable.
   */
  synchronized void ended(Task task) {
    openAnswers.ended(task, time.getAsLong());
    if (task.isEnded()) {
      circuit.delivered();
    }
    letIn();
  }

  /** Refuses ids that wait here although their sources no longer want them. */
  public void dropUnwanted() {
    List<Consumer<Exception>> refused;
    synchronized (this) {
      refused = waiting.removeIf(task -> !isWanted(task));
    }
    refuse(refused, StoppingException::new);
  }

  private static boolean isWanted(Task task) {
    return task.getDelivery().settlement().isWanted();
  }

  private void refuseThoseThatDoNotWait() {
    List<Consumer<Exception>> refused;
    synchronized (this) {
      refused = circuit.isOpen() ? thoseThatDoNotWait() : List.of();
    }
    refuse(refused, this::circuitOpen);
  }

  // those that wait for a call, and those that wait until another exchange has ended their id
  private List<Consumer<Exception>> thoseThatDoNotWait() {
    List<Consumer<Exception>> refused = begun.removeThoseThatDoNotWait();
    refused.addAll(waiting.removeIf(task -> !task.waitsForCircuit()));
    return refused;
  }

  // not under the lock: a refusal runs the routes
  private static void refuse(List<Consumer<Exception>> refused, Supplier<Exception> refusal) {
    refused.forEach(one -> one.accept(refusal.get()));
  }

  private CircuitOpenException circuitOpen() {
    return new CircuitOpenException(whyOpen());
  }

  private void letIn() {
    if (paused) {
      return;
    }
    letInAnswered();
    for (Waiting next; !stopping && (next = waiting.next(circuit.isOpen())) != null; ) {
      long now = time.getAsLong();
      long delay = Math.max(circuit.delay(now), rate.delay(now));
      int concurrency = rate.concurrency(now);
      if (inFlight >= concurrency || !openAnswers.leaveRoom(inFlight + reading, concurrency, now)) {
        return;
      }
      if (delay > 0) {
        wakeUpIn(delay, now);
        return;
      }
      waiting.letIn(next);
      rate.take(now);
      inFlight++;
      next.call().asked(circuit.take(now), now);
      workers.execute(next.go());
    }
  }

  // the tick looks again where an output is unavailable
  private void letInAnswered() {
    while (!stopping && waiting.hasAnswered() && reading < mostReading) {
      long now = time.getAsLong();
      if (!openAnswers.leaveRoom(reading, mostReading, now) || !circuit.takeDelivery(now)) {
        return;
      }
      reading++;
      workers.execute(waiting.letInAnswered().go());
    }
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

  /** Starts no call, no probe and no poll until {@link #resume}; what waits keeps its place. */
  synchronized void pause() {
    paused = true;
  }

  /** Starts calls again. */
  synchronized void resume() {
    paused = false;
    letIn();
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
    return circuit.isOpen() ? "Halted: " + circuit.inWords(time.getAsLong()) : null;
  }

  /** Why all calls pause and for how long, where the API asked for fewer; null where it did not. */
  public synchronized String throttled() {
    long left = rate.pauseLeft(time.getAsLong());
    long seconds = TimeUnit.NANOSECONDS.toSeconds(left + TimeUnit.SECONDS.toNanos(1) - 1);
    return left == 0
        ? null
        : "Throttled (" + throttledBy + "): all calls pause, the next one is in " + seconds + " s";
  }

  /** Whether the circuit is open and the next id that comes is its probe: none is in work. */
  public synchronized boolean awaitsId() {
    return circuit.awaitsId(time.getAsLong());
  }

  /** Whether the circuit is open for a reason that waiting cannot end: a login that is rejected. */
  public synchronized boolean isHopeless() {
    return circuit.isOpen() && circuit.halt().isHopeless();
  }

  /** Whether the circuit is open. */
  public synchronized boolean isOpen() {
    return circuit.isOpen();
  }

  /**
   * How long until the next probe of the open circuit, zero during one and while it awaits an id;
   * null while it is closed.
   */
  public synchronized Duration nextProbe() {
    if (!circuit.isOpen()) {
      return null;
    }
    long delay = circuit.delay(time.getAsLong());
    return delay == Long.MAX_VALUE ? Duration.ZERO : Duration.ofNanos(delay);
  }

  public synchronized int inFlight() {
    return inFlight;
  }

  /** Ids that wait for a call. */
  public synchronized int waiting() {
    return waiting.size();
  }

  /** Calls that may still start within the running 60 seconds. */
  public synchronized int callsLeft() {
    return rate.left(time.getAsLong());
  }

  /** Calls that started within the last 60 seconds. */
  public synchronized int callsInLastMinute() {
    return rate.lastMinute(time.getAsLong());
  }

  /** What was answered to the calls that have ended, and how long they took. */
  public Calls calls() {
    return calls;
  }

  /** This process's part of the calls a minute that the account allows. */
  public synchronized double callsPerMinute() {
    return rate.perMinute();
  }

  /** How many calls may be in flight at once now. */
  public synchronized int concurrency() {
    return rate.concurrency(time.getAsLong());
  }

  /** Sets who is told how many nanoseconds each call took, from the gate to its verdict. */
  public void observe(LongConsumer newObserver) {
    observer = newObserver;
  }
}
