package io.serproutes.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.IllegalSettingException;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The engine and the type of search whose results {@code serp.api.path} fetches.
 *
 * @param api the path before them: {@code /v3/serp}
 * @param se such as {@code naver}
 * @param seType such as {@code organic}
 */
record Engine(String api, String se, String seType) {

  private static final Pattern PATH = Pattern.compile("(.*)/([^/]+)/([^/]+)/task_get(/.*)?");

  /**
   * The engine of {@code serp.api.path}.
   *
   * @throws IllegalSettingException where the path does not tell it
   */
  static Engine of(Settings settings) {
    String path = settings.get(Keys.API_PATH);
    Matcher parts = PATH.matcher(path);
    if (!parts.matches()) {
      throw new IllegalSettingException(
          Keys.API_PATH
              + "="
              + path
              + " is no path such as /v3/serp/naver/organic/task_get/regular");
    }
    return new Engine(parts.group(1), parts.group(2), parts.group(3));
  }

  /**
   * Whether a row of {@code id_list} is a task of this engine that was posted, by its {@code
   * metadata} or else its {@code url}. Live tasks keep no result.
   */
  boolean has(JsonNode row) {
    JsonNode metadata = row.path("metadata");
    if (metadata.hasNonNull("se") && metadata.hasNonNull("se_type")) {
      return metadata.path("se").asText().equals(se)
          && metadata.path("se_type").asText().equals(seType)
          && metadata.path("function").asText("task_").startsWith("task_");
    }
    // without the path before them, which may be that of a gateway
    return row.path("url").asText("").contains("/" + se + "/" + seType + "/task_");
  }

  @Override
  public String toString() {
    return se + " " + seType;
  }
}
