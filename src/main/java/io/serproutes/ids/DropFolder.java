package io.serproutes.ids;

import io.serproutes.Settings;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drop folder: which of its files this process works on, and their ids.
 *
 * <p>A file is claimed by a lock on one byte of {@code .serp/claims}, at a place given by the
 * file's name. The system takes such a lock away with its process, so a claim never outlives it,
 * and no lock file has to be removed at the right moment. Local disks only.
 *
 * <p>As a step of a route it waits, without holding a thread, until all ids of the exchange's file
 * have ended; then the variable {@code serpRejected} says why a file is broken as a whole, or is
 * not set. It fails where ids have to stay in the file.
 */
public final class DropFolder extends AsyncProcessorSupport {

  /** The exchange variable that says why a file is broken as a whole. */
  public static final String REJECTED = "serpRejected";

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");

  private final Path inbox;
  private final Path progress;
  private final Duration settle;
  private final String apiPath;
  private final Intake intake;
  private final Map<String, DropFile> open = new ConcurrentHashMap<>();
  private final Map<String, FileLock> claims = new ConcurrentHashMap<>();
  private FileChannel claimsFile;

  /** The folder {@code serp.folder.inbox}. */
  public DropFolder(Settings settings, Intake intake) {
    inbox = Path.of(settings.required("serp.folder.inbox")).toAbsolutePath().normalize();
    progress = inbox.resolve(".serp");
    settle = settings.duration("serp.folder.settle");
    apiPath = settings.required("serp.api.path");
    this.intake = intake;
  }

  /** Makes the folder and opens the claims; before the first poll. */
  public synchronized void prepare() throws IOException {
    Files.createDirectories(progress);
    if (claimsFile == null) {
      claimsFile =
          FileChannel.open(
              progress.resolve("claims"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }
  }

  /** Whether size and time of a file have stood still long enough. */
  boolean isSettled(Path file) throws IOException {
    // the change time moves with every write, rename and change of the time itself
    FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime");
    long age = System.currentTimeMillis() - changed.toMillis();
    return age >= settle.toMillis() || age < 0 && -age > settle.toMillis();
  }

  /** Claims a file; false where another process works on it or it is gone. */
  boolean claim(Path file) throws IOException {
    String name = file.getFileName().toString();
    FileLock claim = lock(name);
    if (claim == null) {
      return false;
    }
    if (!Files.exists(file)) {
      claim.release(); // the other process has just moved it
      return false;
    }
    claims.put(name, claim);
    return true;
  }

  private FileLock lock(String name) throws IOException {
    try {
      return claimsFile.tryLock(place(name), 1, false);
    } catch (OverlappingFileLockException e) {
      return null; // claimed in this process
    }
  }

  private static long place(String name) {
    long hash = 1125899906842597L;
    for (int i = 0; i < name.length(); i++) {
      hash = 31 * hash + name.charAt(i);
    }
    return hash & Long.MAX_VALUE >>> 1;
  }

  /** Lets go of a file; its journal goes too if the file has been moved away. */
  void release(Path file, boolean moved) throws IOException {
    String name = file.getFileName().toString();
    DropFile done = open.remove(name);
    try {
      if (done != null && moved) {
        done.journal().delete();
      } else if (done != null) {
        done.journal().close();
      }
    } finally {
      FileLock claim = claims.remove(name);
      if (claim != null && claim.isValid()) {
        claim.release();
      }
    }
  }

  /** The open ids of a claimed file. */
  public Iterator<Delivery> ids(File file) throws IOException {
    Path path = file.toPath();
    String name = path.getFileName().toString();
    String stem = Source.safeName(name) + "-" + Long.toHexString(place(name));
    DropFileJournal journal = DropFileJournal.open(progress.resolve(stem + ".journal"), path);
    DropFile opened = new DropFile(path, journal, intake, apiPath);
    open.put(name, opened);
    return opened;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    DropFile file = open.get(exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class));
    if (file.await(() -> end(exchange, file, callback, false))) {
      return end(exchange, file, callback, true);
    }
    return false;
  }

  private static boolean end(
      Exchange exchange, DropFile file, AsyncCallback callback, boolean now) {
    if (file.isKept()) {
      exchange.setException(new IdsKeptException());
    } else if (file.hasChanged()) {
      LOG.info("{} changed while it was worked on and is taken again", file.name());
      exchange.setException(new IdsKeptException());
    } else if (file.broken() != null) {
      exchange.setVariable(REJECTED, file.broken());
    }
    callback.done(now);
    return now;
  }

  /** The name under which a file ends: its own, with plain characters only. */
  public static String endName(String name) {
    return Source.safeName(name);
  }

  /** One line on a file that is over. */
  public void report(File file, String endedIn) {
    DropFile done = open.get(file.getName());
    String skipped =
        done.skipped() == 0 ? "" : ", " + done.skipped() + " of other endpoints skipped";
    LOG.info("{}: {} ids ended{}; moved to {}", file.getName(), done.taken(), skipped, endedIn);
  }

  /** Syncs the journals; called every second. */
  public void force() {
    for (DropFile file : open.values()) {
      try {
        file.journal().force();
      } catch (IOException e) {
        LOG.warn("the progress of a drop file cannot be synced: {}", e.getMessage());
      }
    }
  }

  /** Whether nothing lies in the folder that this process could still work off. */
  public boolean isWorkedOff() throws IOException {
    if (!open.isEmpty()) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(inbox)) {
      for (Path file : files) {
        if (isTaken(file) && isFree(file)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isTaken(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean leftAlone = name.startsWith(".") || name.endsWith(".part") || name.endsWith(".tmp");
    return !leftAlone && Files.isRegularFile(file);
  }

  private boolean isFree(Path file) throws IOException {
    FileLock claim = lock(file.getFileName().toString());
    if (claim != null) {
      claim.release();
    }
    return claim != null || claims.containsKey(file.getFileName().toString());
  }

  /** About how many ids of the files in work have not ended. */
  public long left() {
    return open.values().stream().mapToLong(DropFile::left).sum();
  }

  /** Files this process works on. */
  public int openFiles() {
    return open.size();
  }

  /** Ids stay in a file: the program stops, the file changed or something unforeseen happened. */
  static final class IdsKeptException extends Exception {
    IdsKeptException() {
      super("ids stay in the file, which is taken again", null, false, false);
    }
  }
}
