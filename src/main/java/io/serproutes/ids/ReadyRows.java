package io.serproutes.ids;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Reads rows of {@code tasks_ready}, polled or saved, and tells which are of our endpoint.
 *
 * <p>A row is where its {@code endpoint_regular} begins with {@code serp.api.path} (for a path that
 * ends in {@code /advanced}, its {@code endpoint_advanced}), or, where it has no {@code
 * endpoint_…}, its {@code se} and {@code se_type} are those of the path. Only the member {@code id}
 * tells the id: the vendor's own sample shows an endpoint with the id of another row.
 */
public final class ReadyRows {

  private final String prefix;
  private final String endpointName;
  private final String se;
  private final String seType;

  /**
   * A row.
   *
   * @param id not yet known to be an id; null where there is none
   * @param isOurs whether it is of our endpoint
   */
  public record Row(String id, boolean isOurs) {}

  /**
   * Rows for an endpoint.
   *
   * @param apiPath the path that gives a task's result, {@code /v3/serp/{se}/{se_type}/task_get/…}
   */
  public ReadyRows(String apiPath) {
    List<String> path = Arrays.stream(apiPath.split("/")).filter(s -> !s.isEmpty()).toList();
    prefix = "/" + String.join("/", path) + "/";
    endpointName = "endpoint_" + fromEnd(path, 1);
    seType = fromEnd(path, 3);
    se = fromEnd(path, 4);
  }

  private static String fromEnd(List<String> path, int n) {
    return path.size() < n ? "" : path.get(path.size() - n);
  }

  /** Reads the object at whose beginning a parser stands, to its end. */
  public Row read(JsonParser p) throws IOException {
    String id = null;
    String endpoint = null;
    boolean hasEndpoint = false;
    String rowSe = null;
    String rowType = null;
    while (p.nextToken() != JsonToken.END_OBJECT) {
      String name = p.currentName();
      p.nextToken();
      String text = p.getValueAsString(); // null for null, objects and arrays
      p.skipChildren();
      hasEndpoint |= text != null && name.startsWith("endpoint_");
      endpoint = name.equals(endpointName) ? text : endpoint;
      id = name.equals("id") ? text : id;
      rowSe = name.equals("se") ? text : rowSe;
      rowType = name.equals("se_type") ? text : rowType;
    }
    boolean isOurs =
        hasEndpoint
            ? endpoint != null && endpoint.startsWith(prefix)
            : se.equals(rowSe) && seType.equals(rowType);
    return new Row(id, isOurs);
  }
}
