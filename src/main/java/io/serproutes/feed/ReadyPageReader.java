package io.serproutes.feed;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.serproutes.Failures;
import io.serproutes.ids.ReadyRows;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.util.function.ThrowingConsumer;

/**
 * Reads a page of {@code tasks_ready} as a stream: the rows of our endpoint, as {@link ReadyRows}
 * tells them, the others counted. Thread-safe.
 *
 * <p>The list itself may be null, empty or absent.
 */
final class ReadyPageReader {

  private static final int MOST_IDS = 100_000; // a hundred times what the API lists at once
  private static final int MOST_EXAMPLES = 10;
  private static final int OK = 20000;

  private final JsonFactory json;
  private final ReadyRows ours;

  /**
   * A reader for the tasks of an endpoint.
   *
   * @param apiPath the path that gives a task's result, {@code /v3/serp/{se}/{se_type}/task_get/…}
   * @param maxBytes the most an answer may hold; what stands behind is not read
   */
  ReadyPageReader(String apiPath, long maxBytes) {
    json =
        JsonFactory.builder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxStringLength(100_000)
                    .maxDocumentLength(maxBytes)
                    .build())
            .build();
    ours = new ReadyRows(apiPath);
  }

  /** The page in a body, as much of it as can be read; null is an empty body. */
  ReadyPage read(InputStream body) {
    Reading reading = new Reading();
    try (JsonParser p = json.createParser(body == null ? InputStream.nullInputStream() : body)) {
      reading.document(p);
    } catch (JsonProcessingException e) {
      reading.broken = "the list is no whole JSON document: " + e.getOriginalMessage();
    } catch (IOException e) {
      reading.broken = Failures.inWords(e);
    }
    return reading.page();
  }

  /** One page while it is read. */
  private final class Reading {

    private final Set<TaskId> ids = new LinkedHashSet<>();
    private final List<String> examples = new ArrayList<>();
    private int rows;
    private int foreign;
    private int malformed;
    private Integer topCode;
    private String topMessage;
    private Integer taskCode;
    private String taskMessage;
    private String broken;

    ReadyPage page() {
      boolean isOfTask = taskCode != null && (topCode == null || topCode == OK);
      return new ReadyPage(
          rows,
          List.copyOf(ids),
          foreign,
          malformed,
          List.copyOf(examples),
          isOfTask ? taskCode : topCode,
          isOfTask ? taskMessage : topMessage,
          broken);
    }

    void document(JsonParser p) throws IOException {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        broken = "the list is no JSON object";
        return;
      }
      while (p.nextToken() != JsonToken.END_OBJECT) {
        String name = p.currentName();
        p.nextToken();
        switch (name) {
          case "status_code" -> topCode = code(p);
          case "status_message" -> topMessage = message(p);
          case "tasks" -> each(p, this::task);
          default -> p.skipChildren();
        }
      }
    }

    private void task(JsonParser p) throws IOException {
      while (p.nextToken() != JsonToken.END_OBJECT) {
        String name = p.currentName();
        p.nextToken();
        switch (name) {
          case "status_code" -> {
            Integer code = code(p);
            taskCode = taskCode == null || taskCode == OK ? code : taskCode;
          }
          case "status_message" -> taskMessage = message(p);
          case "result" -> each(p, this::row);
          default -> p.skipChildren();
        }
      }
    }

    private void row(JsonParser p) throws IOException {
      ReadyRows.Row row = ours.read(p);
      rows++;
      take(row.isOurs(), row.id());
    }

    private void take(boolean isOurs, String text) {
      TaskId id = TaskId.parse(text);
      if (!isOurs) {
        foreign++;
      } else if (id == null) {
        malformed++;
        if (examples.size() < MOST_EXAMPLES) {
          examples.add(text == null ? "" : text);
        }
      } else if (ids.size() < MOST_IDS) {
        ids.add(id);
      } else {
        broken = "the list is longer than " + MOST_IDS + " ids";
      }
    }

    /** Each object of an array; null, other elements and other values hold nothing. */
    private static void each(JsonParser p, ThrowingConsumer<JsonParser, IOException> element)
        throws IOException {
      boolean isArray = p.currentToken() == JsonToken.START_ARRAY;
      while (isArray && p.nextToken() != JsonToken.END_ARRAY) {
        if (p.currentToken() == JsonToken.START_OBJECT) {
          element.accept(p);
        } else {
          p.skipChildren();
        }
      }
      p.skipChildren();
    }

    private static String message(JsonParser p) throws IOException {
      String text = p.getValueAsString(); // null for null, objects and arrays
      p.skipChildren();
      return text;
    }

    private static Integer code(JsonParser p) throws IOException {
      boolean isCode = p.currentToken() == JsonToken.VALUE_NUMBER_INT && p.getLongValue() < 100_000;
      p.skipChildren();
      return isCode ? (Integer) p.getIntValue() : null;
    }
  }
}
