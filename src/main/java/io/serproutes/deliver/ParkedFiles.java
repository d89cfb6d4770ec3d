package io.serproutes.deliver;

import io.serproutes.Keys;
import io.serproutes.LookAhead;
import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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
 * <p>Of several processes with the same folder one asks for them: the one that holds its lock,
 * which dies with its process. It looks through the folder at the start and then every minute, and
 * takes up every id that it does not know: no time of a file or of a clock decides what is seen.
 */
public final class ParkedFiles implements ParkedIds {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-parked-files");
  private static final Duration SCAN_EVERY = Duration.ofMinutes(1);
  private static final Duration SCAN_AGAIN = Duration.ofSeconds(5);
  private static final Duration LATER = Duration.ofMinutes(1);

  /** What is known of the records that lay here before the start. */
  private enum State {
    NOT_LOOKED,
    OF_ANOTHER_PROCESS,
    LOOKING_FAILS,
    KNOWN
  }

  private final ParkedFolder folder;
  private final DurableFiles files = new DurableFiles();
  private final ParkingTimes times;
  private final Intake intake;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final long startNanos;

  // seconds since the start, which no setting of the clock moves
  private final DueIds due = new DueIds();
  private final AtomicInteger size = new AtomicInteger();
  private final Set<TaskId> asking = ConcurrentHashMap.newKeySet();
  private final Set<TaskId> warned = ConcurrentHashMap.newKeySet();
  private final Map<TaskId, ParkedRecord> notRemoved = new ConcurrentHashMap<>();

  private final Set<TaskId> parking = ConcurrentHashMap.newKeySet();
  private final Set<TaskId> parkedMeanwhile = ConcurrentHashMap.newKeySet();
  private boolean scanning;
  private long nextScan;
  private String lastFailure;
  private volatile State state = State.NOT_LOOKED;

  /** The parking place under {@code serp.files.dir}. */
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
    Path dir = Path.of(settings.get(Keys.FILES_DIR)).toAbsolutePath().normalize();
    this.folder = new ParkedFolder(dir.resolve("parked"), listing);
    this.times = new ParkingTimes(settings);
    this.intake = intake;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.nextScan = startNanos;
  }

  /**
   * Parks a task; its record is durable on return.
   *
   * @param json its {@link ParkedRecord}
   * @throws OutputUnavailableException where the disk does not take it
   */
  public void park(@Variable(Task.VARIABLE) Task task, @Body byte[] json)
      throws OutputUnavailableException {
    TaskId id = task.getId();
    parking.add(id);
    boolean ours = false;
    try {
      files.write(folder.file(id), json);
      ours = isOurs();
    } catch (IOException e) {
      throw new OutputUnavailableException(DurableFiles.inWords(e), e);
    } finally {
      parked(id, ours);
    }
  }

  // what is not noted here is found by its name
  private void parked(TaskId id, boolean ours) {
    ParkedRecord record = ours ? folder.find(id) : null;
    synchronized (this) {
      if (record != null) {
        note(id, wait(record));
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
      return false; // whoever looks through the folder says so
    }
  }

  private void note(TaskId id, Duration wait) {
    size.incrementAndGet();
    due.add(id, (sinceStart() + wait.toMillis() + 999) / 1000); // never too early
  }

  private long sinceStart() {
    return (nanoTime.getAsLong() - startNanos) / 1_000_000;
  }

  private Duration wait(ParkedRecord record) {
    return record.equals(ParkedFolder.UNREADABLE)
        ? Duration.ZERO
        : times.wait(record, clock.instant());
  }

  /**
   * How many ids are parked here, as far as this process asks for them; one that is being asked for
   * counts until it has ended. At least one where it cannot be told what lies here.
   */
  @Override
  public int size() {
    return Math.max(size.get(), state == State.LOOKING_FAILS ? 1 : 0);
  }

  /** Whether the folder has been looked through, as far as that is possible. */
  @Override
  public boolean isKnown() {
    return state != State.NOT_LOOKED;
  }

  /** The parked ids that are due now, each once there is room for it. */
  public Iterator<Delivery> due() {
    boolean ours = lookForNews();
    return new LookAhead<>() {
      @Override
      protected Delivery fetch() {
        return ours ? nextDue() : null;
      }
    };
  }

  private Delivery nextDue() {
    for (TaskId id; (id = due.poll(sinceStart() / 1000)) != null; ) {
      Delivery delivery = null;
      try {
        delivery = delivery(id);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      } finally {
        if (delivery == null) {
          size.decrementAndGet();
        }
      }
      if (delivery != null) {
        return delivery;
      }
    }
    return null;
  }

  private Delivery delivery(TaskId id) throws InterruptedException {
    Instant now = clock.instant();
    ParkedRecord record = read(id);
    if (record == null // ended by another delivery of the same id
        || !wait(record).isZero() && due.contains(id) // parked anew, and noted for then
        || !asking.add(id)) {
      return null;
    }
    boolean readable = !record.equals(ParkedFolder.UNREADABLE);
    String from = readable ? record.source() : null;
    Source source = Source.named(from == null ? "parked:" + id + ".json" : from);
    Delivery delivery = null;
    try {
      Delivery.History history = (readable ? record : anew(id, now)).history(now);
      delivery = intake.take(id.value(), source, history, outcome -> settled(id, record, outcome));
      return delivery;
    } finally {
      if (delivery == null) {
        note(id, LATER);
        asking.remove(id);
      }
    }
  }

  private ParkedRecord read(TaskId id) {
    try {
      return folder.read(id);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      if (warned.add(id)) {
        LOG.warn(
            "{} cannot be read as the record of a parked id: {}; the id is asked for now, and its"
                + " deadline counts from the time of the file",
            folder.file(id),
            DurableFiles.inWords(e));
      }
      return ParkedFolder.UNREADABLE;
    }
  }

  private ParkedRecord anew(TaskId id, Instant now) {
    Instant written = folder.written(id);
    String time = (written == null ? now : written).toString();
    return new ParkedRecord(id.value(), "parked", null, null, time, time, 1, 0, null, null);
  }

  // the record goes after the receipt
  private void settled(TaskId id, ParkedRecord record, Delivery.Outcome outcome) {
    try {
      if (outcome.isAcknowledged()) {
        warned.remove(id);
        remove(id, record);
      } else {
        note(id, LATER);
      }
    } finally {
      asking.remove(id);
      size.decrementAndGet();
    }
  }

  private void remove(TaskId id, ParkedRecord record) {
    try {
      folder.remove(id, record);
      notRemoved.remove(id);
    } catch (IOException e) {
      if (notRemoved.put(id, record) == null) {
        LOG.warn(
            "parked id {} has ended, but its record cannot be removed: {}; that is tried again every"
                + " minute, and after a restart the id is asked for once more",
            id,
            DurableFiles.inWords(e));
      }
    }
  }

  // other processes park here too, and people put files back; whether the folder is ours
  private boolean lookForNews() {
    try {
      if (!folder.isOurs()) {
        state = State.OF_ANOTHER_PROCESS;
        return false;
      }
    } catch (IOException e) {
      failed("whether another process asks for them cannot be told: ", e);
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
      failed("the folder cannot be looked through to its end: ", e);
    } finally {
      endScan(pause);
    }
    return true;
  }

  private void failed(String what, Exception e) {
    state = state == State.KNOWN ? State.KNOWN : State.LOOKING_FAILS;
    String words = what + DurableFiles.inWords(e);
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
          } else if (!noted.test(id) && !asking.contains(id)) {
            takeUp(id);
          }
        });
  }

  private void takeUp(TaskId id) {
    ParkedRecord record = folder.find(id);
    synchronized (this) {
      if (record != null && !parking.contains(id) && !parkedMeanwhile.contains(id)) {
        note(id, wait(record));
      }
    }
  }

  /** Gives the lock back. */
  public void close() throws IOException {
    folder.close();
  }
}
