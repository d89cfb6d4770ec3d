package io.serproutes.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.RawValue;
import io.serproutes.Failures;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.deliver.lines.StoredLines;
import io.serproutes.deliver.lines.StoredSet;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemType;
import io.serproutes.items.Tokens;
import io.serproutes.results.IdLookup;
import io.serproutes.results.IdRecord;
import io.serproutes.results.IdStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What became of one id, with its items as a table. Safe for use by many threads. */
final class LookUp {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MOST_ITEMS = 500;
  private static final int MOST_ROWS = 5000;
  private static final int LONGEST_TEXT = 300;
  private static final long LONGEST_FILE = 16L << 20;
  private static final int LONGEST_MEMBER = 1 << 20; // of the few that are shown; characters

  private final IdLookup records;
  private final Path dir;
  private final JsonFactory json =
      Tokens.JSON
          .rebuild()
          .streamReadConstraints(
              Tokens.JSON.streamReadConstraints().rebuild().maxStringLength(LONGEST_MEMBER).build())
          .build();

  /** A row of the table. */
  record Item(
      String type,
      Integer rankGroup,
      Integer rankAbsolute,
      String title,
      String domain,
      String url,
      String description) {}

  /** What is known of an id; src/docs/page.md says what each member means. */
  record Found(
      String id,
      String outcome,
      RawValue receipt,
      RawValue deadLetter,
      RawValue parked,
      List<Item> items,
      int itemsLeftOut,
      List<String> problems) {}

  LookUp(Settings settings) {
    records = new IdLookup(settings);
    dir = ResultFolder.of(settings);
  }

  /** Finds it in files and topics. What cannot be read is named in {@code problems}. */
  Found find(TaskId id) {
    List<String> problems = new ArrayList<>();
    IdStatus status = records.find(List.of(id), PATIENCE, problems::add).get(0);
    Items items = new Items();
    StoredSet set = setOf(status.receipt(), problems);
    for (ItemType type : ItemType.values()) {
      if (set != null) {
        items.read(set, LineKind.of(type), id, status.receipt().count(type.toString()), problems);
        continue;
      }
      for (Path file : places(type, id, status.receipt())) {
        items.read(file, problems);
      }
    }
    return new Found(
        id.value(),
        status.outcome(),
        raw(status.receipt()),
        raw(status.deadLetter()),
        raw(status.parked()),
        items.rows,
        items.leftOut,
        problems);
  }

  // of an id that was given again after the layout was changed, only those beside the receipt
  private List<Path> places(ItemType type, TaskId id, IdRecord receipt) {
    List<Path> all = ResultFolder.places(dir.resolve(type.toString()), id);
    if (receipt == null) {
      return all;
    }
    Path place = Path.of(receipt.place()).toAbsolutePath().normalize();
    int at = ResultFolder.places(dir.resolve(ResultFolder.RECEIPTS), id).indexOf(place);
    return at < 0 ? all : List.of(all.get(at));
  }

  // null where the receipt is a file of its own, or none
  private StoredSet setOf(IdRecord receipt, List<String> problems) {
    try {
      // what is left out was told as the receipt was looked for
      List<StoredSet> sets = receipt == null ? List.of() : StoredSet.all(dir, problem -> {});
      for (StoredSet set : sets) {
        if (receipt.place().contains(set.name())) {
          return set;
        }
      }
    } catch (IOException e) {
      problems.add("items cannot be listed: " + Failures.inWords(e));
    }
    return null;
  }

  private static RawValue raw(IdRecord record) {
    return record == null ? null : new RawValue(record.json());
  }

  /** The rows of some files. */
  private final class Items {
    private List<Item> rows; // null: in no file
    private int leftOut;

    void read(Path file, List<String> problems) {
      try {
        if (Files.size(file) > LONGEST_FILE
            || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          problems.add(file + " is not shown: it is over 16 MiB, or no regular file");
          return;
        }
        rows = rows == null ? new ArrayList<>() : rows;
        try (InputStream in = Files.newInputStream(file);
            JsonParser items = json.createParser(in)) {
          read(items);
        }
      } catch (NoSuchFileException e) {
        return;
      } catch (IOException e) {
        problems.add(file + " cannot be read: " + Failures.inWords(e));
      }
    }

    // of an id that was delivered more than once the last items count
    void read(StoredSet set, LineKind kind, TaskId id, long count, List<String> problems) {
      Deque<Item> last = new ArrayDeque<>();
      try (StoredLines lines = set.open(kind)) {
        while (count > 0 && lines.next()) {
          byte[] line = id.value().equals(lines.idOfTask()) ? lines.bytes() : null;
          if (line != null) {
            last.add(rowOf(line));
            if (last.size() > Math.min(count, MOST_ROWS)) {
              last.remove();
            }
          }
        }
      } catch (IOException e) {
        problems.add(set.file(kind) + " cannot be read: " + Failures.inWords(e));
      }
      rows = rows == null ? new ArrayList<>() : rows;
      int shown = Math.min(last.size(), MOST_ITEMS - rows.size());
      last.stream().limit(shown).forEach(rows::add);
      leftOut += (int) Math.min(Integer.MAX_VALUE - leftOut, count - shown);
    }

    private Item rowOf(byte[] line) throws IOException {
      try (JsonParser item = json.createParser(line)) {
        item.nextToken();
        return row(item);
      }
    }

    private void read(JsonParser items) throws IOException {
      if (items.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("it holds no JSON array");
      }
      while (items.nextToken() != JsonToken.END_ARRAY) {
        if (rows.size() < MOST_ITEMS) {
          rows.add(row(items));
        } else {
          items.skipChildren();
          leftOut++;
        }
      }
    }
  }

  // an item may be large: only what is shown of it is held
  private static Item row(JsonParser item) throws IOException {
    Map<String, String> texts = new HashMap<>();
    Map<String, Integer> numbers = new HashMap<>();
    boolean isObject = item.currentToken() == JsonToken.START_OBJECT;
    while (isObject && item.nextToken() == JsonToken.FIELD_NAME) {
      String member = item.currentName();
      item.nextToken();
      switch (member) {
        case "rank_group", "rank_absolute" -> numbers.put(member, Tokens.code(item));
        case "type", "title", "domain", "url", "description" -> texts.put(member, text(item));
        default -> item.skipChildren();
      }
    }
    item.skipChildren();
    return new Item(
        texts.get("type"),
        numbers.get("rank_group"),
        numbers.get("rank_absolute"),
        texts.get("title"),
        texts.get("domain"),
        texts.get("url"),
        texts.get("description"));
  }

  private static String text(JsonParser item) throws IOException {
    String text = Tokens.text(item);
    return text == null ? null : Secrets.oneLine(text, LONGEST_TEXT);
  }
}
