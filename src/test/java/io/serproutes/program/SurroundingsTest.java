package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.IllegalSettingException;
import io.serproutes.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Invented results and real ones in the folder of results. */
class SurroundingsTest {

  @TempDir Path out;

  @BeforeEach
  void trySandbox() throws IOException {
    with("files").checkFolders(true);
    Files.createFile(Files.createDirectories(out.resolve("receipts")).resolve("a.json"));
  }

  private Surroundings with(String to) {
    Map<String, String> keys =
        Map.of("serp.from", "command-line", "serp.to", to, "serp.files.dir", out.toString());
    return new Surroundings(new Settings(keys::get));
  }

  /** Else a later start would tell to remove the folder with the real ids that this one parks. */
  @ParameterizedTest
  @ValueSource(strings = {"files", "endpoints", "kafka"})
  void aRealRunDoesNotBeginInAFolderOfInventedResults(String to) {
    assertThatThrownBy(() -> with(to).checkFolders(false))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageContaining("holds invented results of the embedded sandbox");
  }

  /** Its mark would make all of them pass for invented. */
  @ParameterizedTest
  @ValueSource(strings = {"files", "endpoints", "kafka"})
  void aSandboxDoesNotBeginInAFolderOfRealResults(String to) throws IOException {
    Files.delete(out.resolve(".from-sandbox"));
    assertThatThrownBy(() -> with(to).checkFolders(true))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageContaining("holds results of a real API");
    assertThat(out.resolve(".from-sandbox")).doesNotExist();
  }

  @Test
  void onceTheyAreGoneItIsTheFolderOfTheRealRun() throws IOException {
    Files.delete(out.resolve("receipts/a.json"));
    with("endpoints").checkFolders(false);
    assertThat(out.resolve(".from-sandbox")).doesNotExist();
  }
}
