package io.serproutes.ids;

import static io.serproutes.SettingsCheck.require;

import io.serproutes.Count;
import io.serproutes.IllegalSettingException;
import io.serproutes.Keys;
import io.serproutes.LookAhead;
import io.serproutes.Settings;
import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Delivery.Settlement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.util.IOHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of {@code serp.ids}; for the command {@code fetch}, those of its arguments: ids, files of
 * ids, and standard input. A repeated id is requested once, whatever holds it. Files are only read,
 * one after the other. Read by one thread at a time; how far it is may be asked on any.
 */
public final class CommandLineIds {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-command-line");
  private static final String STANDARD_INPUT = "-";
  private static final String ITS_NAME = "standard input";
  private static final int MOST_LOGGED = 3; // dead letters of a reason in files, one by one

  private final Set<String> arguments; // an id or, for the command fetch, a file
  private final boolean isFetch;
  private final String apiPath;
  private final Intake intake;
  private final long bytes; // of all files
  private final AtomicInteger idsLeft; // arguments that are ids and have not been taken
  private final AtomicLong open = new AtomicLong();
  private final AtomicLong kept = new AtomicLong(); // by nobody but whoever gave them
  private final AtomicInteger broken = new AtomicInteger();
  private final Map<String, Integer> deadLetters = new ConcurrentHashMap<>();
  private volatile long bytesRead; // of the files before the one that is being read
  private volatile long entriesRead;
  private volatile IdFile reading; // null: none
  private volatile boolean isAllRead;
  private final Ids ids;

  /** The ids that were given at the start. */
  public CommandLineIds(Settings settings, Intake intake) {
    this.isFetch = !settings.arguments().isEmpty();
    this.arguments = new LinkedHashSet<>(isFetch ? settings.arguments() : settings.get(Keys.IDS));
    this.apiPath = settings.get(Keys.API_PATH);
    this.intake = intake;
    this.bytes = arguments.stream().filter(this::isFile).mapToLong(CommandLineIds::size).sum();
    this.idsLeft = new AtomicInteger((int) arguments.stream().filter(this::isId).count());
    this.ids = new Ids();
  }

  private boolean isId(String argument) {
    return !isFetch || TaskId.parse(argument) != null;
  }

  private boolean isFile(String argument) {
    return !isId(argument) && !argument.equals(STANDARD_INPUT);
  }

  private static long size(String file) {
    try {
      return Files.size(Path.of(file));
    } catch (IOException e) {
      return 0; // said when it is opened
    }
  }

  /**
   * Checks an argument of the command {@code fetch}, before anything is fetched.
   *
   * @throws IllegalSettingException where it is neither an id, nor {@code -}, nor a file whose
   *     beginning can be read as one of ids; a line for a person
   */
  public static void check(String argument) {
    require(
        !argument.isBlank(), "an argument is empty: give an id, a file, or - for ids from a pipe");
    if (argument.equals(STANDARD_INPUT)) {
      require(!StandardInput.isClosed(), "standard input is closed; give the ids as files");
      return;
    }
    if (TaskId.parse(argument) != null) {
      return;
    }
    String named = Source.printable(argument);
    try {
      Path file = Path.of(argument);
      require(Files.exists(file), "there is no file " + named + ", and it is not a task id");
      require(
          !Files.isDirectory(file),
          named + " is a folder; name its files, or give it as --set serp.folder.inbox=" + named);
      require(
          Files.isRegularFile(file),
          named + " is no regular file; give it to standard input: fetch - < " + named);
      IdFile opened = new IdFile(file.toRealPath(), "");
      opened.close();
      require(opened.broken() == null, named + " cannot be read: " + opened.broken());
    } catch (IOException | InvalidPathException e) {
      throw new IllegalSettingException(named + " cannot be read: " + IdFile.inWords(e));
    }
  }

  /** The ids that are there now, each once there is room for it; called again for what follows. */
  public Iterator<Delivery> ids() {
    return new LookAhead<>() {
      @Override
      protected Delivery fetch() {
        return ids.next();
      }
    };
  }

  /** What is given in place of an id, and where; its id is null where it is none. */
  private record Given(String text, TaskId id, Source source, boolean isOfFile) {}

  /** All of them, one after the other. */
  private final class Ids {

    private final Iterator<String> left = arguments.iterator();
    private final IdTable seen = new IdTable(0);
    private String name; // of the file that is being read
    private long repeated;

    // null where none is there now
    Delivery next() {
      try {
        for (Given given; !isAllRead && (given = nextGiven()) != null; ) {
          boolean isNew = given.id() == null || seen.add(given.id());
          idsLeft.addAndGet(given.isOfFile() ? 0 : -1);
          if (isNew) {
            open.incrementAndGet(); // first: where the program stops, it is not taken and is left
            return intake.take(given.text(), given.source(), settlement(given));
          }
          repeated++;
          if (given.isOfFile() && reading != null) {
            reading.repeats();
          }
          intake.checkStopping(); // very many may be repeated
        }
        if (reading == null) {
          end();
        }
      } catch (InterruptedException e) {
        LOG.debug("serp-routes is stopping; ids were not taken");
      } catch (IOException e) {
        broken.incrementAndGet();
        kept.addAndGet(unread());
        LOG.warn(
            "no more ids are fetched: the ids that were seen cannot be stored: {}",
            IdFile.inWords(e));
        end();
      }
      return null;
    }

    private void end() {
      if (isAllRead) {
        return;
      }
      isAllRead = true;
      try {
        seen.close();
      } catch (IOException e) {
        LOG.debug("closing what was seen", e);
      }
    }

    // null at the end, and where a file is open of which more may come
    private Given nextGiven() {
      while (reading != null || left.hasNext()) {
        String argument = reading == null ? left.next() : null;
        if (argument != null && isId(argument)) {
          return new Given(argument, TaskId.parse(argument), Source.named("command-line"), false);
        }
        try {
          IdReader.Entry entry = nextEntry(argument);
          if (entry != null) {
            return new Given(entry.text(), reading.id(), source(entry.line()), true);
          }
          if (reading.isOpen()) {
            return null;
          }
          leave();
        } catch (IOException e) {
          giveUp(e);
        }
      }
      return null;
    }

    // null where the file that is being read has none now
    private IdReader.Entry nextEntry(String argument) throws IOException {
      if (argument != null) {
        open(argument);
      }
      return reading.next();
    }

    // what follows it is fetched all the same
    private void giveUp(IOException e) {
      broken.incrementAndGet();
      LOG.warn("{} cannot be read on, and its rest is not fetched: {}", name, IdFile.inWords(e));
      IOHelper.close(reading);
      reading = null;
    }

    private void open(String argument) throws IOException {
      boolean isStandardInput = argument.equals(STANDARD_INPUT);
      name = isStandardInput ? ITS_NAME : Source.readable(fileName(argument));
      repeated = 0;
      reading =
          isStandardInput
              ? new IdFile(new StandardInput(System.in))
              : new IdFile(Path.of(argument).toRealPath(), apiPath);
    }

    private static String fileName(String argument) {
      return Path.of(argument).getFileName().toString();
    }

    private Source source(long line) {
      return name.equals(ITS_NAME)
          ? new Source("stdin:" + line, "stdin-line-" + line)
          : Source.line("file", name, line);
    }

    private void leave() throws IOException {
      IdFile file = reading;
      file.close();
      entriesRead += file.count();
      bytesRead += file.position();
      reading = null;
      String entries = Count.of(file.count(), "entry", "entries");
      if (file.broken() != null) {
        broken.incrementAndGet();
        LOG.warn("{} is broken: {}; {} before that", name, file.broken(), entries);
      } else {
        String again = repeated == 0 ? "" : ", " + Count.of(repeated, "repeated", "repeated");
        String skipped = file.skipped().isEmpty() ? "" : ", skipped " + file.skipped();
        LOG.info("{}: {}{}{}", name, entries, again, skipped);
      }
    }
  }

  private Settlement settlement(Given given) {
    return new Settlement() {
      @Override
      public void settled(Outcome outcome) {
        if (!outcome.isAcknowledged()) {
          kept.incrementAndGet();
        }
        open.decrementAndGet();
      }

      @Override
      public boolean logsDeadLetter(String reason) {
        return !given.isOfFile() || CommandLineIds.this.logsDeadLetter(reason);
      }
    };
  }

  private boolean logsDeadLetter(String reason) {
    int count = deadLetters.merge(reason, 1, Integer::sum);
    if (count == MOST_LOGGED + 1) {
      LOG.info("more dead letters {}: they are counted at the end", reason);
    }
    return count <= MOST_LOGGED;
  }

  /** Whether all ids have ended or are parked. */
  public boolean isFinished() {
    return isAllRead && open.get() == 0;
  }

  /** How many files could not be read to their end. */
  public int broken() {
    return broken.get();
  }

  /** About how many ids have not ended, estimated from the part of the files that was read. */
  public long left() {
    return open.get() + idsLeft.get() + (isAllRead ? 0 : unread());
  }

  private long unread() {
    IdFile now = reading;
    long entries = entriesRead + (now == null ? 0 : now.count());
    long position = bytesRead + (now == null ? 0 : now.position());
    return IdFile.unread(entries, position, bytes) + (now == null ? 0 : now.ahead());
  }

  /**
   * About how many ids have no outcome when the program ends: nothing but the caller holds them. At
   * least 1 where a file is not read to its end; what standard input may still bring does not
   * count.
   */
  public long notFetched() {
    return Math.max(left() + kept.get(), isAllRead || !isEndKnown() ? 0 : 1);
  }

  /** Whether {@link #left} knows of all ids: standard input may go on for ever. */
  public boolean isEndKnown() {
    return isAllRead || !isFetch || !arguments.contains(STANDARD_INPUT);
  }
}
