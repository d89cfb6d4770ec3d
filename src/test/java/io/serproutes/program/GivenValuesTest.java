package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.Environment;
import io.serproutes.IllegalSettingException;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.SettingsCheck;
import io.serproutes.program.GivenValues.Layer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GivenValuesTest {

  @TempDir Path folder;

  private final Map<String, String> variables = new HashMap<>();
  private final Properties system = new Properties();
  private final Map<String, String> set = new HashMap<>();

  private GivenValues given(String... lines) throws IOException {
    Files.createDirectories(folder.resolve("config"));
    Files.writeString(
        folder.resolve("config/application.properties"), String.join("\n", lines) + "\n");
    return new GivenValues(folder, new Environment(variables), system, set);
  }

  @Test
  void theNearestCounts() throws IOException {
    assertThat(given().value("serp.to")).isNull();
    assertThat(given("serp.to=file").value("serp.to")).isEqualTo("file");
    assertThat(given("serp.to=file").layer(Keys.TO)).isEqualTo(Layer.FILE);
    variables.put("SERP_TO", "environment");
    assertThat(given("serp.to=file").value("serp.to")).isEqualTo("environment");
    system.setProperty("serp.to", "system");
    GivenValues given = given("serp.to=file");
    assertThat(given.value("serp.to")).isEqualTo("system");
    set.put("serp.to", "set");
    given = given("serp.to=file");
    assertThat(given.value("serp.to")).isEqualTo("set");
    assertThat(given.layer(Keys.TO)).isEqualTo(Layer.COMMAND);
    given.choose(Keys.TO, "chosen");
    assertThat(given.value("serp.to")).isEqualTo("chosen");
    assertThat(given.origin("serp.to")).isNull();
  }

  @Test
  void theFileMayBeginWithAByteOrderMark() throws IOException {
    assertThat(given("\uFEFFserp.to=kafka").value("serp.to")).isEqualTo("kafka");
  }

  @Test
  void eachMessageSaysWhereTheValueWasGiven() throws IOException {
    variables.put("SERP_FOLDER_SETTLE", "soon");
    system.setProperty("serp.server.port", "high");
    set.put("serp.foo", "");
    GivenValues given = given("serp.form=kafka", "serp.files.layout=deep");
    SettingsCheck check = new SettingsCheck(new Settings(given));
    check.keys();
    assertThatThrownBy(check::end)
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageContainingAll(
            "serp.form is not a key of serp-routes (given in config/application.properties);"
                + " did you mean serp.from?",
            "serp.files.layout=deep is not one of by-day, flat, lines"
                + " (given in config/application.properties)",
            "serp.folder.settle=soon is not a duration such as 500ms, 2s, 5m or 24h"
                + " (given by the environment variable SERP_FOLDER_SETTLE)",
            "serp.server.port=high is not a whole number from 0 to 65535"
                + " (given as a system property)",
            "serp.foo is not a key of serp-routes (given with --set)");
  }

  /** The file of the repository gives every key, also those that a person is to fill in. */
  @Test
  void aKeyThatIsStillToBeFilledInWasGivenNowhere() throws IOException {
    GivenValues given = given("serp.api.login=", "serp.folder.inbox=");
    SettingsCheck check = new SettingsCheck(new Settings(given));
    check.keys();
    assertThat(check.problems())
        .contains(
            "serp.folder.inbox is required and has no value"
                + " (given in config/application.properties)")
        .filteredOn(problem -> problem.startsWith("serp.api.login "))
        .singleElement()
        .asString()
        .doesNotContain("given");
  }
}
