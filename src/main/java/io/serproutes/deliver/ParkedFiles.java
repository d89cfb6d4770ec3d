package io.serproutes.deliver;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Settings;
import io.serproutes.fetch.AwaitTurn;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ids whose task is not ready, as files {@code parked/{id}.json} under {@code serp.files.dir}.
 *
 * <p>Of several processes with the same folder one asks for them: the one that holds the lock on
 * {@code parked/.lock}, which dies with its process.
 */
public final class ParkedFiles implements ParkedIds {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-parked-files");
  private static final long SCAN_EVERY_MILLIS = 60_000;
  private static final long CLOCK_STEP_MILLIS = 1000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final DurableFiles files = new DurableFiles();
  private final DueIds due = new DueIds();
  private final Intake intake;
  private final Set<TaskId> parking = ConcurrentHashMap.newKeySet();
  private final Set<TaskId> asking = ConcurrentHashMap.newKeySet();
  private final AtomicInteger size = new AtomicInteger();
  private long scannedMillis;
  private FileChannel lockFile;
  private FileLock lock;

  /** The parking place under {@code serp.files.dir}. */
  public ParkedFiles(Settings settings, Intake intake) {
    this.folder =
        Path.of(settings.required("serp.files.dir")).toAbsolutePath().normalize().resolve("parked");
    this.intake = intake;
  }

  /**
   * Parks a task; its record is durable on return.
   *
   * @param json its {@link ParkedRecord}
   * @throws OutletRefusedException where the disk does not take it
   */
  public void park(@Variable(AwaitTurn.TASK) Task task, @Body byte[] json)
      throws OutletRefusedException {
    TaskId id = task.getId();
    parking.add(id);
    long dueSecond = -1;
    try {
      files.write(file(id), json);
      dueSecond = seconds(JSON.readValue(json, ParkedRecord.class));
    } catch (IOException e) {
      throw new OutletRefusedException(DurableFiles.inWords(e), e);
    } finally {
      parked(id, dueSecond);
    }
  }

  // a scan of the folder meanwhile has left it out, whether it saw the file or not
  private synchronized void parked(TaskId id, long dueSecond) {
    try {
      if (dueSecond >= 0 && isOurs()) {
        note(id, dueSecond);
      }
    } finally {
      parking.remove(id);
    }
  }

  private void note(TaskId id, long dueSecond) {
    size.incrementAndGet();
    due.add(id, dueSecond);
  }

  /**
   * How many ids are parked here, as far as this process asks for them; one that is being asked for
   * counts until it has ended.
   */
  @Override
  public int size() {
    isOurs(); // what lies there from an earlier run counts from the start
    return size.get();
  }

  /** The parked ids that are due now, each once there is room for it. */
  public Iterator<Delivery> due() {
    boolean ours = isOurs();
    takeUpNews();
    return new Iterator<>() {
      private Delivery next;

      @Override
      public boolean hasNext() {
        while (ours && next == null) {
          TaskId id = due.poll(Instant.now().getEpochSecond());
          if (id == null) {
            return false;
          }
          next = delivery(id);
          if (next == null) {
            size.decrementAndGet();
          }
        }
        return next != null;
      }

      @Override
      public Delivery next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Delivery delivery = next;
        next = null;
        return delivery;
      }
    };
  }

  private Delivery delivery(TaskId id) {
    try {
      ParkedRecord record = JSON.readValue(Files.readAllBytes(file(id)), ParkedRecord.class);
      if (seconds(record) > Instant.now().getEpochSecond()) {
        return null; // parked anew in the meantime, and noted for then
      }
      Delivery.History history =
          new Delivery.History(
              Instant.parse(record.firstAskedAt()),
              record.asks(),
              record.attempts(),
              record.tag(),
              record.taker());
      if (!asking.add(id)) {
        return null; // noted twice
      }
      Source source = Source.named(record.source());
      return intake.take(id.value(), source, history, ended -> settled(id, record, ended));
    } catch (NoSuchFileException e) {
      return null; // ended by another delivery of the same id
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (IOException | RuntimeException e) {
      asking.remove(id);
      LOG.warn("parked id {} cannot be read and stays where it is: {}", id, e.getMessage());
      return null;
    }
  }

  // the record goes after the receipt; a record that was written anew is the next ask's
  private void settled(TaskId id, ParkedRecord before, boolean ended) {
    try {
      if (!ended) {
        note(id, Instant.now().getEpochSecond() + 60);
      } else if (before.equals(JSON.readValue(file(id).toFile(), ParkedRecord.class))) {
        Files.deleteIfExists(file(id));
      }
    } catch (NoSuchFileException | java.io.FileNotFoundException e) {
      LOG.debug("parked id {} is gone already", id);
    } catch (IOException e) {
      LOG.warn("parked id {} has ended, but its record cannot be removed: {}", id, e.getMessage());
    } finally {
      asking.remove(id);
      size.decrementAndGet();
    }
  }

  private Path file(TaskId id) {
    return folder.resolve(id + ".json");
  }

  private static long seconds(ParkedRecord record) {
    return Instant.parse(record.dueAt()).plusMillis(999).getEpochSecond(); // never too early
  }

  private synchronized boolean isOurs() {
    if (lock == null) {
      try {
        lock();
      } catch (IOException e) {
        LOG.debug("no lock on {}", folder, e);
      }
    }
    return lock != null;
  }

  // other processes park here too; they leave it to this one to ask again
  private synchronized void takeUpNews() {
    long now = System.currentTimeMillis();
    if (lock != null && now - scannedMillis >= SCAN_EVERY_MILLIS) {
      try {
        takeUp(scannedMillis - 2 * CLOCK_STEP_MILLIS);
      } catch (IOException e) {
        LOG.warn("parked ids in {} cannot be listed: {}", folder, DurableFiles.inWords(e));
      }
    }
  }

  private void lock() throws IOException {
    Files.createDirectories(folder);
    if (lockFile == null) {
      lockFile =
          FileChannel.open(
              folder.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException e) {
      LOG.debug("another context of this process has the lock on {}", folder);
    }
    if (lock != null) {
      takeUp(0);
    }
  }

  private void takeUp(long changedSince) throws IOException {
    scannedMillis = System.currentTimeMillis();
    Predicate<TaskId> noted = due.noted();
    try (DirectoryStream<Path> names = Files.newDirectoryStream(folder, "*.json")) {
      for (Path name : names) {
        String stem = name.getFileName().toString().replaceFirst("\\.json$", "");
        TaskId id = TaskId.parse(stem);
        boolean isOld = id == null || noted.test(id) || asking.contains(id);
        if (!isOld
            && !parking.contains(id)
            && Files.getLastModifiedTime(name).toMillis() >= changedSince) {
          note(id, dueSecond(name));
        }
      }
    }
  }

  private static long dueSecond(Path file) {
    try {
      return seconds(JSON.readValue(file.toFile(), ParkedRecord.class));
    } catch (IOException | RuntimeException e) {
      return 0;
    }
  }

  /** Gives the lock back. */
  public synchronized void close() throws IOException {
    if (lockFile != null) {
      lockFile.close();
      lockFile = null;
      lock = null;
    }
  }
}
