package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code check} of the jar: what is well, and faults as people make them. */
@Execution(ExecutionMode.CONCURRENT)
class CheckIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Path FROM_FOLDER = Path.of("routes/sources/ids-from-folder.camel.yaml");

  @TempDir Path temp;

  private Path work() {
    return temp.resolve("work");
  }

  private CommandRun.Start check() {
    return CommandRun.in(work()).key("serp.server.port", "0");
  }

  private CommandRun.Start check(StandIn api) {
    return check()
        .key("serp.api.base-url", api.address())
        .key("serp.api.login", api.login())
        .key("serp.api.password", api.password());
  }

  private static String line(String result, String check, String text) {
    return "%-5s %-11s %s".formatted(result, check, text);
  }

  /** All that it names as failed, of those checks. */
  private static List<String> failures(CommandRun run) {
    assertThat(run.out().lines().filter(line -> line.startsWith("FAIL")))
        .as(run.out() + run.err())
        .isNotEmpty();
    assertThat(run.code()).isEqualTo(1);
    return run.lines().stream().filter(line -> line.startsWith("FAIL")).toList();
  }

  private static void finds(CommandRun run, String check, String... words) {
    assertThat(failures(run))
        .singleElement()
        .asString()
        .startsWith("%-5s %-11s ".formatted("FAIL", check))
        .contains(words);
  }

  private static void warns(CommandRun run, String check, String... words) {
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(run.lines().stream().filter(line -> line.startsWith("warn")))
        .singleElement()
        .asString()
        .startsWith("%-5s %-11s ".formatted("warn", check))
        .contains(words);
  }

  private List<String> files() {
    try (Stream<Path> files = Files.walk(work())) {
      return files.map(file -> work().relativize(file).toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whereAllIsWellItSaysSoAndLeavesEverythingAsItWas() throws Exception {
    try (StandIn api = StandIn.start()) {
      CommandRun.Start start =
          check(api)
              .key("serp.from", "folder,tasks-ready,webhooks")
              .key("serp.webhooks.port", "0")
              .key("serp.api.calls-per-minute", "1500")
              .environment("SERP_WEBHOOKS_TOKEN", "swordfish-swordfish-swordfish")
              .file("config/application.properties", "serp.files.dir=out\nserp.files.layout=by-day")
              .file("inbox/ids.txt", Ids.ZERO)
              .file("out/parked/" + Ids.good(0, 1).get(0) + ".json", "{}");
      List<String> before = files();
      CommandRun run = start.run("check");
      assertThat(run.code()).as(run.out() + run.err()).isZero();
      assertThat(run.out()).doesNotContain("swordfish").doesNotContain(api.password());
      assertThat(run.lines())
          .hasSize(10)
          .contains(
              line(
                  "ok",
                  "keys",
                  "set with --set: serp.from, serp.webhooks.port, serp.api.base-url,"
                      + " serp.api.login, serp.api.password, serp.api.calls-per-minute,"
                      + " serp.server.port; in the environment: serp.webhooks.token; in"
                      + " config/application.properties: serp.files.layout; 1 key repeats its"
                      + " default"),
              line("ok", "port", "any free port of 127.0.0.1"),
              line("ok", "webhooks", "any free port of 127.0.0.1"),
              line("ok", "tasks-ready", "/v3/serp/naver/organic/tasks_ready answers"),
              line(
                  "ok",
                  "account",
                  "login accepted; balance 100.00 USD; 2000 calls a minute, of which"
                      + " serp.api.calls-per-minute=1500"),
              line(
                  "ok",
                  "access",
                  "/v3/serp/naver/organic/task_get/regular answers for an id that no task has"
                      + " (20000 Ok): path and login are right"))
          .anyMatch(
              line -> line.matches("ok +routes +\\d\\d files with \\d\\d routes load, all of.*"))
          .anyMatch(line -> line.matches("ok +inbox .*/inbox: files can be written, .* free"))
          .anyMatch(line -> line.matches("ok +output .*/out: files can be written, .* free"));
      assertThat(api.asked()).containsOnlyKeys(Ids.ZERO);
      assertThat(files()).isEqualTo(before);
    }
  }

  @Test
  void offlineAsksNobodyAndTheSandboxIsNamed() throws Exception {
    CommandRun run = check().run("check", "--offline");
    warns(run, "keys", "serp.api.base-url has no value", "the embedded sandbox");
    assertThat(check().key("serp.server.port", "8084").run("check", "--offline").lines())
        .contains("ok    keys        1 key repeats its default");
    assertThat(run.lines()).extracting(line -> line.split(" +")[1]).doesNotContain("access");
    assertThat(run.out()).contains("out is missing and will be made in ");
    assertThat(files()).containsExactly("");
    run =
        check()
            .key("serp.from", "kafka")
            .key("serp.kafka.brokers", "localhost:1")
            .key("serp.api.base-url", "http://localhost:1")
            .key("serp.api.login", "me")
            .key("serp.api.password", "me")
            .run("check", "--offline");
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(run.lines()).extracting(line -> line.split(" +")[1]).doesNotContain("broker");
  }

  @Test
  void jsonIsOneObject() throws Exception {
    CommandRun run = check().key("serp.folder.settle", "soon").run("check", "--json", "--offline");
    assertThat(run.code()).isEqualTo(1);
    JsonNode object = JSON.readTree(run.out());
    assertThat(object.path("result").textValue()).isEqualTo("FAIL");
    assertThat(object.path("findings"))
        .allSatisfy(
            finding ->
                assertThat(finding.fieldNames())
                    .toIterable()
                    .containsExactly("check", "result", "text"))
        .anySatisfy(
            finding -> {
              assertThat(finding.path("check").textValue()).isEqualTo("keys");
              assertThat(finding.path("result").textValue()).isEqualTo("FAIL");
              assertThat(finding.path("text").textValue()).startsWith("serp.folder.settle=soon is");
            });
  }

  @Test
  void allThatIsWrongWithKeysAndTheRestAllTheSame() throws Exception {
    try (StandIn api = StandIn.start()) {
      CommandRun run =
          check(api)
              .key("serp.api.pasword", "swordfish")
              .key("serp.folder.settle", "soon")
              .key("serp.to", "fiels")
              .file("config/application.properties", "serp.retry.max-attempts=0")
              .environment("SERP_FILES_LAY_OUT", "flat")
              .run("check");
      assertThat(failures(run))
          .allMatch(line -> line.startsWith("FAIL  keys"))
          .satisfiesExactlyInAnyOrder(
              line ->
                  assertThat(line)
                      .contains("serp.api.pasword is not a key", "did you mean serp.api.password?"),
              line -> assertThat(line).contains("serp.folder.settle=soon is not a duration"),
              line -> assertThat(line).contains("there is no output fiels, only "),
              line ->
                  assertThat(line)
                      .contains("serp.retry.max-attempts=0", "in config/application.properties"));
      assertThat(run.out())
          .doesNotContain("swordfish")
          .contains("warn  keys        the environment variable SERP_FILES_LAY_OUT has no effect")
          .contains("warn  routes      not checked, since keys are wrong")
          .contains("ok    account ")
          .contains("ok    access ");
    }
  }

  @Test
  void whatNeedsAKeyThatIsWrongIsNotChecked() throws Exception {
    CommandRun run =
        check()
            .key("serp.from", "ftp")
            .key("serp.api.base-url", "https://me:swordfish@api.example.com")
            .run("check");
    assertThat(failures(run)).allMatch(line -> line.startsWith("FAIL  keys"));
    assertThat(run.out())
        .doesNotContain("swordfish")
        .contains("warn  inbox       not checked: serp.from=ftp is not one of")
        .contains("warn  access      not checked: serp.api.base-url is an address without user");
    CommandRun noFile =
        check().environment("SERP_API_PASSWORD_FILE", "nowhere").run("check", "--offline");
    finds(noFile, "keys", "SERP_API_PASSWORD_FILE cannot be read", "nowhere");
  }

  @Test
  void anOwnRouteFileThatLacksAStep() throws Exception {
    String core = Files.readString(Path.of("routes/core/task-results.camel.yaml"));
    int last = core.lastIndexOf("serp-mark-durable");
    assertThat(last).isPositive();
    int step = core.lastIndexOf("\n", core.lastIndexOf("- process:", last));
    int end = core.indexOf("\n", core.indexOf("ref: serpMarkDurable", last));
    CommandRun.Start start =
        check()
            .file("routes/task-results.camel.yaml", core.substring(0, step) + core.substring(end));
    finds(
        start.run("check", "--offline"),
        "routes",
        "task-results.camel.yaml: the last step of serp-receipt must be a process with the ref"
            + " serpMarkDurable");
    start.file("routes/task-results.camel.yaml", core);
    CommandRun mended = start.run("check", "--offline");
    assertThat(mended.out()).contains("load; of this folder: routes/task-results.camel.yaml");
    assertThat(files()).containsExactly("", "routes", "routes/task-results.camel.yaml");
  }

  @Test
  void anOwnRouteFileThatIsNeverLoaded() throws Exception {
    CommandRun run =
        check()
            .file("routes/item-to-mine.camel.yaml", "- route: {}")
            .file("routes/ids-from-folder.camel.yaml", Files.readString(FROM_FOLDER))
            .file("routes/core/ids-from-folder.camel.yaml", "- route: {}")
            .file("routes/outputs/items-to-mine.camel.yaml", "- route: {}")
            .run("check", "--offline");
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(run.lines().stream().filter(line -> line.startsWith("warn  routes ")))
        .satisfiesExactly(
            line -> assertThat(line).contains(" routes/core/ids-from-folder.camel.yaml is never"),
            line -> assertThat(line).contains(" routes/item-to-mine.camel.yaml is never loaded"));
  }

  @ParameterizedTest
  @CsvSource({
    "'- route:\n    id: [\n', items-to-mine",
    "'- route:\n    id: mine\n    from:\n      uri: direct:serp-items-to-mine\n      steps:\n"
        + "        - to: nocomponent:x\n', nocomponent",
    "'- route:\n    id: mine\n    from:\n      uri: direct:serp-items-to-mine\n      steps:\n"
        + "        - to: \"{{my.key}}\"\n', my.key",
    "'- route:\n    id: mine\n    from:\n      uri: direct:serp-items-to-mine\n      steps:\n"
        + "        - bean:\n            ref: nobean\n', nobean",
    "'- route:\n    id: mine\n    from:\n      uri: direct:other\n      steps:\n"
        + "        - log: x\n', needs a route from direct:serp-items-to-mine",
  })
  void anOwnOutputThatDoesNotLoad(String text, String words) throws Exception {
    CommandRun run =
        check()
            .key("serp.to", "mine,files")
            .key("serp.api.base-url", "http://127.0.0.1:1")
            .key("serp.api.login", "me")
            .key("serp.api.password", "me")
            .file("routes/items-to-mine.camel.yaml", text)
            .run("check", "--offline");
    finds(run, "routes", words);
  }

  @ParameterizedTest
  @CsvSource({"serp.folder.inbox, inbox", "serp.files.dir, output"})
  void aFolderThatCannotBeWritten(String key, String check) throws Exception {
    CommandRun run =
        check().file("taken", "a file").key(key, "taken/folder").run("check", "--offline");
    finds(
        run,
        check,
        key + "=taken/folder (given with --set) cannot be used: ",
        "make the folder writable for " + System.getProperty("user.name"),
        "or set another " + key);
  }

  @Test
  void aDiskThatIsFull() throws Exception {
    Path inbox = Files.createDirectories(work().resolve("inbox"));
    try (TinyDisk disk = TinyDisk.mount(inbox, 256)) {
      CommandRun run = check().run("check", "--offline");
      assertThat(run.code()).as(run.out()).isZero();
      assertThat(run.out()).contains("warn  inbox       only 0.3 MiB free for serp.folder.inbox=");
    }
    Path out = Files.createDirectories(work().resolve("out/paid"));
    try (TinyDisk disk = TinyDisk.mount(out, 256)) {
      disk.fill();
      finds(
          check().run("check", "--offline"),
          "output",
          "serp.files.dir=out cannot be used: ",
          "No space left on device; free disk space, or set another serp.files.dir");
      assertThat(out.toFile().list()).containsExactly(".fill");
    }
  }

  @Test
  void resultsOfTheSandboxInAFolderForRealOnes() throws Exception {
    CommandRun run =
        check()
            .file("out/.from-sandbox", "")
            .file("out/receipts/x.json", "{}")
            .key("serp.api.base-url", "http://127.0.0.1:1")
            .key("serp.api.login", "me")
            .key("serp.api.password", "me")
            .run("check", "--offline");
    finds(run, "output", "serp.files.dir=out holds invented results", "remove that folder");
    assertThat(work().resolve("out/.from-sandbox")).exists();
  }

  @Test
  void portsThatOtherProgramsUse() throws Exception {
    InetAddress local = InetAddress.getByName("127.0.0.1");
    try (ServerSocket health = new ServerSocket(0, 1, local);
        ServerSocket webhooks = new ServerSocket(0, 1, local)) {
      CommandRun run =
          check()
              .key("serp.server.port", health.getLocalPort())
              .key("serp.from", "webhooks")
              .key("serp.webhooks.port", webhooks.getLocalPort())
              .environment("SERP_WEBHOOKS_TOKEN", "swordfish-swordfish-swordfish")
              .run("check", "--offline");
      assertThat(failures(run))
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .startsWith("FAIL  port ")
                      .contains("another program uses it; set serp.server.port to a free port"),
              line ->
                  assertThat(line)
                      .startsWith("FAIL  webhooks ")
                      .contains("another program uses it; set serp.webhooks.port to a free port"));
    }
  }

  @ParameterizedTest
  @CsvSource({"serp.server.host, port", "serp.webhooks.host, webhooks"})
  void anAddressThatIsNotOfThisMachine(String key, String check) throws Exception {
    CommandRun run =
        check()
            .key("serp.from", "webhooks")
            .key("serp.webhooks.port", "0")
            .key(key, "192.0.2.1")
            .environment("SERP_WEBHOOKS_TOKEN", "swordfish-swordfish-swordfish")
            .run("check", "--offline");
    finds(run, check, key + "=192.0.2.1 (given with --set) is no address of this machine; set it");
  }

  @Test
  void whatIsWrongWithAccountAndAddress() throws Exception {
    try (StandIn api = StandIn.start()) {
      CommandRun login = check(api).key("serp.api.password", "swordfish").run("check");
      assertThat(failures(login))
          .hasSize(2)
          .allMatch(line -> line.matches("FAIL  (account|access) .*"))
          .allMatch(line -> line.contains("the login or the password is rejected (HTTP 401"))
          .allMatch(line -> line.contains("Set serp.api.login and serp.api.password"));
      assertThat(login.out()).doesNotContain("swordfish");
      finds(
          check(api).key("serp.api.path", "/v3/serp/never/organic/task_get/regular").run("check"),
          "access",
          "the host or the path is wrong (HTTP 404",
          "Check serp.api.base-url and serp.api.path");
      finds(
          check(api)
              .key("serp.from", "tasks-ready")
              .key("serp.ready.path", "/v3/serp/naver/organic/task_ready")
              .run("check"),
          "tasks-ready",
          "there is no list at",
          "set serp.ready.path");
      warns(
          check(api).key("serp.api.calls-per-minute", "10000").run("check"),
          "account",
          "serp.api.calls-per-minute=10000 is more than the account's limit of 2000",
          "set it to 2000");
      int status = api.calls();
      api.answerAll(402, 40200);
      finds(
          check(api).run("check"),
          "access",
          "the account has no money left (HTTP 402",
          "Top it up");
      assertThat(api.calls()).isEqualTo(status + 1);
    }
  }

  @Test
  void plainHttpToAnotherMachine() throws Exception {
    warns(
        check()
            .key("serp.api.base-url", "http://api.example.com")
            .key("serp.api.login", "me")
            .key("serp.api.password", "me")
            .run("check", "--offline"),
        "keys",
        "serp.api.base-url is plain http",
        "use https");
  }

  /** Its file is hidden from sources and readers, so it may stay. */
  @Test
  void afterAKillAtAnyMomentARunTakesUpNothing() throws Exception {
    try (StandIn api = StandIn.start()) {
      for (int millis = 300; millis < 2000; millis += 300) {
        killAfter(millis);
      }
      Files.createDirectories(work().resolve("inbox"));
      Files.createFile(work().resolve("inbox/.serp-check-0123456789abcdef.tmp"));
      try (ProgramUnderTest program =
          ProgramUnderTest.in(work()).api(api).key("serp.once", "true").start()) {
        assertThat(program.exitCode()).as(program.output()).isZero();
        assertThat(program.output()).doesNotContain("WARN");
      }
      assertThat(api.calls()).isZero();
    }
  }

  private void killAfter(int millis) throws Exception {
    List<String> command = ProgramJar.command(List.of());
    command.addAll(List.of("check", "--offline"));
    Process process =
        new ProcessBuilder(command)
            .directory(Files.createDirectories(work()).toFile())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("killed.txt").toFile())
            .start();
    long end = System.nanoTime() + millis * 1_000_000L;
    await().until(() -> System.nanoTime() > end || !process.isAlive());
    process.destroyForcibly().waitFor();
  }
}
