package io.serproutes.ids;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;

/**
 * The ids of a JSON document, read as a stream: an array of texts or of objects with {@code id} or
 * {@code task_id}, or a saved answer of the API.
 *
 * <p>Of a saved {@code task_post} answer those tasks count that were created (20100); of a saved
 * {@code tasks_ready} answer those entries whose {@code endpoint_regular} is ours.
 */
final class JsonIds implements IdReader {

  private static final int CREATED = 20100;

  private enum Place {
    START,
    ARRAY,
    ANSWER,
    TASKS,
    TASK,
    RESULT,
    END
  }

  private final JsonParser p;
  private final String apiPath;
  private Place place = Place.START;
  private boolean hadTasks;
  private long skipped;

  private String taskId;
  private int taskCode;

  JsonIds(InputStream in, String apiPath) throws IOException {
    p = JsonTokens.FACTORY.createParser(in);
    this.apiPath = apiPath;
  }

  @Override
  public Entry next() throws IOException {
    try {
      Entry entry = null;
      while (entry == null && place != Place.END) {
        entry = step();
      }
      return entry;
    } catch (JsonProcessingException e) {
      throw new IOException("malformed JSON: " + e.getOriginalMessage(), e);
    }
  }

  private Entry step() throws IOException {
    return switch (place) {
      case START -> start();
      case ARRAY -> element();
      case ANSWER -> answerMember();
      case TASKS -> task();
      case TASK -> taskMember();
      case RESULT -> readyTask();
      case END -> null;
    };
  }

  private Entry start() throws IOException {
    JsonToken token = p.nextToken();
    if (token == null) {
      place = Place.END;
    } else if (token == JsonToken.START_ARRAY) {
      place = Place.ARRAY;
    } else if (token == JsonToken.START_OBJECT) {
      place = Place.ANSWER;
    } else {
      throw otherShape();
    }
    return null;
  }

  private static IOException otherShape() {
    return new IOException(
        "JSON of another shape: an array of ids, an array of objects with id, or a saved task_post"
            + " or tasks_ready answer is taken");
  }

  private Entry element() throws IOException {
    if (p.nextToken() == JsonToken.END_ARRAY) {
      return end();
    }
    long line = line();
    return new Entry(JsonTokens.idText(p), line);
  }

  private Entry end() throws IOException {
    if (p.nextToken() != null) {
      throw new IOException("malformed JSON: something follows the document");
    }
    place = Place.END;
    return null;
  }

  private long line() {
    return p.currentTokenLocation().getLineNr();
  }

  private Entry answerMember() throws IOException {
    if (p.nextToken() == JsonToken.END_OBJECT) {
      if (!hadTasks) {
        throw otherShape();
      }
      return end();
    }
    boolean isTasks = p.currentName().equals("tasks");
    JsonToken value = p.nextToken();
    if (isTasks && value == JsonToken.START_ARRAY) {
      hadTasks = true;
      place = Place.TASKS;
    } else {
      p.skipChildren();
    }
    return null;
  }

  private Entry task() throws IOException {
    JsonToken token = p.nextToken();
    if (token == JsonToken.END_ARRAY) {
      place = Place.ANSWER;
    } else if (token == JsonToken.START_OBJECT) {
      taskId = null;
      taskCode = 0;
      place = Place.TASK;
    } else {
      p.skipChildren();
    }
    return null;
  }

  private Entry taskMember() throws IOException {
    if (p.nextToken() == JsonToken.END_OBJECT) {
      place = Place.TASKS;
      return taskCode == CREATED && taskId != null ? new Entry(taskId, line()) : null;
    }
    String name = p.currentName();
    JsonToken value = p.nextToken();
    if (name.equals("result") && value == JsonToken.START_ARRAY) {
      place = Place.RESULT;
    } else if (name.equals("id") && value == JsonToken.VALUE_STRING) {
      taskId = p.getText();
    } else if (name.equals("status_code") && value == JsonToken.VALUE_NUMBER_INT) {
      taskCode = p.getValueAsInt();
    } else {
      p.skipChildren();
    }
    return null;
  }

  private Entry readyTask() throws IOException {
    JsonToken token = p.nextToken();
    if (token == JsonToken.END_ARRAY) {
      place = Place.TASK;
      return null;
    }
    if (token != JsonToken.START_OBJECT) {
      p.skipChildren();
      return null;
    }
    long line = line();
    String id = null;
    String endpoint = null;
    while (p.nextToken() != JsonToken.END_OBJECT) {
      String name = p.currentName();
      boolean isText = p.nextToken() == JsonToken.VALUE_STRING;
      if (name.equals("id") && isText) {
        id = p.getText();
      } else if (name.equals("endpoint_regular") && isText) {
        endpoint = p.getText();
      } else {
        p.skipChildren();
      }
    }
    if (id != null && endpoint != null && endpoint.startsWith(apiPath + "/")) {
      return new Entry(id, line);
    }
    skipped++;
    return null;
  }

  @Override
  public long skipped() {
    return skipped;
  }

  @Override
  public void close() throws IOException {
    p.close();
  }
}
