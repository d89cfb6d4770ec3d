package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.items.Envelope.FoundTask;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The endpoint of {@code serp.api.path}, which an answer that was posted may not be of. Immutable.
 *
 * <p>Whoever posts a task names the function whose answer is posted, and may post tasks of several
 * engines with one URL. Only what an answer says counts: a member that it lacks is none that
 * differs.
 */
public final class PostedEndpoint {

  private static final String TASK_GET = "task_get";
  private static final int LONGEST = 4 * 1024;

  private final String apiPath;
  private final Map<String, String> wanted; // by the names in data; empty where it does not tell

  public PostedEndpoint(String apiPath) {
    this.apiPath = apiPath;
    wanted = members(List.of(apiPath.replaceFirst("^/+", "").split("/+")));
  }

  /** What a path names: {@code …/api/se/se_type/task_get/function}. */
  private static Map<String, String> members(List<String> path) {
    Map<String, String> members = new LinkedHashMap<>();
    int at = Math.max(path.lastIndexOf(TASK_GET), path.lastIndexOf("task_post"));
    if (at >= 3) {
      members.put("api", path.get(at - 3));
      members.put("se", path.get(at - 2));
      members.put("se_type", path.get(at - 1));
    }
    if (at >= 3 && path.get(at).equals(TASK_GET) && path.size() > at + 1) {
      members.put("postback_data", path.get(at + 1));
    }
    return members;
  }

  /**
   * What makes an answer one of another task or endpoint, in words; null where it is neither.
   *
   * @param envelope what it says; null where it cannot be read
   */
  public String other(Answer answer, Envelope envelope) throws IOException {
    FoundTask task = envelope == null ? null : envelope.task();
    if (task == null) {
      boolean isOfOther = envelope != null && envelope.otherId() != null;
      return isOfOther ? "the posted answer is of the task " + envelope.otherId() : null;
    }
    Map<String, String> found = members(texts(answer, task.path()));
    for (Map.Entry<String, String> member : wanted.entrySet()) {
      String name = member.getKey();
      List<String> said = texts(answer, task.dataFields().get(name));
      if (found.containsKey(name)) {
        said.add(found.get(name));
      }
      for (String value : said) {
        if (!value.equals(member.getValue())) {
          return "the posted answer is not one of " + apiPath + ": its " + name + " is " + value;
        }
      }
    }
    return null;
  }

  /** The texts in a member, as many as a path may have; none where there is no such member. */
  private static List<String> texts(Answer answer, Part part) throws IOException {
    List<String> texts = new ArrayList<>();
    if (part != null && part.length() <= LONGEST) {
      try (JsonParser p = answer.parse(part.from(), part.length())) {
        for (JsonToken token; (token = p.nextToken()) != null; ) {
          if (token == JsonToken.VALUE_STRING) {
            texts.add(p.getText());
          }
        }
      }
    }
    return texts;
  }
}
