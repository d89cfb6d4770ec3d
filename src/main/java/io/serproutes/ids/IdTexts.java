package io.serproutes.ids;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands for ids in one value: a bare id, a JSON text, a JSON object with {@code id} or {@code
 * task_id}, or a JSON array of these. Whatever else stands there is given back as it is, to be
 * found invalid.
 */
public final class IdTexts {

  private static final ObjectReader JSON = new ObjectMapper().reader();

  private IdTexts() {}

  /** The texts in a value, in order; none for an empty array. */
  public static List<String> of(String value) {
    if (TaskId.parse(value) != null) {
      return List.of(value);
    }
    try (JsonParser p = JSON.createParser(value)) {
      JsonToken first = p.nextToken();
      if (first == null) {
        return List.of(value);
      }
      List<String> texts =
          first == JsonToken.START_ARRAY ? elements(p) : List.of(text(JSON.readTree(p), value));
      return p.nextToken() == null ? texts : List.of(value);
    } catch (IOException | IllegalArgumentException e) {
      return List.of(value);
    }
  }

  // never the whole array as a tree: of what is no id, a small record may hold very much
  private static List<String> elements(JsonParser p) throws IOException {
    List<String> texts = new ArrayList<>();
    String last = null;
    while (p.nextToken() != JsonToken.END_ARRAY) {
      JsonNode element = JSON.readTree(p);
      String text = text(element, element.toString());
      last = text.equals(last) ? last : text;
      texts.add(last);
    }
    return texts;
  }

  private static String text(JsonNode json, String otherwise) {
    JsonNode id = json.isObject() ? json.path("id") : json;
    if (json.isObject()
        && TaskId.parse(id.textValue()) == null
        && json.path("task_id").isTextual()) {
      id = json.path("task_id");
    }
    return id.isTextual() ? id.textValue() : otherwise;
  }
}
