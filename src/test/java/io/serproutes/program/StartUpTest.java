package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartUpTest {

  @TempDir Path folder;

  private List<String> problems(String key, String value) throws IOException {
    Properties system = new Properties();
    system.setProperty(key, value);
    GivenValues values = new GivenValues(folder, new Environment(Map.of()), system, Map.of());
    return StartUp.unchecked(values).keys().problems();
  }

  /** So that a template of variables may have a line for it. */
  @Test
  void idsFromAnEmptyVariableAreNoWish() throws IOException {
    for (String ids : List.of("", " ")) {
      Environment environment = new Environment(Map.of("SERP_IDS", ids));
      GivenValues values = new GivenValues(folder, environment, new Properties(), Map.of());
      assertThat(StartUp.unchecked(values).from()).containsExactly("folder");
    }
  }

  /** On Java 21 and later none of Camel's pools would have a limit, nor report an error. */
  @Test
  void camelsVirtualThreadsAreRefused() throws IOException {
    String option = "camel.threads.virtual.enabled";
    assertThat(problems(option, "true"))
        .singleElement()
        .asString()
        .startsWith(option + "=true (given as a system property) ")
        .contains("leave it out");
    assertThat(problems(option, "false")).isEmpty();
  }
}
