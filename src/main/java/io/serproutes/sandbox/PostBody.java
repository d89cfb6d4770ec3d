package io.serproutes.sandbox;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Message;

/**
 * What was posted: an array of objects, or the vendor's status code for what is wrong with it.
 *
 * @param code 0, 40502 or 40503
 * @param tasks empty where {@code code} is not 0; null stands for what is no object, or one too
 *     large
 */
record PostBody(int code, List<ObjectNode> tasks) {

  /** Beyond these the whole call is refused, because an answer repeats every task. */
  private static final int MOST_TASKS = 1000;

  private static final int LONGEST_TASK = 8192;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Reads the body of a request, which may be anything; Camel makes a map of a form. */
  static PostBody of(Message request) {
    byte[] body = request.getBody(byte[].class);
    if (body == null || body.length == 0) {
      return new PostBody(40502, List.of());
    }
    try {
      JsonNode json = MAPPER.readTree(body);
      if (!json.isArray() || json.size() > MOST_TASKS) {
        return new PostBody(40503, List.of());
      }
      List<ObjectNode> tasks = new ArrayList<>();
      for (JsonNode task : json) {
        boolean fits = task.isObject() && task.toString().length() <= LONGEST_TASK;
        tasks.add(fits ? (ObjectNode) task : null);
      }
      return new PostBody(tasks.isEmpty() ? 40502 : 0, tasks);
    } catch (IOException malformed) {
      return new PostBody(40503, List.of());
    }
  }
}
