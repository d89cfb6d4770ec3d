package io.serproutes.ids;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands for ids in one value: a bare id, a JSON text, a JSON object with {@code id} or {@code
 * task_id}, or a JSON array of these. Whatever else stands there is given back as it is, to be
 * found invalid.
 */
public final class IdTexts {

  private static final ObjectReader JSON =
      new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private IdTexts() {}

  /** The texts in a value, in order; none for an empty array. */
  public static List<String> of(String value) {
    if (TaskId.parse(value) != null) {
      return List.of(value);
    }
    try {
      JsonNode json = JSON.readTree(value);
      if (!json.isArray()) {
        return List.of(text(json, value));
      }
      List<String> texts = new ArrayList<>(json.size());
      json.forEach(element -> texts.add(text(element, element.toString())));
      return texts;
    } catch (JsonProcessingException e) {
      return List.of(value);
    }
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
