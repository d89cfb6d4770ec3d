package io.serproutes.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serproutes.OpenFiles;
import io.serproutes.Settings;
import io.serproutes.fetch.Verdict.Kind;
import io.serproutes.ids.TaskId;
import io.serproutes.items.AnswerReader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JudgePostedTest {

  private static final TaskId ID = TestTasks.id(1);

  @TempDir private Path temp;

  private final JudgePosted judge =
      TestTasks.judgePosted(
          new Settings(
              Map.of(
                      "serp.api.max-response-size", "2MiB",
                      "serp.api.password", "swordfish")
                  ::get));

  private Path file(String body) throws IOException {
    Path file = temp.resolve("answer.json.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(body.getBytes(UTF_8));
    }
    return file;
  }

  private static String body(int code) {
    return TestTasks.body(ID, code, "{}", "null");
  }

  private Task judged(Path file) throws IOException {
    Task task = TestTasks.answered(ID, file);
    judge.judge(task);
    return task;
  }

  @ParameterizedTest
  @CsvSource({
    "20000, DELIVER, deliver",
    "40102, DELIVER, deliver",
    "40401, PERMANENT, given-up",
    "40101, PERMANENT, given-up",
  })
  void aLastWordCounts(int code, Kind kind, String inShort) throws IOException {
    Path file = file(body(code));
    assertThat(judge.isFinal(file, ID)).isTrue();
    Task task = judged(file);
    assertThat(task.getVerdict().kind()).isEqualTo(kind);
    assertThat(task.getVerdict().statusCode()).isEqualTo(code);
    assertThat(task.getVerdict().httpStatus()).as("there was no call").isNull();
    assertThat(judge.finalVerdict(task)).isEqualTo(inShort);
    assertThat(task.getAnswerFile()).isEqualTo(file);
    assertThat(task.getFound().id()).isEqualTo(ID.value());
    assertThat(task.getAnswer().length()).isEqualTo(body(code).length());
  }

  @Test
  void anAnswerMayHaveVeryManyEmptyParts() throws IOException {
    byte[] answer = Files.readAllBytes(file(body(20000)));
    Path empty = file("");
    byte[] part = Files.readAllBytes(empty);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(empty))) {
      for (int i = 0; i < 50_000; i++) {
        out.write(part);
      }
      out.write(answer);
    }
    assertThat(judge.isFinal(empty, ID)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {20100, 40602, 40202, 40100, 40200, 50000})
  void whatMayChangeIsAskedFor(int code) throws IOException {
    Path file = file(body(code));
    assertThat(judge.isFinal(file, ID)).isFalse();
    isAskedFor(judged(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "{\"status_code\":20000,\"tasks\":[]}"})
  void whatIsNoAnswerIsAskedFor(String body) throws IOException {
    Path file = file(body);
    assertThat(judge.isFinal(file, ID)).isFalse();
    isAskedFor(judged(file));
  }

  private void isAskedFor(Task task) {
    assertThat(task.getVerdict()).isNotNull();
    assertThat(judge.finalVerdict(task)).isNull();
    assertThat(task.getAnswerFile()).isNull();
    assertThat(task.getVerdict()).as("what was posted is forgotten").isNull();
  }

  @Test
  void aFileThatTheDiskHasChangedIsAskedFor() throws IOException {
    Path file = file(body(20000));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertThat(judge.isFinal(file, ID)).isFalse();
    Task task = judged(file);
    assertThat(task.getVerdict().kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(task.getVerdict().reason()).isEqualTo(Reason.UNREADABLE);
    isAskedFor(task);
    isAskedFor(judged(temp.resolve("gone.json.gz")));
  }

  @Test
  void oneThatIsTooLargeUnpackedIsNotUnpackedToItsEnd() throws IOException {
    Path file = file(" ".repeat(3 << 20));
    assertThatExceptionOfType(AnswerReader.TooLargeException.class)
        .isThrownBy(() -> judge.isFinal(file, ID));
    Task task = judged(file);
    assertThat(task.getVerdict().statusMessage()).contains("serp.api.max-response-size");
    isAskedFor(task);
  }

  @Test
  void anotherEndpointsAnswerIsGivenUpAndQuotesNoSecret() throws IOException {
    Path file = file(TestTasks.body(ID, 20000, "{\"se\":\"swordfish\"}", "null"));
    assertThat(judge.isFinal(file, ID)).isTrue();
    Task task = judged(file);
    assertThat(judge.finalVerdict(task)).isEqualTo("given-up");
    assertThat(task.getVerdict().reason()).isEqualTo(Reason.WRONG_ENDPOINT);
    assertThat(task.getVerdict().statusMessage())
        .startsWith("the posted answer is not one of /v3/serp/naver/organic/task_get/regular: its")
        .endsWith("se is ***");
  }

  @Test
  void aLargeAnswerThatIsOnlyLookedAtKeepsNoFileOpen() throws IOException {
    String filler = "{\"filler\":\"" + "x".repeat(1 << 20) + "\"}";
    Path file = file(TestTasks.body(ID, 20000, filler, "null"));
    int before = OpenFiles.with("serp-answer-").size();
    assertThat(judge.isFinal(file, ID)).isTrue();
    assertThat(OpenFiles.with("serp-answer-")).hasSize(before);
    Task task = judged(file);
    assertThat(OpenFiles.with("serp-answer-")).hasSize(before + 1);
    task.close();
    assertThat(OpenFiles.with("serp-answer-")).hasSize(before);
  }
}
