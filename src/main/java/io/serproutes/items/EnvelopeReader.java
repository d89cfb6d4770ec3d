package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.Envelope.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One pass over an answer: codes, the asked task, where its items lie.
 *
 * <p>Members come in any order, so a task's items are noted before it is known whether it is the
 * asked one. Where a name is repeated the last one counts, as in JSON libraries. An answer whose
 * parts would take much memory is refused as unreadable.
 */
final class EnvelopeReader {

  private static final Set<String> DATA_FIELDS =
      Set.of(
          "api",
          "se",
          "se_type",
          "postback_data",
          "tag",
          "keyword",
          "se_domain",
          "location_code",
          "language_code",
          "device",
          "os");
  private static final Set<String> RESULT_FIELDS =
      Set.of(
          "keyword",
          "se_domain",
          "location_code",
          "language_code",
          "check_url",
          "datetime",
          "spell");

  // the vendor sends one; each takes memory
  static final int MOST_RESULTS = 1000;

  private final Answer answer;
  private final TaskId asked;
  private final ItemIndex index = new ItemIndex();

  private Integer statusCode;
  private String statusMessage;
  private boolean hasTasks;
  private FoundTask found;
  private int otherTasks;
  private TaskId otherId;
  private String unlike; // of the task that is being read

  EnvelopeReader(Answer answer, TaskId asked) {
    this.answer = answer;
    this.asked = asked;
  }

  Envelope read() throws IOException {
    try (JsonParser p = answer.parse(0, answer.length())) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(p, "the answer is no JSON object");
      }
      Tokens.start(p);
      while (p.nextToken() != JsonToken.END_OBJECT) {
        readMember(p, p.currentName());
      }
      if (p.nextToken() != null) {
        throw new JsonParseException(p, "something follows the JSON object");
      }
    }
    return new Envelope(statusCode, statusMessage, hasTasks, found, otherTasks, otherId);
  }

  private void readMember(JsonParser p, String name) throws IOException {
    JsonToken value = p.nextToken();
    switch (name) {
      case "status_code" -> statusCode = Tokens.code(p);
      case "status_message" -> statusMessage = Tokens.text(p);
      case "tasks" -> readTasks(p, value);
      default -> p.skipChildren();
    }
  }

  private void readTasks(JsonParser p, JsonToken value) throws IOException {
    hasTasks = false;
    found = null;
    otherTasks = 0;
    otherId = null;
    if (value != JsonToken.START_ARRAY) {
      p.skipChildren();
      return;
    }
    while (p.nextToken() != JsonToken.END_ARRAY) {
      hasTasks = true;
      FoundTask task = p.currentToken() == JsonToken.START_OBJECT ? readTask(p) : null;
      p.skipChildren();
      TaskId id = task == null ? null : TaskId.parse(task.id());
      if (found == null && asked.equals(id)) {
        found = task;
      } else {
        otherTasks++;
        otherId = otherId == null ? id : otherId;
      }
    }
  }

  private FoundTask readTask(JsonParser p) throws IOException {
    String id = null;
    Integer code = null;
    String message = null;
    Part path = null;
    Part data = null;
    Map<String, Part> dataFields = Map.of();
    List<Result> results = List.of();
    unlike = null;
    int line = line(p);
    while (p.nextToken() != JsonToken.END_OBJECT) {
      String name = p.currentName();
      JsonToken value = p.nextToken();
      switch (name) {
        case "id" -> id = Tokens.text(p);
        case "status_code" -> code = Tokens.code(p);
        case "status_message" -> message = Tokens.text(p);
        case "path" -> path = Tokens.skip(p);
        case "data" -> {
          dataFields = new HashMap<>();
          data = readData(p, value, dataFields);
        }
        case "result" -> results = readResults(p, value);
        default -> p.skipChildren();
      }
    }
    boolean isOneLine = line(p) == line;
    return new FoundTask(
        id, code, message, path, data, dataFields, results, unlike, index, isOneLine);
  }

  private static int line(JsonParser p) {
    return p.currentLocation().getLineNr();
  }

  private static Part readData(JsonParser p, JsonToken value, Map<String, Part> fields)
      throws IOException {
    if (value != JsonToken.START_OBJECT) {
      return Tokens.skip(p);
    }
    long from = Tokens.start(p);
    while (p.nextToken() != JsonToken.END_OBJECT) {
      noteField(p, DATA_FIELDS, fields);
    }
    return new Part(from, Tokens.end(p));
  }

  private static void noteField(JsonParser p, Set<String> wanted, Map<String, Part> fields)
      throws IOException {
    String name = p.currentName();
    p.nextToken();
    if (wanted.contains(name)) {
      fields.put(name, Tokens.skip(p));
    } else {
      p.skipChildren();
    }
  }

  private List<Result> readResults(JsonParser p, JsonToken value) throws IOException {
    List<Result> results = new ArrayList<>(1);
    unlike = isArrayOrNull(value) ? null : "result is no array";
    if (value != JsonToken.START_ARRAY) {
      p.skipChildren();
      return results;
    }
    while (p.nextToken() != JsonToken.END_ARRAY) {
      if (p.currentToken() == JsonToken.START_OBJECT) {
        if (results.size() == MOST_RESULTS) {
          throw new JsonParseException(p, "a task has more than " + MOST_RESULTS + " results");
        }
        results.add(readResult(p));
      } else {
        unlike = p.currentToken() == JsonToken.VALUE_NULL ? unlike : "a result is no object";
        p.skipChildren();
      }
    }
    return results;
  }

  private static boolean isArrayOrNull(JsonToken value) {
    return value == JsonToken.START_ARRAY || value == JsonToken.VALUE_NULL;
  }

  private Result readResult(JsonParser p) throws IOException {
    long from = Tokens.start(p);
    Part items = null;
    Long claimed = null;
    int[] counts = new int[ItemType.values().length];
    Map<String, Part> fields = new HashMap<>();
    MembersToOmit omitted = new MembersToOmit();
    int firstItem = 0;
    boolean areItemsKnown = true;
    while (p.nextToken() != JsonToken.END_OBJECT) {
      String name = p.currentName();
      long memberFrom = Tokens.start(p);
      if ("items".equals(name)) {
        firstItem = index.size();
        Arrays.fill(counts, 0);
        areItemsKnown = isArrayOrNull(p.nextToken());
        items = readItems(p, counts);
        omitted.goes(memberFrom, Tokens.end(p));
        if (omitted.parts().size() > MOST_RESULTS) {
          throw new JsonParseException(p, "a result repeats its member items too often");
        }
      } else {
        claimed = readResultField(p, name, fields, claimed);
        omitted.stays(memberFrom, Tokens.end(p));
      }
    }
    unlike = areItemsKnown ? unlike : "items is no array";
    Part whole = new Part(from, Tokens.end(p));
    return new Result(whole, items, omitted.parts(), fields, claimed, counts, firstItem);
  }

  private static Long readResultField(
      JsonParser p, String name, Map<String, Part> fields, Long claimed) throws IOException {
    if ("items_count".equals(name)) {
      p.nextToken();
      Long count = Tokens.number(p);
      Tokens.skip(p);
      return count;
    }
    noteField(p, RESULT_FIELDS, fields);
    p.finishToken();
    return claimed;
  }

  private Part readItems(JsonParser p, int[] counts) throws IOException {
    if (p.currentToken() != JsonToken.START_ARRAY) {
      Tokens.skip(p);
      return null;
    }
    long from = Tokens.start(p);
    ItemReader reader = new ItemReader(p, 0);
    for (Item item; (item = reader.next()) != null; ) {
      counts[item.type().ordinal()]++;
      if (!answer.isSpooled()) {
        index.add(item);
      }
    }
    return new Part(from, Tokens.end(p));
  }
}
