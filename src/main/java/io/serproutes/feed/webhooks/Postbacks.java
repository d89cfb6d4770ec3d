package io.serproutes.feed.webhooks;

import io.serproutes.Failures;
import io.serproutes.IllegalSettingException;
import io.serproutes.InContext;
import io.serproutes.Keys;
import io.serproutes.LookAhead;
import io.serproutes.Settings;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.feed.FedMemory;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.JudgePosted;
import io.serproutes.ids.Claims;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.FileStamp;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Body;
import org.apache.camel.util.IOHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers that were posted, as files {@code postbacks/{id}.json.gz} under {@code
 * serp.files.dir}: a source whose ids need no call. Safe for use by many threads; {@link #due} is
 * for one.
 *
 * <p>A file is removed after the receipt, since it repeats the URL with the token. Until then it is
 * what a kill leaves behind: the next start, or another process with the same folder, delivers it.
 * Of several processes the one that claims a file works on it; a claim dies with its process.
 */
public final class Postbacks extends InContext implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-postbacks");
  private static final Source SOURCE = Source.named("postback");
  private static final String END = ResultFolder.END_OF_POSTED;
  private static final String HIDDEN_END = ".part";
  private static final Duration LATER = Duration.ofMinutes(1);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path folder;
  private final boolean storesBodies;
  private final Claims claims;
  private final Intake intake;
  private final BeginTask inWork;
  private final JudgePosted judge;
  private final Map<TaskId, Long> later = new ConcurrentHashMap<>(); // kept: by nanoTime
  private final Map<TaskId, FileStamp> ended = new ConcurrentHashMap<>(); // and not removed yet
  private String lastFailure;
  private long nextSweep = System.nanoTime();

  /** The files under {@code serp.files.dir}. */
  public Postbacks(Settings settings, Intake intake, BeginTask inWork, JudgePosted judge) {
    folder = ResultFolder.of(settings).resolve(ResultFolder.POSTBACKS);
    storesBodies = settings.get(Keys.WEBHOOKS_POSTBACK).equals("body");
    claims =
        new Claims(
            folder.resolve(".claims"),
            Keys.FILES_DIR + ": answers that are posted are kept",
            System::nanoTime);
    this.intake = intake;
    this.inWork = inWork;
    this.judge = judge;
  }

  /**
   * Makes the folder where bodies are stored.
   *
   * @throws io.serproutes.IllegalSettingException where the folder cannot be used
   */
  public void prepare() throws IOException {
    if (storesBodies) {
      DurableFiles.createFolders(folder.getParent());
      claims.open();
    }
  }

  // what killed processes left half written; what is being written is younger: a call has 15 s
  private void removeHalvesIfDue() throws IOException {
    if (System.nanoTime() - nextSweep < 0) {
      return;
    }
    nextSweep = System.nanoTime() + LATER.toNanos();
    try (DirectoryStream<Path> halves = Files.newDirectoryStream(folder, ".*" + HIDDEN_END)) {
      for (Path half : halves) {
        try {
          long written = Files.getLastModifiedTime(half, LinkOption.NOFOLLOW_LINKS).toMillis();
          if (Math.abs(System.currentTimeMillis() - written) > LATER.toMillis()) {
            Files.deleteIfExists(half);
          }
        } catch (NoSuchFileException e) {
          LOG.debug("{} is gone", half);
        }
      }
    }
  }

  /** Whether the bodies of postbacks are stored. */
  boolean storesBodies() {
    return storesBodies;
  }

  /** A place for the body of a postback. */
  PostedBody begin(TaskId id) {
    Path hidden = folder.resolve("." + id + "." + HexFormat.of().toHexDigits(RANDOM.nextLong()));
    return new PostedBody(
        hidden.resolveSibling(hidden.getFileName() + HIDDEN_END),
        packed -> judge.isFinal(packed, id));
  }

  /** Whether the answer of an id waits here or is in work. */
  boolean holds(TaskId id) {
    return FileStamp.exists(file(id));
  }

  private Path file(TaskId id) {
    return folder.resolve(id + END);
  }

  /**
   * Keeps the answers that signals bring; they are durable on return.
   *
   * @return the ids of the signals that bring none, which are to be kept elsewhere; null for none
   * @throws IOException where an answer is not kept; others may be all the same
   */
  public List<TaskId> keep(@Body List<Signal> signals) throws IOException {
    List<TaskId> ids = new ArrayList<>();
    boolean isSynced = true;
    for (Signal signal : signals) {
      if (signal.answer() != null && publish(signal)) {
        isSynced = false;
      } else {
        ids.add(signal.id()); // also of a caller that has gone, with its body
      }
    }
    if (!isSynced) {
      DurableFiles.syncFolder(folder);
    }
    return ids.isEmpty() ? null : ids;
  }

  // one at a time with removals: what comes while an older answer of the id is removed must stay
  private synchronized boolean publish(Signal signal) throws IOException {
    return signal.answer().publish(file(signal.id()));
  }

  /** Returns the answers that wait, each once there is room for it. */
  public Iterator<Delivery> due() {
    return new Waiting();
  }

  /** One look through the folder. */
  private final class Waiting extends LookAhead<Delivery> {

    private DirectoryStream<Path> listing;
    private Iterator<Path> names;

    @Override
    protected Delivery fetch() {
      try {
        for (Iterator<Path> all = names(); all.hasNext(); ) {
          Delivery delivery = delivery(all.next());
          if (delivery != null) {
            return delivery;
          }
        }
        lastFailure = null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException | DirectoryIteratorException | IllegalSettingException e) {
        warn(e);
      }
      IOHelper.close(listing);
      names = Collections.emptyIterator();
      return null;
    }

    private Iterator<Path> names() throws IOException {
      if (names == null) {
        names = Collections.emptyIterator();
        boolean isThere = storesBodies || Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
        if (isThere && claims.isReady()) { // makes it again where it was removed
          removeHalvesIfDue();
          listing = Files.newDirectoryStream(folder, "*" + END);
          names = listing.iterator();
        }
      }
      return names;
    }
  }

  private void warn(Exception e) {
    String words = Failures.inWords(e);
    if (!words.equals(lastFailure)) {
      LOG.warn(
          "answers that were posted cannot be read from {}: {}; this is tried again, none is lost",
          folder,
          words);
      lastFailure = words;
    }
  }

  /** A file as a delivery; null where it is not to be worked on now. */
  private Delivery delivery(Path file) throws IOException, InterruptedException {
    TaskId id = TaskId.ofFileName(file.getFileName().toString(), END);
    // while another delivery of the id is in work it is not known yet whether this one is wanted
    if (id == null || inWork.isInWork(id) || isForLater(id)) {
      return null;
    }
    if (!claims.take(file.getFileName())) {
      return null; // in this process or another
    }
    Delivery delivery = null;
    try {
      FileStamp stamp = FileStamp.of(file);
      if (stamp.equals(ended.get(id)) || fed().isDelivered(id)) {
        remove(id, file, stamp);
      } else {
        delivery =
            intake.takeAnswered(
                id.value(), SOURCE, file, outcome -> settled(id, file, stamp, outcome));
      }
      return delivery;
    } catch (NoSuchFileException e) {
      return null; // it was removed since it was listed
    } finally {
      if (delivery == null) {
        claims.release(file.getFileName());
      }
    }
  }

  private boolean isForLater(TaskId id) {
    Long since = later.get(id);
    if (since != null && System.nanoTime() - since >= LATER.toNanos()) {
      later.remove(id);
      return false;
    }
    return since != null;
  }

  private FedMemory fed() {
    return getCamelContext().getRegistry().findSingleByType(FedMemory.class);
  }

  private void settled(TaskId id, Path file, FileStamp stamp, Delivery.Outcome outcome) {
    try {
      if (outcome.isAcknowledged()) {
        remove(id, file, stamp);
      } else {
        later.put(id, System.nanoTime());
      }
    } finally {
      release(file);
    }
  }

  // after the receipt; a newer answer of the id stays
  private synchronized void remove(TaskId id, Path file, FileStamp stamp) {
    try {
      if (FileStamp.exists(file) && stamp.equals(FileStamp.of(file))) {
        Files.delete(file);
      }
      ended.remove(id);
    } catch (IOException e) {
      if (ended.put(id, stamp) == null) {
        LOG.warn(
            "{} was delivered and cannot be removed: {}; it holds the URL of the webhook with its"
                + " token. Removing it is tried again; after a restart it is delivered again",
            file,
            Failures.inWords(e));
      }
    }
  }

  private void release(Path file) {
    try {
      claims.release(file.getFileName());
    } catch (IOException e) {
      LOG.debug("releasing {}", file, e);
    }
  }

  /** Releases all claims. */
  @Override
  public void close() throws IOException {
    claims.close();
  }
}
