package io.serproutes.ids;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.Count;
import java.io.IOException;
import java.io.InputStream;

/**
 * The ids of a JSON document, read as a stream: an array or an object as in {@link IdTexts}, or a
 * saved answer of the API.
 *
 * <p>Of a saved {@code task_post} answer, the tasks that were created (20100) are read; of a saved
 * {@code tasks_ready} answer, the rows of our endpoint, as {@link ReadyRows} tells them.
 */
final class JsonIds implements IdReader {

  private static final int CREATED = 20100;
  private static final int FIRST_ERROR = 40000;
  private static final String LINES =
      "; if each line is a JSON value, name the file .jsonl or .ndjson";

  private final JsonParser p;
  private final ReadyRows ready;
  private boolean isBegun;
  private boolean isArray;
  private boolean hasTasks;
  private final IdTexts.Members members = new IdTexts.Members();
  private long skipped;
  private long failed;

  private String taskId;
  private int taskCode;

  JsonIds(InputStream in, String apiPath) throws IOException {
    p = IdTexts.FACTORY.createParser(in);
    ready = new ReadyRows(apiPath);
  }

  @Override
  public Entry next() throws IOException {
    try {
      for (JsonToken token; (token = p.nextToken()) != null; ) {
        Entry entry = read(token);
        if (entry != null) {
          return entry;
        }
      }
    } catch (JsonProcessingException e) {
      throw malformed(e.getOriginalMessage(), e);
    }
    return null;
  }

  private IOException malformed(String why, Exception cause) {
    String inShort = why.replaceFirst(" \\(start marker.*", "");
    return new IOException("malformed JSON: line " + line() + ": " + inShort, cause);
  }

  // arrays and objects that lead to no id are skipped, so the depth tells what a token belongs to
  private Entry read(JsonToken token) throws IOException {
    int depth = p.getParsingContext().getNestingDepth() - (token.isStructStart() ? 1 : 0);
    if (depth == 0) {
      return document(token);
    }
    if (isArray) {
      long line = line();
      return new Entry(IdTexts.next(p), line);
    }
    return switch (depth) {
      case 1 -> memberOfAnswer(token);
      case 2 -> task(token);
      case 3 -> memberOfTask(token);
      default -> readyTask(token);
    };
  }

  private Entry document(JsonToken token) throws IOException {
    if (token.isStructEnd()) {
      return isArray || hasTasks ? null : idOfObject();
    }
    if (isBegun) {
      throw malformed("more text follows the document" + LINES, null);
    }
    if (!token.isStructStart()) {
      throw otherShape(LINES);
    }
    isBegun = true;
    isArray = token == JsonToken.START_ARRAY;
    return null;
  }

  private Entry idOfObject() throws IOException {
    if (members.id() == null) {
      throw otherShape("");
    }
    return new Entry(members.id(), line());
  }

  private static IOException otherShape(String hint) {
    return new IOException(
        "JSON without ids: expected an array of ids, objects with id or task_id, or a saved"
            + " task_post or tasks_ready answer"
            + hint);
  }

  private long line() {
    return p.currentTokenLocation().getLineNr();
  }

  private Entry memberOfAnswer(JsonToken token) throws IOException {
    if (token == JsonToken.START_ARRAY && p.currentName().equals("tasks")) {
      hasTasks = true;
    } else {
      members.read(p);
    }
    return null;
  }

  private Entry task(JsonToken token) throws IOException {
    if (token == JsonToken.START_OBJECT) {
      taskId = null;
      taskCode = 0;
    } else if (token == JsonToken.END_OBJECT && taskCode == CREATED && taskId != null) {
      return new Entry(taskId, line());
    } else if (token == JsonToken.END_OBJECT) {
      failed += taskCode >= FIRST_ERROR ? 1 : 0;
    } else {
      p.skipChildren();
    }
    return null;
  }

  private Entry memberOfTask(JsonToken token) throws IOException {
    String name = p.currentName();
    if (name.equals("id") && token == JsonToken.VALUE_STRING) {
      taskId = p.getText();
    } else if (name.equals("status_code") && token == JsonToken.VALUE_NUMBER_INT) {
      taskCode = p.getValueAsInt();
    } else if (!name.equals("result") && !name.equals("path") || token != JsonToken.START_ARRAY) {
      p.skipChildren();
    }
    return null;
  }

  private Entry readyTask(JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING && p.getText().equals("task_get")) { // of the path
      throw new IOException(
          "a saved task_get answer, not a list of ids; to fetch its task again, give its id");
    }
    if (token != JsonToken.START_OBJECT) {
      p.skipChildren();
      return null;
    }
    long line = line();
    ReadyRows.Row row = ready.read(p);
    if (row.id() != null && row.isOurs()) {
      return new Entry(row.id(), line);
    }
    skipped++;
    return null;
  }

  @Override
  public long passedOver() {
    return skipped;
  }

  @Override
  public String skipped() {
    String ofOthers = skipped == 0 ? "" : Count.of(skipped, "task") + " of other endpoints";
    String notCreated = failed == 0 ? "" : Count.of(failed, "task") + " not created";
    return ofOthers + (ofOthers.isEmpty() || notCreated.isEmpty() ? "" : ", ") + notCreated;
  }

  @Override
  public void close() throws IOException {
    p.close();
  }
}
