package io.serproutes.ids;

import io.serproutes.Count;
import io.serproutes.Failures;
import io.serproutes.FatalErrors;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.deliver.DurableFiles;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drop folder: which of its files this process works on, their ids, and where the files go.
 *
 * <p>Holds the files that are being read and those with ids in work, whose number {@link Intake}
 * limits: neither memory nor open files grow with the number of files in the folder, and any other
 * process may claim the files that wait. Safe for use by many threads.
 *
 * <p>As a step of a route it waits, without holding a thread, until all ids of the file in the body
 * have ended.
 */
public final class DropFolder extends AsyncProcessorSupport {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");
  private static final int SWEEP_EVERY = 60;
  private static final int MOST_SHOWN = 50;
  private static final int MOST_NOT_MOVED = 10_000;

  private final Path inbox;
  private final boolean once;
  private Object key; // of the folder at the start
  private final String apiPath;
  private final Intake intake;
  private final Claims claims;
  private final Journals journals;
  private final DropFileMoves moves;
  private final LeftAlone leftAlone = new LeftAlone(System::nanoTime);
  private final ClaimedFiles claimed;
  private final Map<Path, DropFile> open = new ConcurrentHashMap<>();
  private final AtomicInteger rejected = new AtomicInteger();
  private final Set<Path> notMoved = ConcurrentHashMap.newKeySet(); // and counted as rejected
  private final Deque<DropFileProgress> moved =
      new ArrayDeque<>(); // the newest first; its own lock
  private int ticks;
  private String cannotTick; // as it was told; null: it can
  private boolean hasToldLater;

  /** The folder {@code serp.folder.inbox}. */
  public DropFolder(Settings settings, Intake intake) {
    this(settings, intake, DropFileMoves.Rename.ATOMIC);
  }

  DropFolder(Settings settings, Intake intake, DropFileMoves.Rename rename) {
    inbox = Path.of(settings.get(Keys.INBOX)).toAbsolutePath().normalize();
    once = settings.get(Keys.ONCE);
    Duration settle = settings.get(Keys.SETTLE);
    apiPath = settings.get(Keys.API_PATH);
    this.intake = intake;
    claims = new Claims(inbox.resolve(".serp"), System::nanoTime);
    journals = new Journals(inbox, claims);
    claimed = new ClaimedFiles(claims, leftAlone, settle, intake);
    moves = new DropFileMoves(inbox, claims, journals, settle, rename);
  }

  /**
   * Creates the folder and finishes what a killed process left behind; called before any other.
   *
   * @throws io.serproutes.IllegalSettingException where progress cannot be kept there safely
   */
  public void prepare() throws IOException {
    DurableFiles.createFolders(inbox);
    claims.open();
    journals.sweep();
    moves.finish();
    key = key();
    if (once) {
      try (InboxWalk walk = new InboxWalk(inbox, (file, why) -> {})) {
        claimed.standing(walk);
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
  }

  private Object key() throws IOException {
    return Files.readAttributes(inbox, BasicFileAttributes.class).fileKey();
  }

  /** Releases all claims; called when the context has stopped. */
  public void destroy() throws IOException {
    claims.close();
  }

  /** The files that this process may work on, claimed as they are fetched; called periodically. */
  public Iterator<Path> claimed() {
    try {
      DurableFiles.createFolders(inbox);
      return claimed.in(new InboxWalk(inbox, leftAlone::name));
    } catch (IOException e) {
      leftAlone.folder(e);
      return Collections.emptyIterator();
    }
  }

  /** Notes the name of a file that appears whole: it need not settle before it is claimed here. */
  public void whole(Path name) {
    claimed.whole(name);
  }

  /** The ids of a claimed file that have not ended; none where it cannot be opened now. */
  public Iterator<Delivery> ids(Path file) {
    Path name = file.getFileName();
    try {
      DropFile opened = new DropFile(file, journals.open(file), intake, apiPath);
      open.put(name, opened);
      return opened;
    } catch (NoSuchFileException e) {
      LOG.debug("{} is gone", file, e);
    } catch (IOException e) {
      leftAlone.failed(file, "waits: it or its journal cannot be opened: " + e.getMessage(), false);
    }
    return Collections.emptyIterator();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Path path = exchange.getMessage().getBody(Path.class);
    claimed.endReading(path);
    DropFile file = open.get(path.getFileName());
    if (file == null || file.outcomes().ended().isDone()) {
      callback.done(true);
      return true;
    }
    FatalErrors.watch(file.outcomes().ended().thenRun(() -> callback.done(false)));
    return false;
  }

  /** Moves a file whose ids have all ended; one that has changed or has ids to keep stays. */
  public void move(Path path) {
    DropFile file = open.get(path.getFileName());
    if (file != null && file.failure() != null) {
      leftAlone.failed(path, "cannot be read on now and is tried again: " + file.failure(), false);
    }
    if (file == null || file.outcomes().isKept()) {
      return;
    }
    if (file.hasChanged()) {
      LOG.info("{} changed while it was in work and is read again", file.name());
      return;
    }
    try {
      String target = moves.move(path, file.journal(), file.broken());
      leftAlone.moved(path);
      boolean isCounted = notMoved.remove(path);
      if (target != null) {
        if (file.broken() != null && !isCounted) {
          rejected.incrementAndGet();
        }
        remember(file.moved(target));
        report(file, target);
      }
    } catch (IOException e) {
      cannotMove(path, file.broken(), e);
    }
  }

  private void remember(DropFileProgress file) {
    synchronized (moved) {
      moved.addFirst(file);
      if (moved.size() > MOST_SHOWN) {
        moved.removeLast();
      }
    }
  }

  /** At most 50 files in work, then the 50 that were moved last, the newest first. */
  public List<DropFileProgress> progress() {
    List<DropFileProgress> files = new ArrayList<>();
    open.values().stream().limit(MOST_SHOWN).map(DropFile::progress).forEach(files::add);
    synchronized (moved) {
      files.addAll(moved);
    }
    return files;
  }

  /**
   * At most 50 files that no process works on yet, in no order. Lists the folder, which takes long
   * where it holds very many files that are in work.
   */
  public List<DropFileProgress> waiting() {
    List<DropFileProgress> files = new ArrayList<>();
    try (InboxWalk walk = new InboxWalk(inbox, (file, why) -> {})) {
      while (files.size() < MOST_SHOWN && walk.hasNext()) {
        Path file = walk.next();
        if (!open.containsKey(file.getFileName()) && !claims.isTakenElsewhere(file.getFileName())) {
          files.add(DropFileProgress.waiting(file));
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.debug("the files that wait cannot all be listed", e);
    }
    return files;
  }

  /** What is in the inbox and cannot be worked on: names and why, at most 50. */
  public Map<String, String> leftAlone() {
    return leftAlone.shown(MOST_SHOWN);
  }

  public Path inbox() {
    return inbox;
  }

  private void cannotMove(Path path, String broken, IOException e) {
    if (FileStamp.exists(path)) {
      // of very many, those beyond count when they have moved
      if (broken != null && notMoved.size() < MOST_NOT_MOVED && notMoved.add(path)) {
        rejected.incrementAndGet();
      }
      String state =
          broken == null
              ? "all its ids have ended"
              : "it is rejected, what follows was not read: " + broken;
      String other = broken == null ? ", or remove the file yourself" : ", or mend the file";
      leftAlone.failed(
          path,
          "cannot be moved and stays in the inbox; "
              + state
              + ": "
              + e.getClass().getSimpleName()
              + ", "
              + e.getMessage()
              + "; "
              + cure(e)
              + other,
          true);
    } else {
      notMoved.remove(path);
      LOG.info(
          "{} was removed while it was in work", Source.readable(path.getFileName().toString()));
    }
  }

  private static String cure(IOException e) {
    if (e instanceof AtomicMoveNotSupportedException) {
      return "have .done and .rejected on the file system of the inbox";
    }
    return Failures.isNoSpace(e)
        ? "free disk space"
        : "give the file or the folder to the program's user";
  }

  private static void report(DropFile file, String target) {
    String ended = file.outcomes().inWords();
    if (file.broken() != null) {
      String before = ended.isEmpty() ? "" : "; " + ended;
      LOG.warn("{} is rejected: {}{}; moved to {}", file.name(), file.broken(), before, target);
    } else {
      String skipped = file.skipped().isEmpty() ? "" : ", skipped " + file.skipped();
      String ids = ended.isEmpty() ? "no ids" : ended;
      LOG.info("{}: {}{}; moved to {}", file.name(), ids, skipped, target);
    }
  }

  /** Closes a claimed file and releases its claim, moved or not; the last step of its route. */
  public void release(Path path) throws IOException {
    DropFile file = open.remove(path.getFileName());
    try {
      if (file != null) {
        file.close();
      }
    } finally {
      claimed.release(path);
    }
  }

  /** Syncs the journals and finishes moves; called every second. */
  public void tick() {
    try {
      claims.isReady(); // before the journals: it creates their folder again where it was removed
      open.values().forEach(DropFile::sync);
      moves.finish();
      if (++ticks % SWEEP_EVERY == 0) {
        journals.sweep();
      }
      cannotTick = null;
    } catch (IOException | RuntimeException e) {
      String why = Source.printable(Failures.inWords(e));
      if (!why.equals(cannotTick)) {
        LOG.warn("the progress of drop files cannot be kept now; this is tried again: {}", why);
      }
      cannotTick = why;
    }
  }

  /**
   * Whether the folder holds no file that this process has yet to work on; called by one thread. In
   * a run once that is what stood there at the start, and what this process fed.
   *
   * @throws IOException where that cannot be told, such as of a folder whose mount is lost
   */
  public boolean isFinished() throws IOException {
    if (!claimed.isEmpty()) {
      return false;
    }
    long putBack = moves.putBack();
    int later = 0;
    try (InboxWalk walk = new InboxWalk(inbox, (file, why) -> {})) {
      while (walk.hasNext()) {
        Path file = walk.next();
        if (leftAlone.isOver(file)) {
          continue;
        }
        if (claimed.isLater(file)) { // asked first: to look for its lock would take it
          later++;
        } else if (!claims.isTakenElsewhere(file.getFileName())) {
          return false;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (!Objects.equals(key, key())) { // last: it may have been made again, as an empty one
      throw new IOException(
          inbox + " is not the folder of the start: it was removed, or its mount is lost");
    }
    // in this order: a file that left the walk is claimed, or moved and not yet compared, or back
    boolean isFinished = claimed.isEmpty() && moves.finish() && moves.putBack() == putBack;
    if (isFinished && later > 0 && !hasToldLater) {
      hasToldLater = true;
      LOG.info(
          "{} that came or changed after the start of this run: left to the next",
          Count.of(later, "file"));
    }
    return isFinished;
  }

  /**
   * Why nothing more can be done now although the folder is not finished, in one line; null where
   * no file or move has failed. It is tried again all the same.
   */
  public String whyNotFinished() {
    String why = leftAlone.whyNotRead();
    String move = moves.whyNotFinished();
    if (why == null && move != null) {
      why = "the move of a file cannot be finished: " + Source.printable(move);
    }
    return why == null ? null : "the inbox " + inbox + " is not finished: " + why;
  }

  /** How many files were rejected since the start. */
  public int rejected() {
    return rejected.get();
  }

  public int filesInWork() {
    return open.size();
  }

  /** About how many ids of the files in work have not ended. */
  public long left() {
    return open.values().stream().mapToLong(DropFile::left).sum();
  }
}
