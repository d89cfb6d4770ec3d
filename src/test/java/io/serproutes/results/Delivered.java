package io.serproutes.results;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.Receipts;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A {@code serp.files.dir} with results as the program writes them. */
final class Delivered {

  static final String DATA =
      """
      {"api":"serp","keyword":"아이폰","tag":"=tag","device":"desktop","os":"windows"}""";

  final Path dir;
  final Map<String, String> keys = new HashMap<>();
  private final DurableFiles files = new DurableFiles();

  Delivered(Path dir) {
    this.dir = dir;
    keys.put("serp.files.dir", dir.toString());
  }

  Settings settings() {
    return new Settings(keys::get);
  }

  private Path path(String kind, TaskId id) {
    Path folder = dir.resolve(kind);
    boolean byDay = "by-day".equals(keys.get("serp.files.layout"));
    return (byDay ? folder.resolve(id.value().substring(0, 4)) : folder).resolve(id + ".json");
  }

  /** Delivers an id with these items, and these members of the result beside them. */
  void deliver(TaskId id, String items, String more) {
    String result = "[{%s\"keyword\":\"아이폰\",\"items\":[%s]}]".formatted(more, items);
    end(id, TestTasks.body(id, 20000, DATA, result));
  }

  void deliver(TaskId id, String items) {
    deliver(id, items, "");
  }

  /** Ends an id with this answer. */
  void end(TaskId id, String answer) {
    Settings settings = settings();
    Receipts receipts = new Receipts(settings, new Secrets(settings));
    Task task = TestTasks.answer(TestTasks.fresh(id), 200, answer);
    try {
      if (task.getVerdict().isDeliver()) {
        for (String kind : new String[] {"organic", "paid", "other", "dead-letters"}) {
          Files.deleteIfExists(path(kind, id));
        }
        for (ItemBatch batch : ItemBatch.byType(id, task.getAnswer(), task.getFound())) {
          files.write(path(batch.getType().toString(), id), batch::writeTo);
        }
      } else {
        byte[] letter = receipts.deadLetter(task);
        files.write(path("dead-letters", id), out -> out.write(letter));
      }
      byte[] receipt = receipts.receipt(task);
      files.write(path("receipts", id), out -> out.write(receipt));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a file, whatever it holds. */
  Path put(String name, String text) {
    try {
      Path file = dir.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
