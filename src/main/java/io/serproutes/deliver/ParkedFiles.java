package io.serproutes.deliver;

import io.serproutes.Failures;
import io.serproutes.LookAhead;
import io.serproutes.Settings;
import io.serproutes.fetch.StoppingException;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.PassedHeaders;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ids whose task is not ready, as files {@code parked/{id}.json} under {@code serp.files.dir}. Safe
 * for use by many threads; {@link #due} is for one.
 *
 * <p>Of several processes with the same folder, the one that holds its lock asks for the ids; the
 * lock dies with its process. It lists the folder at the start and then every minute, and picks up
 * every id that it does not know. What it sees depends on no time of a file and on no clock.
 *
 * <p>The command {@code fetch} asks only for the ids that it has parked itself, and has the lock
 * while it asks for one.
 */
public final class ParkedFiles implements ParkedIds {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-parked-files");
  private static final Duration SCAN_EVERY = Duration.ofMinutes(1);
  private static final Duration SCAN_AGAIN = Duration.ofSeconds(5);
  private static final Duration LATER = Duration.ofMinutes(1);
  private static final Duration SOON = Duration.ofSeconds(1);

  /** What is known of the records that were here before the start. */
  private enum State {
    NOT_SCANNED,
    OF_ANOTHER_PROCESS,
    SCAN_FAILS,
    KNOWN
  }

  private final ParkedFolder folder;
  private final DurableFiles files = new DurableFiles();
  private final ParkingTimes times;
  private final Intake intake;
  private final PassedHeaders headers;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final boolean leavesOthers;

  // in seconds since the start, which do not move when the clock is set
  private final DueIds due = new DueIds();
  private final Map<TaskId, Instant> asking = new ConcurrentHashMap<>(); // when first
  private final Set<TaskId> warned = ConcurrentHashMap.newKeySet();
  private final Map<TaskId, ParkedRecord> notRemoved = new ConcurrentHashMap<>();

  // a scan leaves out the ids that are being parked or were parked since it began
  private final Set<TaskId> parking = ConcurrentHashMap.newKeySet();
  private final Set<TaskId> parkedMeanwhile = ConcurrentHashMap.newKeySet();
  private boolean scanning;
  private long nextScan;
  private String lastFailure;
  private volatile State state;

  /** Ids parked under {@code serp.files.dir}. */
  public ParkedFiles(Settings settings, Intake intake) {
    this(
        settings,
        intake,
        path -> Files.newDirectoryStream(path, "*.json"),
        InstantSource.system(),
        System::nanoTime);
  }

  ParkedFiles(
      Settings settings,
      Intake intake,
      ParkedFolder.Listing listing,
      InstantSource clock,
      LongSupplier nanoTime) {
    Path path = ResultFolder.of(settings).resolve(ResultFolder.PARKED);
    this.folder = new ParkedFolder(path, listing);
    this.times = new ParkingTimes(settings);
    this.intake = intake;
    this.headers = new PassedHeaders(settings);
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.nextScan = startNanos;
    this.leavesOthers = !settings.arguments().isEmpty();
    this.state = leavesOthers ? State.KNOWN : State.NOT_SCANNED;
  }

  /**
   * Parks a task; its record is durable on return.
   *
   * @param json its {@link ParkedRecord}
   * @throws OutputUnavailableException where the record cannot be written
   * @throws StoppingException where the thread is interrupted
   */
  public void park(@Variable(Task.VARIABLE) Task task, @Body byte[] json)
      throws OutputUnavailableException, StoppingException {
    TaskId id = task.getId();
    parking.add(id);
    boolean ours = false;
    try {
      files.write(folder.file(id), json);
      ours = leavesOthers || isOurs();
    } catch (IOException e) {
      throw OutputUnavailableException.of(folder.path(), e);
    } finally {
      parked(id, ours);
    }
  }

  // an id that is not noted here is found by the next scan
  private void parked(TaskId id, boolean ours) {
    ParkedRecord record = ours ? folder.find(id) : null;
    synchronized (this) {
      if (record != null) {
        note(id, record);
        if (scanning) {
          parkedMeanwhile.add(id);
        }
      }
      parking.remove(id);
    }
  }

  private boolean isOurs() {
    try {
      return folder.isOurs();
    } catch (IOException e) {
      return false; // the next scan warns of it
    }
  }

  private void note(TaskId id, ParkedRecord record) {
    note(id, wait(record), firstAsked(record, clock.instant()));
  }

  private void note(TaskId id, Duration wait, Instant first) {
    long second = (sinceStart() + wait.toMillis() + 999) / 1000; // never too early
    due.add(id, second, first.getEpochSecond());
  }

  private long sinceStart() {
    return (nanoTime.getAsLong() - startNanos) / 1_000_000;
  }

  private Duration wait(ParkedRecord record) {
    return isReadable(record) ? times.wait(record, clock.instant()) : Duration.ZERO;
  }

  private static Instant firstAsked(ParkedRecord record, Instant now) {
    return isReadable(record) ? record.history(now).firstAskedAt() : now;
  }

  private static boolean isReadable(ParkedRecord record) {
    return record != ParkedFolder.UNREADABLE;
  }

  /**
   * Counts the parked ids that this process asks for, those in work included. At least one where
   * the folder has not been listed successfully.
   */
  @Override
  public synchronized int size() {
    return Math.max(due.size() + asking.size(), state == State.SCAN_FAILS ? 1 : 0);
  }

  @Override
  public Instant nextDue() {
    Integer second = due.nextSecond();
    return second == null ? null : instant(second);
  }

  private Instant instant(int second) {
    return clock.instant().plusMillis(second * 1000L - sinceStart());
  }

  @Override
  public List<Parked> first(int most) {
    List<Parked> first = new ArrayList<>();
    due.first(most)
        .forEach(
            (id, second) -> {
              ParkedRecord record = folder.find(id);
              if (record != null) { // else another delivery of it has ended
                first.add(new Parked(id, instant(second), isReadable(record) ? record : null));
              }
            });
    return first;
  }

  @Override
  public Instant oldest() {
    return ParkedIds.earliest(due.oldestSecond(), asking.values());
  }

  /** Whether the folder has been listed, as far as that is possible. */
  @Override
  public boolean isKnown() {
    return state != State.NOT_SCANNED;
  }

  @Override
  public synchronized Set<TaskId> wake(Set<TaskId> ids) {
    Set<TaskId> here = due.wake(ids);
    ids.stream().filter(asking::containsKey).forEach(here::add);
    return here;
  }

  /** Returns the parked ids that are due now, each once there is room for it. */
  public Iterator<Delivery> due() {
    boolean ours = leavesOthers || scanIfDue();
    return new LookAhead<>() {
      @Override
      protected Delivery fetch() {
        return ours ? takeDue() : null;
      }
    };
  }

  private Delivery takeDue() {
    for (TaskId id; (id = startAsking()) != null; ) {
      Delivery delivery = null;
      try {
        delivery = delivery(id);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      } catch (FileSystemException e) {
        note(id, LATER, asking.get(id));
      } finally {
        if (delivery == null) {
          stopAsking(id);
        }
      }
      if (delivery != null) {
        return delivery;
      }
    }
    return null;
  }

  // in one step, so that the id counts all the time
  private synchronized TaskId startAsking() {
    TaskId id;
    while ((id = due.poll(sinceStart() / 1000)) != null) {
      Instant first = asking.putIfAbsent(id, clock.instant());
      if (first == null) {
        break;
      }
      note(id, SOON, first); // its last ask, which parked it again, is not settled yet
    }
    return id;
  }

  private Delivery delivery(TaskId id) throws InterruptedException, FileSystemException {
    Instant now = clock.instant();
    boolean ours = !leavesOthers || isOurs(); // first: whoever had the lock may have ended the id
    ParkedRecord record = read(id);
    if (record == null // another delivery of the id has ended
        || !wait(record).isZero() && due.contains(id)) { // parked again, and noted for then
      return null;
    }
    if (!ours) { // another process asks for it: seen again when it has ended
      note(id, SCAN_AGAIN, firstAsked(record, now));
      return null;
    }
    String from = record.source();
    Source source = Source.named(from == null ? "parked:" + id + ".json" : from);
    Delivery delivery = null;
    try {
      Delivery.History history = (isReadable(record) ? record : fromFileTime(id, now)).history(now);
      asking.put(id, history.firstAskedAt());
      delivery = intake.take(id.value(), source, history, outcome -> settled(id, record, outcome));
      return delivery.with(record.passed(headers));
    } finally {
      if (delivery == null) {
        note(id, LATER, asking.get(id));
      }
    }
  }

  private ParkedRecord read(TaskId id) throws FileSystemException {
    try {
      return folder.read(id);
    } catch (NoSuchFileException e) {
      return null;
    } catch (FileSystemException e) {
      warn(id, e, "reading it is tried every minute, and the id is asked for then");
      throw e;
    } catch (IOException e) {
      warn(id, e, "the id is asked for now, and its deadline counts from the time of the file");
      return ParkedFolder.UNREADABLE;
    }
  }

  private void warn(TaskId id, IOException failure, String then) {
    if (warned.add(id)) {
      LOG.warn(
          "{} cannot be read as the record of a parked id: {}; {}",
          folder.file(id),
          Failures.inWords(failure),
          then);
    }
  }

  private ParkedRecord fromFileTime(TaskId id, Instant now) {
    Instant written = folder.written(id);
    String time = (written == null ? now : written).toString();
    return new ParkedRecord(id.value(), "parked", null, null, time, time, 1, 0, null, null, null);
  }

  // after the receipt
  private void settled(TaskId id, ParkedRecord record, Delivery.Outcome outcome) {
    try {
      if (outcome.isAcknowledged()) {
        warned.remove(id);
        remove(id, record);
      }
    } finally {
      stopAsking(id, outcome.isAcknowledged());
    }
  }

  private synchronized void stopAsking(TaskId id, boolean ended) {
    Instant first = stopAsking(id);
    if (!ended) {
      note(id, LATER, first);
    }
  }

  private synchronized Instant stopAsking(TaskId id) {
    Instant first = asking.remove(id);
    if (leavesOthers && asking.isEmpty()) {
      giveBack();
    }
    return first;
  }

  // a run that starts meanwhile asks for the others
  private void giveBack() {
    try {
      folder.close();
    } catch (IOException e) {
      LOG.debug("the lock in {} is kept until the end", folder.path(), e);
    }
  }

  private void remove(TaskId id, ParkedRecord record) {
    try {
      folder.remove(id, record);
      notRemoved.remove(id);
    } catch (IOException e) {
      if (notRemoved.put(id, record) == null) {
        LOG.warn(
            "parked id {} has ended, but its record cannot be removed: {}; removing it is tried"
                + " every minute, and after a restart the id is asked for again",
            id,
            Failures.inWords(e));
      }
    }
  }

  // other processes park here too, and people put files back; returns whether the folder is ours
  private boolean scanIfDue() {
    try {
      if (!folder.isOurs()) {
        state = State.OF_ANOTHER_PROCESS;
        return false;
      }
    } catch (IOException e) {
      failed("its lock cannot be taken: ", e);
      return false;
    }
    if (nanoTime.getAsLong() - nextScan < 0 || !startsScan()) {
      return true;
    }
    Duration pause = SCAN_AGAIN;
    try {
      scan();
      pause = SCAN_EVERY;
      state = State.KNOWN;
      lastFailure = null;
    } catch (IOException | RuntimeException e) {
      failed("the folder cannot be listed to its end: ", e);
    } finally {
      endScan(pause);
    }
    return true;
  }

  private void failed(String what, Exception e) {
    state = state == State.KNOWN ? State.KNOWN : State.SCAN_FAILS;
    String words = what + Failures.inWords(e);
    if (!words.equals(lastFailure)) {
      LOG.warn("parked ids in {}: {}; tried again, no id is lost", folder.path(), words);
      lastFailure = words;
    }
  }

  private synchronized boolean startsScan() {
    boolean starts = !scanning;
    scanning = true;
    return starts;
  }

  private synchronized void endScan(Duration pause) {
    scanning = false;
    parkedMeanwhile.clear();
    nextScan = nanoTime.getAsLong() + pause.toNanos();
  }

  private void scan() throws IOException {
    Predicate<TaskId> noted = due.noted();
    folder.forEach(
        id -> {
          ParkedRecord ended = notRemoved.get(id);
          if (ended != null) {
            remove(id, ended);
          } else if (!noted.test(id) && !asking.containsKey(id)) {
            pickUp(id);
          }
        });
  }

  private void pickUp(TaskId id) {
    ParkedRecord record = folder.find(id);
    synchronized (this) {
      if (record != null && !parking.contains(id) && !parkedMeanwhile.contains(id)) {
        note(id, record);
      }
    }
  }

  /** Releases the lock. */
  public void close() throws IOException {
    folder.close();
  }
}
