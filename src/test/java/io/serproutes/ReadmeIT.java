package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The commands of README, taken from its text and run, and whether they print and write what it
 * quotes. Times, folders and ports differ from one machine to the next and do not count.
 */
@Execution(ExecutionMode.CONCURRENT)
class ReadmeIT {

  private static final Path JAR = Path.of("target/serp-routes.jar").toAbsolutePath();
  private static final Path OPTIONS = Path.of("config/jvm.options").toAbsolutePath();
  private static final Duration PATIENCE = ProgramUnderTest.PATIENCE;
  private static final Duration PATIENCE_WITH_MAVEN = Duration.ofMinutes(5);
  private static final String QUOTED_FOLDER = "/home/you/serp-routes";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String ZERO = "00000000-0000-0000-0000-000000000000";
  private static final String UNKNOWN = "00000000-0000-0000-0000-000000040401";
  private static final String LATE = "00000000-0000-0000-0001-000000040602";
  private static final String SICK_ONCE = "00000000-0000-0500-0001-000000050000";

  private final String readme = read(Path.of("README.md"));
  private final String operations = read(Path.of("src/docs/operations.md"));
  private final String performance = read(Path.of("src/docs/performance.md"));
  private final Map<String, String> environment = new HashMap<>();
  private final List<Process> processes = new ArrayList<>();

  @TempDir private Path temp;
  private Path folder;

  @BeforeEach
  void emptyFolderAndFreePorts() throws IOException {
    folder = Files.createDirectory(temp.resolve("empty"));
    environment.put("SERP_SANDBOX_PORT", Integer.toString(ProgramUnderTest.freePort()));
    environment.put("SERP_SERVER_PORT", Integer.toString(ProgramUnderTest.freePort()));
  }

  @AfterEach
  void endProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void theMainCommandPrintsInTheProjectWhatIsQuoted() throws Exception {
    for (String part : List.of("pom.xml", "config", "routes", "src/main")) {
      copy(Path.of(part), folder.resolve(part));
    }
    Process maven = start(command("mvn -q compile camel:run -Dserp.ids="), "main");
    assertThat(exitCode(maven, PATIENCE_WITH_MAVEN)).as(output("main")).isZero();
    List<String> printed = new ArrayList<>(plain("main"));
    if (printed.size() > 1 && printed.get(1).matches("WARNING: .*Unsafe.*/maven/lib/.*")) {
      printed.subList(0, 4).clear(); // JDK 25 says that Maven's own library will have to change
    }
    assertThat(printed).isEqualTo(quotedByTheMainCommand());
  }

  @Test
  void theJarPrintsTheSameInAnEmptyFolderAndWritesWhatIsShown() throws Exception {
    Process jar = start("java -Dserp.ids=" + ZERO + " -jar target/serp-routes.jar", "jar");
    assertThat(exitCode(jar, PATIENCE)).as(output("jar")).isZero();
    assertThat(plain("jar")).isEqualTo(quotedByTheMainCommand());
    JsonNode items = JSON.readTree(folder.resolve("out/organic/" + ZERO + ".json").toFile());
    assertLooksLike(items.get(0), example(readme, "{\"type\":\"organic\""));
    assertLooksLike(record("receipts", ZERO), example(readme, "{\"task_id\":\"" + ZERO));
  }

  private List<String> quotedByTheMainCommand() {
    return find("(?s)```text\n(.*?)```", readme).get(0).lines().map(this::plainLine).toList();
  }

  @Test
  void aDroppedFileIsFinishedAsShown() throws Exception {
    List<String> blocks = find("(?s)```text\n(.*?)```", readme);
    Process program = start("java -jar target/serp-routes.jar", "folder");
    await().atMost(PATIENCE).until(() -> output("folder").contains("drop files of ids into"));
    Files.writeString(folder.resolve("ids.txt"), blocks.get(1));
    assertThat(exitCode(start(command("cp ids.txt"), "cp"), PATIENCE)).isZero();

    List<String> quoted = blocks.get(2).lines().map(this::plainLine).toList();
    await().atMost(PATIENCE).until(() -> allLines("folder").containsAll(quoted));
    Path done = folder.resolve("inbox/.done");
    await()
        .atMost(PATIENCE)
        .until(() -> names(done).stream().anyMatch(n -> n.matches("\\d{8}T\\d{9}Z-ids\\.txt")));
    assertLooksLike(record("dead-letters", UNKNOWN), example(operations, "\"" + UNKNOWN));
    assertLooksLike(record("parked", LATE), example(operations, "\"" + LATE));

    assertThat(get("/observe/health/live").statusCode()).isEqualTo(200);
    assertThat(get("/observe/health/ready").statusCode()).isEqualTo(200);
    assertThat(find("(?m)^\\| `(serp_(?!kafka_)[a-z_]+)", operations))
        .hasSizeGreaterThan(5)
        .allSatisfy(name -> assertThat(get("/observe/metrics").body()).contains("\n" + name));
    program.destroy();
    assertThat(exitCode(program, PATIENCE)).isZero();
  }

  @Test
  void goingLiveReplayAndWhatOperatorsReadAreAsShown() throws Exception {
    start(command("java -jar target/serp-routes.jar sandbox"), "sandbox");
    await().atMost(PATIENCE).until(() -> output("sandbox").contains("sandbox: http"));
    String api = output("sandbox").strip().replace("sandbox: ", "");

    String live =
        command("java @config/jvm.options -jar target/serp-routes.jar fetch ")
            .replaceAll("https://\\S+", api);
    String toOut = live.replace("--set serp.files.dir=out-sandbox ", ""); // where replay looks
    assertThat(exitCode(start(live, "no-login"), PATIENCE)).isEqualTo(1);
    assertThat(operations).contains("```text\n" + output("no-login").strip() + "\n```");

    environment.put("SERP_API_LOGIN", "sandbox");
    environment.put("SERP_API_PASSWORD", "sandbox");
    assertThat(exitCode(start(live, "live"), PATIENCE)).as(output("live")).isZero();

    environment.put("SERP_RETRY_MAX_ATTEMPTS", "1");
    assertThat(exitCode(start(toOut.replace(ZERO, SICK_ONCE), "sick"), PATIENCE)).isEqualTo(2);
    environment.put("SERP_API_BASE_URL", api);
    Process dry = start(command("java -jar target/serp-routes.jar replay --dry-run"), "dry");
    assertThat(exitCode(dry, PATIENCE)).as(output("dry")).isZero();
    assertThat(output("dry")).contains("retries-exhausted  " + SICK_ONCE);
    Process replay =
        start(command("java @config/jvm.options -jar target/serp-routes.jar replay"), "replay");
    assertThat(exitCode(replay, PATIENCE)).as(output("replay")).isZero();
    assertThat(names(folder.resolve("out/dead-letters"))).isEmpty();
    assertThat(record("receipts", SICK_ONCE).get("outcome").asText()).isEqualTo("delivered");

    Process check = start(command("java -jar target/serp-routes.jar check"), "check");
    assertThat(exitCode(check, PATIENCE)).as(output("check")).isZero();
    Process reconcile = start(command("java -jar target/serp-routes.jar reconcile"), "reconcile");
    assertThat(exitCode(reconcile, PATIENCE)).as(output("reconcile")).isZero();

    environment.put("SERP_API_PASSWORD", "wrong");
    environment.put("SERP_CIRCUIT_PROBE_INTERVAL", "3s");
    environment.put("SERP_ONCE_WAIT_CIRCUIT", "1s");
    assertThat(exitCode(start(toOut, "wrong"), PATIENCE)).isEqualTo(3);
    String quoted = find("(?s)```text\n(Halted.*?)```", operations).get(0);
    assertThat(output("wrong")).contains(quoted.strip());
  }

  @Test
  void aTaskThatIsPostedComesBackAsShown() throws Exception {
    String webhooks = Integer.toString(ProgramUnderTest.freePort());
    environment.put("SERP_WEBHOOKS_PORT", webhooks);
    environment.put("SERP_SANDBOX_TURNAROUND", "1s");
    assertThat(exitCode(shell(command("openssl rand"), "token"), PATIENCE)).isZero();
    String line = command("SERP_WEBHOOKS_TOKEN_FILE=hook.token ");
    environment.put("SERP_WEBHOOKS_TOKEN_FILE", "hook.token");
    start(line.substring(line.indexOf("java ")), "webhooks");
    await().atMost(PATIENCE).until(() -> output("webhooks").contains("ids from ["));

    String post =
        find("(?m)^(curl .*pingback.*)$", readme)
            .get(0)
            .replace("8085", environment.get("SERP_SANDBOX_PORT"))
            .replace("8086", webhooks);
    assertThat(exitCode(shell(post, "post"), PATIENCE)).as(output("post")).isZero();
    await().atMost(PATIENCE).until(() -> !names(folder.resolve("out/receipts")).isEmpty());
  }

  private Process shell(String line, String name) throws IOException {
    return start(List.of("bash", "-c", line), name);
  }

  // --- commands
  // -----------------------------------------------------------------------------------

  /** The first command line of the pages that begins so. */
  private String command(String begin) {
    List<String> found =
        find("(?m)^(" + Pattern.quote(begin) + ".*)$", readme + operations + performance);
    assertThat(found).as(begin).hasSizeGreaterThanOrEqualTo(1);
    return found.get(0);
  }

  private Process start(String command, String name) throws IOException {
    List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
    words.replaceAll(word -> word.equals("target/serp-routes.jar") ? JAR.toString() : word);
    words.replaceAll(word -> word.equals("@config/jvm.options") ? "@" + OPTIONS : word);
    if (words.get(0).equals("java")) {
      words.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }
    return start(words, name);
  }

  private Process start(List<String> words, String name) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve(name).toFile());
    builder.environment().keySet().removeIf(variable -> variable.startsWith("SERP_"));
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(environment);
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  private static int exitCode(Process process, Duration patience) throws InterruptedException {
    assertThat(process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)).as("it ends").isTrue();
    return process.exitValue();
  }

  private String output(String name) {
    return read(temp.resolve(name));
  }

  /** What was printed but for progress lines, which depend on how fast the machine is. */
  private List<String> plain(String name) {
    return allLines(name).stream().filter(line -> !line.contains(" in work")).toList();
  }

  private List<String> allLines(String name) {
    return output(name).lines().map(this::plainLine).filter(line -> !line.isEmpty()).toList();
  }

  private String plainLine(String line) {
    return line.replaceAll("\u001b\\[[0-9;]*m", "")
        .replaceAll("^\\d\\d:\\d\\d:\\d\\d ", "TIME ")
        .replaceAll("[0-9.]+ ids/s", "N ids/s")
        .replaceAll("\\d{8}T\\d{9}Z", "STAMP")
        .replace(real(folder), QUOTED_FOLDER)
        .replace(folder.toString(), QUOTED_FOLDER);
  }

  private static String real(Path path) {
    try {
      return path.toRealPath().toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> get(String path) {
    URI uri = URI.create("http://127.0.0.1:" + environment.get("SERP_SERVER_PORT") + path);
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  // --- files
  // --------------------------------------------------------------------------------------

  private JsonNode record(String kind, String id) throws IOException {
    return JSON.readTree(folder.resolve("out/" + kind + "/" + id + ".json").toFile());
  }

  /** The example of a page that holds a text; … stands for anything. */
  private static JsonNode example(String page, String text) throws IOException {
    for (String block : find("(?s)```json\n(.*?)```", page)) {
      if (block.contains(text)) {
        return JSON.readTree(block.replace("{…}", "\"…\"").replace("[…]", "\"…\""));
      }
    }
    throw new AssertionError("no example with " + text);
  }

  private static void assertLooksLike(JsonNode real, JsonNode example) {
    List<String> names = new ArrayList<>();
    real.fieldNames().forEachRemaining(names::add);
    List<String> expected = new ArrayList<>();
    example.fieldNames().forEachRemaining(expected::add);
    assertThat(names).isEqualTo(expected);
    for (String name : names) {
      JsonNode value = example.get(name);
      boolean differs = name.endsWith("_at") || name.equals("elapsed_ms");
      if (value.isObject()) {
        assertLooksLike(real.get(name), value);
      } else if (!differs && !value.asText().equals("…")) {
        assertThat(real.get(name)).as(name).isEqualTo(value);
      }
    }
  }

  private static List<String> names(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path target = from.equals(file) ? to : to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private static List<String> find(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
