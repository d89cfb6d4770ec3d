package io.serproutes.deliver;

import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What lies where under {@code serp.files.dir}: a folder for each kind, and in it {@code {id}.json}
 * or, by day, {@code {first four digits}/{id}.json}.
 */
public final class ResultFolder {

  public static final String OVERSIZED = "oversized";
  public static final String RECEIPTS = "receipts";
  public static final String DEAD_LETTERS = "dead-letters";
  public static final String PARKED = "parked";
  public static final String POSTBACKS = "postbacks";

  /** Of files of lines: what of them is committed. */
  public static final String LEDGERS = ".lines";

  /** In {@link #LEDGERS}: locks on the names of the sets that are written. */
  public static final String LOCKS = "lock";

  /** The folders of results, in the order in which a person is told of them. */
  public static final List<String> KINDS =
      List.of("organic", "paid", "other", OVERSIZED, RECEIPTS, DEAD_LETTERS, PARKED);

  /** How the file of a posted answer ends, behind its id. */
  public static final String END_OF_POSTED = ".json.gz";

  private static final String END = ".json";

  private ResultFolder() {}

  /** The folder of these settings, as an absolute path. */
  public static Path of(Settings settings) {
    return Path.of(settings.get(Keys.FILES_DIR)).toAbsolutePath().normalize();
  }

  /** Whether the program keeps results in a folder of this name. */
  public static boolean isOurs(String name) {
    return KINDS.contains(name) || List.of(POSTBACKS, LEDGERS).contains(name);
  }

  /** Where the file of an id may lie in the folder of a kind, whatever the layout: flat first. */
  public static List<Path> places(Path folder, TaskId id) {
    return List.of(flat(folder, id), byDay(folder, id));
  }

  /** The file of an id in the folder of a kind that is laid out flat. */
  public static Path flat(Path folder, TaskId id) {
    return folder.resolve(id + END);
  }

  /** The file of an id in the folder of a kind that is laid out by day. */
  public static Path byDay(Path folder, TaskId id) {
    return flat(folder.resolve(id.value().substring(0, 4)), id);
  }

  /** The id whose file has this name; null where it is no such name. */
  public static TaskId idOf(String name) {
    return TaskId.ofFileName(name, END);
  }

  /**
   * Removes what may be left of an id that is delivered now: its parking record, its dead letter.
   */
  static void removeOvertaken(Path dir, Task task) throws IOException {
    Files.deleteIfExists(flat(dir.resolve(PARKED), task.getId()));
    if (task.getOversized() == 0) { // else this delivery has a letter of its own
      for (Path letter : places(dir.resolve(DEAD_LETTERS), task.getId())) {
        Files.deleteIfExists(letter);
      }
    }
  }
}
