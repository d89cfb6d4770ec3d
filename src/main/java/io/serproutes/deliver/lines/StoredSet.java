package io.serproutes.deliver.lines;

import io.serproutes.Failures;
import io.serproutes.Times;
import io.serproutes.deliver.ResultFolder;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A set of files with results as JSON Lines, as much of it as was committed when it was found.
 * Immutable.
 */
public final class StoredSet {

  static final String PLAIN = ".jsonl";
  static final String PACKED = ".jsonl.gz";

  private static final String LEDGER = ".commit";
  private static final Pattern NAME = Pattern.compile("\\d{8}T\\d{9}Z-[0-9a-f]{6}\\.jsonl(\\.gz)?");

  private final Path dir;
  private final String name;
  private final Ledger.Commit commit; // null: it is closed

  private StoredSet(Path dir, String name, Ledger.Commit commit) {
    this.dir = dir;
    this.name = name;
    this.commit = commit;
  }

  static Path ledger(Path dir, String name) {
    return dir.resolve(ResultFolder.LEDGERS).resolve(name + LEDGER);
  }

  static Path hidden(Path dir, LineKind kind, String name) {
    return dir.resolve(kind.toString()).resolve("." + name + ".part");
  }

  static Path shown(Path dir, LineKind kind, String name) {
    return dir.resolve(kind.toString()).resolve(name);
  }

  static boolean isFree(Path dir, String name) {
    for (LineKind kind : LineKind.values()) {
      if (Files.exists(shown(dir, kind, name), LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
    }
    return !Files.exists(ledger(dir, name), LinkOption.NOFOLLOW_LINKS);
  }

  /** The names of sets that are not closed. */
  static SortedSet<String> openNames(Path dir) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    for (String file : names(dir.resolve(ResultFolder.LEDGERS), "*" + LEDGER)) {
      String name = file.substring(0, file.length() - LEDGER.length());
      if (NAME.matcher(name).matches()) {
        names.add(name);
      }
    }
    return names;
  }

  private static List<String> names(Path folder, String glob) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, glob)) {
      files.forEach(file -> names.add(file.getFileName().toString()));
    } catch (NoSuchFileException | NotDirectoryException e) {
      // none
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /**
   * All sets under {@code serp.files.dir}, in the order in which they were begun.
   *
   * @param problems is told of each set that is left out, since its ledger cannot be read, a line
   *     for a person
   * @throws IOException where they cannot all be listed
   */
  public static List<StoredSet> all(Path dir, Consumer<String> problems) throws IOException {
    Map<String, StoredSet> sets = new TreeMap<>();
    // a set that is closed meanwhile is seen as open here or as closed below
    for (String name : openNames(dir)) {
      try {
        sets.put(name, new StoredSet(dir, name, Ledger.read(ledger(dir, name))));
      } catch (NoSuchFileException e) {
        continue;
      } catch (IOException e) {
        problems.accept("the results of " + name + " are left out: " + Failures.inWords(e));
      }
    }
    for (LineKind kind : List.of(LineKind.DEAD_LETTERS, LineKind.RECEIPTS)) {
      for (String name : names(dir.resolve(kind.toString()), "[0-9]*.jsonl*")) {
        if (NAME.matcher(name).matches()) {
          sets.putIfAbsent(name, new StoredSet(dir, name, null));
        }
      }
    }
    return List.copyOf(sets.values());
  }

  /**
   * Opens the lines of a kind. There are none where it has no file of the kind, or where a person
   * removed it.
   *
   * @throws IOException where they cannot be read
   */
  public StoredLines open(LineKind kind) throws IOException {
    Path shown = shown(dir, kind, name);
    boolean isPacked = name.endsWith(PACKED);
    if (commit == null) {
      return StoredLines.of(List.of(shown), StoredLines.ALL, isPacked);
    }
    // closed meanwhile, it may have its name
    List<Path> places = List.of(hidden(dir, kind, name), shown);
    return StoredLines.of(places, commit.length(kind), isPacked);
  }

  /** Bytes of the file of a kind; 0 where there is none. */
  public long size(LineKind kind) {
    try {
      return commit == null ? Files.size(shown(dir, kind, name)) : commit.length(kind);
    } catch (IOException e) {
      return 0;
    }
  }

  /** The name that its files share. */
  public String name() {
    return name;
  }

  /** When it was begun, by its name; the beginning of time where that is no date. */
  public Instant begun() {
    Instant time = Times.ofStamp(name.substring(0, name.indexOf('-')));
    return time == null ? Instant.EPOCH : time;
  }

  /** The file of a kind, for a person; it may be hidden yet. */
  public Path file(LineKind kind) {
    return commit == null ? shown(dir, kind, name) : hidden(dir, kind, name);
  }
}
