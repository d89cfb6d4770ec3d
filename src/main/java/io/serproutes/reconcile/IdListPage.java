package io.serproutes.reconcile;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * One answer of {@code id_list}, read row by row.
 *
 * @param code the {@code status_code} that counts: at the top unless that is 20000, else the
 *     task's; null where there is none
 * @param message the {@code status_message} beside it, or null
 * @param claimed the {@code result_count} of the task, or null
 */
record IdListPage(Integer code, String message, Integer claimed, List<Row> rows) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 20000;

  /**
   * A task of the list.
   *
   * @param id null where the row has none that is well formed
   */
  record Row(TaskId id, boolean isOfEngine, boolean isDone) {}

  /**
   * Reads an answer.
   *
   * @throws IOException where it is no whole JSON document or breaks off
   */
  static IdListPage read(InputStream body, Engine engine) throws IOException {
    try (JsonParser json = JSON.createParser(body)) {
      Reader reader = new Reader(json, engine);
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the answer is no JSON object");
      }
      reader.members(false);
      return reader.page();
    }
  }

  /** The state of a reading. */
  private static final class Reader {
    private final JsonParser json;
    private final Engine engine;
    private final List<Row> rows = new ArrayList<>();
    private final Integer[] codes = new Integer[2]; // at the top, at the task
    private final String[] messages = new String[2];
    private Integer claimed;

    Reader(JsonParser json, Engine engine) {
      this.json = json;
      this.engine = engine;
    }

    /** Reads the members of the envelope or of a task. */
    void members(boolean ofTask) throws IOException {
      int level = ofTask ? 1 : 0;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals("status_code")) {
          codes[level] = value.isNumeric() ? json.getIntValue() : null;
        } else if (name.equals("status_message")) {
          messages[level] = json.getValueAsString();
        } else if (ofTask && name.equals("result_count")) {
          claimed = value.isNumeric() ? json.getIntValue() : null;
        } else if (name.equals(ofTask ? "result" : "tasks") && value == JsonToken.START_ARRAY) {
          elements(ofTask);
          continue;
        }
        json.skipChildren();
      }
    }

    private void elements(boolean ofTask) throws IOException {
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (ofTask) {
          rows.add(row(JSON.readTree(json)));
        } else if (json.currentToken() == JsonToken.START_OBJECT) {
          members(true);
        }
      }
    }

    private Row row(JsonNode row) {
      return new Row(
          TaskId.parse(row.path("id").textValue()),
          engine.has(row),
          !row.path("datetime_done").asText("").isBlank());
    }

    IdListPage page() {
      int level = codes[0] != null && codes[0] == OK ? 1 : 0;
      return new IdListPage(codes[level], messages[level], claimed, rows);
    }
  }
}
