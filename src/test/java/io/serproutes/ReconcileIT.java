package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The command {@code reconcile} of the jar. */
@Execution(ExecutionMode.CONCURRENT)
class ReconcileIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;

  private final Map<String, String> keys = new LinkedHashMap<>();
  private Path work;

  @BeforeEach
  void makeWorkingFolder() throws IOException {
    work = Files.createDirectory(temp.resolve("work"));
    keys.put("serp.server.port", "0");
    keys.put("serp.folder.settle", "100ms");
  }

  private CommandRun run(String... arguments) throws Exception {
    CommandRun.Start start = CommandRun.in(work);
    keys.forEach(start::key);
    return start.run(arguments);
  }

  private void drop(Collection<String> ids) throws IOException {
    Files.write(Files.createDirectories(work.resolve("inbox")).resolve("ids.txt"), ids);
  }

  @Test
  void whatWasWithheldIsNamedFedAndThenNoLongerMissing() throws Exception {
    tenAreWithheldOf(300);
  }

  @Tag("large")
  @Test
  void tenOfTenThousandThatWereWithheldAreNamedFedAndThenNoLongerMissing() throws Exception {
    keys.put("serp.api.calls-per-minute", "1000000");
    tenAreWithheldOf(10_000);
  }

  private void tenAreWithheldOf(int count) throws Exception {
    try (SandboxProcess sandbox = new SandboxProcess()) {
      keys.putAll(sandbox.keys());
      List<String> ids = sandbox.post(count);
      List<String> withheld = new ArrayList<>();
      for (int i = 7; i < count; i += count / 10) {
        withheld.add(ids.get(i));
      }
      Set<String> given = new LinkedHashSet<>(ids);
      given.removeAll(withheld);
      drop(given);

      CommandRun waiting = run("reconcile", "--from", "1h", "--json");
      assertThat(waiting.code()).as(waiting.err()).isEqualTo(2);
      JsonNode found = JSON.readTree(waiting.out());
      assertThat(found.path("finished").intValue()).isEqualTo(count);
      assertThat(found.at("/waiting/inbox").intValue()).isEqualTo(count - 10);
      assertThat(texts(found.path("missing"))).containsExactlyInAnyOrderElementsOf(withheld);

      assertThat(run("run", "--set", "serp.once=true").code()).isZero();
      CommandRun missing = run("reconcile", "--from=1h", "--feed");
      assertThat(missing.code()).as(missing.err()).isEqualTo(2);
      assertThat(missing.lines())
          .first()
          .asString()
          .startsWith("naver organic tasks posted from ")
          .endsWith(": %,d finished".formatted(count));
      assertThat(missing.lines()).contains(counted("delivered", count - 10));
      assertThat(missing.lines()).contains(counted("missing", 10), "missing:");
      assertThat(missing.lines().subList(missing.lines().size() - 10, missing.lines().size()))
          .containsExactlyInAnyOrderElementsOf(withheld);
      assertThat(Files.readAllLines(fedFile())).containsExactlyInAnyOrderElementsOf(withheld);
      assertThat(missing.out()).contains("10 missing ids given to inbox/reconcile-");

      assertThat(run("run", "--set", "serp.once=true").code()).isZero();
      CommandRun clean = run("reconcile", "--from", "1h", "--set", "serp.files.layout=by-day");
      assertThat(clean.code()).as(clean.out()).isZero();
      assertThat(clean.lines()).contains(counted("delivered", count));
    }
  }

  private static String counted(String what, int count) {
    return "  %-19s %,9d".formatted(what, count);
  }

  private Path fedFile() throws IOException {
    try (Stream<Path> files = Files.list(work.resolve("inbox"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("reconcile-"))
          .findAny()
          .orElseThrow();
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(one -> texts.add(one.textValue()));
    return texts;
  }

  @Test
  void whatIsWrongIsOneLineAndExitCode1() throws Exception {
    refused("could not reconcile: --from is required, such as --from 24h", "reconcile");
    refused("there is no option --form; did you mean --from?", "reconcile", "--form", "1h");
    refused("reconcile takes no arguments such as 1h", "reconcile", "--from", "1h", "1h");
    refused("--from=yesterday is no time such as", "reconcile", "--from=yesterday");
    refused("serp.api.base-url is required and has no value", "reconcile", "--from=1h");
    try (SandboxProcess sandbox = new SandboxProcess()) {
      keys.putAll(sandbox.keys());
      keys.put("serp.api.password", "wrong");
      refused(
          "the login or the password is rejected (HTTP 401). Set serp.api.login",
          "reconcile",
          "--from=1h");
    }
  }

  private void refused(String words, String... arguments) throws Exception {
    if (!keys.containsKey("serp.api.login")) {
      keys.put("serp.api.login", "login");
      keys.put("serp.api.password", "password");
    }
    CommandRun run = run(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(words);
  }
}
