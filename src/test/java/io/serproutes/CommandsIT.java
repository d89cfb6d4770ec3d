package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of the jar. */
@Execution(ExecutionMode.CONCURRENT)
class CommandsIT {

  private static final String ID = "00000000-0000-0000-0000-000000000000";

  private static final List<String> COMMANDS =
      List.of(
          "run",
          "fetch",
          "check",
          "status",
          "replay",
          "reconcile",
          "export",
          "config",
          "sandbox",
          "prepare");

  @TempDir Path temp;

  private ProgramUnderTest.Start program() {
    return ProgramUnderTest.in(temp.resolve("work"));
  }

  @Test
  void helpAndVersion() {
    for (String argument : new String[] {"--help", "-h"}) {
      try (ProgramUnderTest program = program().argument(argument).start()) {
        assertThat(program.exitCode()).as(program.output()).isZero();
        assertThat(program.output()).startsWith("Usage: ").contains("--set");
        assertThat(program.output().lines())
            .filteredOn(line -> line.matches("  [a-z]+ .*")) // each in a line
            .allMatch(line -> line.endsWith("."))
            .extracting(line -> line.strip().split(" ")[0])
            .isEqualTo(COMMANDS);
        assertThat(program.output().lines()).allMatch(line -> line.length() < 80);
      }
    }
    try (ProgramUnderTest program = program().argument("--version").start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).matches("serp-routes \\d+\\.\\d+\\.\\d+\\S*\\R");
    }
  }

  @Test
  void everyCommandHasHelpWithExamples() {
    for (String command : COMMANDS) {
      try (ProgramUnderTest program = program().argument(command).argument("--help").start()) {
        assertThat(program.exitCode()).as(program.output()).isZero();
        assertThat(program.output())
            .startsWith("Usage: java -jar serp-routes.jar")
            .contains("Examples:\n", " serp-routes.jar " + command);
        assertThat(program.output().lines()).allMatch(line -> line.length() < 80);
      }
    }
  }

  @Test
  void configShowsEveryKeyWhereItIsGivenAndNoSecret() {
    ProgramUnderTest.Start start =
        program()
            .configFile("serp.to=files,kafka", "serp.api.login=me@example.com")
            .environment("SERP_API_PASSWORD", "geheim")
            .environment("SERP_KAFKA_PROPERTIES_SASL_JAAS_CONFIG", "x password=geheim;")
            .key("serp.kafka.properties.my.api-key", "geheim")
            .key("serp.endpoints.paid", "http://user:geheim@host/x?password=geheim&\u001b[2J")
            .key("serp.api.max-concurrent", "many")
            .argument("--set=serp.ids=" + ID)
            .argument("config");
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).doesNotContain("geheim", "me@example.com", "\u001b");
      assertThat(program.output().lines().map(line -> line.replaceAll(" +", " ")))
          .contains("serp.to=files,kafka (in config/application.properties)")
          .contains("serp.api.login=*** (in config/application.properties)")
          .contains("serp.api.password=*** (by the environment variable SERP_API_PASSWORD)")
          .contains("serp.kafka.properties.my.api-key=*** (as a system property)")
          .contains("serp.api.max-concurrent=many (as a system property)")
          .contains("serp.from=command-line (follows from other keys)")
          .contains("serp.ids=" + ID + " (with --set)")
          .contains("serp.files.dir=out (default)");
      assertThat(program.output()).contains(Keys.names());
    }
    assertThat(temp.resolve("work/out")).doesNotExist();
  }

  @Test
  void theValueThatIsSetIsTheOneThatTheRoutesUse() throws Exception {
    String id = "03171324-1535-0066-0000-770617fdc9a8";
    ProgramUnderTest.Start start =
        program()
            .configFile("serp.sandbox.latency=1ms ", "serp.api.path=/v3/serp/a/task_get/b ")
            .environment("SERP_API_BASE_URL", "")
            .environment("SERP_API_LOGIN", "somebody")
            .environment("SERP_SANDBOX_ITEMS", "7")
            .embeddedSandbox()
            .argument("fetch")
            .argument(id)
            .argument("--set=serp.sandbox.items=5");
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
    Path receipt = temp.resolve("work/out/receipts/" + id + ".json");
    assertThat(Files.readString(receipt)).contains("\"items_count\":5,");
  }

  /** A reader that has gone needs no line; a disk that is full needs one. */
  @ParameterizedTest
  @ValueSource(strings = {"config", "check --offline", "replay --dry-run", "status " + ID})
  void aResultThatCannotBeWrittenIsExitCode1(String command) throws Exception {
    Path folder = temp.resolve("work");
    program().file("out/dead-letters/" + ID + ".json", "{\"reason\":\"not-ready\"}");
    String program = String.join(" ", ProgramJar.command(List.of())) + " " + command;
    Process shell =
        new ProcessBuilder(
                "bash",
                "-c",
                program + " | true; echo ${PIPESTATUS[0]}; " + program + " > /dev/full; echo $?")
            .directory(folder.toFile())
            .redirectError(temp.resolve("err.txt").toFile())
            .start();
    String codes = new String(shell.getInputStream().readAllBytes());
    assertThat(shell.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(codes).isEqualTo("1\n1\n");
    assertThat(Files.readAllLines(temp.resolve("err.txt")))
        .filteredOn(line -> line.startsWith("serp-routes could not"))
        .singleElement()
        .asString()
        .endsWith(": standard output cannot be written to: No space left on device");
  }

  /** LANG is unset in many units of systemd, cron jobs and containers. */
  @Test
  void aFolderThatTheLocaleCannotNameIsRefused() throws Exception {
    Path folder = temp.resolve("결과");
    CommandRun there = CommandRun.in(folder).environment("LC_ALL", "C").run("config");
    assertThat(there.code()).isOne();
    assertThat(there.err())
        .contains("the working folder is not found under the name ", "LANG=C.UTF-8");
    CommandRun named =
        CommandRun.in(temp.resolve("work"))
            .file("config/application.properties", "serp.files.dir=결과\n")
            .environment("LC_ALL", "C")
            .run("fetch", ID);
    assertThat(named.code()).isOne();
    assertThat(named.err()).contains("serp.files.dir=", "cannot name a folder", "LANG=C.UTF-8");
  }

  /** The JVM gives on what the system says, in the language of its locale. */
  @Test
  void whatTheSystemSaysInAnotherLanguageIsUnderstood() throws Exception {
    Path out = Files.createDirectories(temp.resolve("work/out/paid"));
    String program = String.join(" ", ProgramJar.command(List.of()));
    ProcessBuilder shell =
        new ProcessBuilder(
            "bash",
            "-c",
            "localedef -i de_DE -f UTF-8 ../de_DE.UTF-8 && export LOCPATH=$(cd .. && pwd) && "
                + ("(" + program + " config | true; " + program + " config > /dev/full; ")
                + (program + " check --offline)"));
    shell.environment().put("LC_ALL", "de_DE.UTF-8");
    shell.directory(temp.resolve("work").toFile()).redirectErrorStream(true);
    try (TinyDisk disk = TinyDisk.mount(out, 256)) {
      disk.fill();
      Process started = shell.start();
      String said = new String(started.getInputStream().readAllBytes(), UTF_8);
      assertThat(started.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assumeTrue(said.contains("kein Speicherplatz"), "no German locale: " + said);
      assertThat(said.lines().filter(line -> line.startsWith("serp-routes could not")))
          .singleElement()
          .asString()
          .contains("standard output cannot be written to: ", "kein Speicherplatz");
      assertThat(said).contains("; free disk space, or set another serp.files.dir");
    }
  }

  @Test
  void theSandboxRunsByItselfWithTheKeysOfItsFolder() {
    ProgramUnderTest.Start sandbox =
        program()
            .configFile("serp.sandbox.items=2", "serp.from=webhooks")
            .argument("sandbox")
            .argument("--set=serp.sandbox.port=0");
    try (ProgramUnderTest api = sandbox.start()) {
      String address = api.awaitOutput("sandbox: http\\S+\n").output().strip().substring(9);
      ProgramUnderTest.Start fetch =
          ProgramUnderTest.in(temp.resolve("other"))
              .argument("fetch")
              .argument(ID)
              .key("serp.api.base-url", address)
              .key("serp.api.login", "sandbox")
              .key("serp.api.password", "sandbox");
      try (ProgramUnderTest program = fetch.start()) {
        assertThat(program.exitCode()).as(program.output()).isZero();
        assertThat(program.output()).contains("1 id done");
      }
      ProgramUnderTest.Start second = program().argument("sandbox");
      second.key("serp.sandbox.port", address.replaceAll(".*:", ""));
      try (ProgramUnderTest program = second.start()) {
        assertThat(program.exitCode()).as(program.output()).isEqualTo(1);
        assertThat(program.output())
            .startsWith("serp-routes could not start sandbox: serp.sandbox.port=")
            .contains(" cannot be used: another program uses it")
            .hasLineCount(1);
      }
      assertThat(api.output()).hasLineCount(1);
    }
  }

  @Test
  void setWinsOverASystemPropertyThatOverTheEnvironmentThatOverTheFile() {
    ProgramUnderTest.Start start =
        program()
            .embeddedSandbox()
            .configFile("serp.files.dir=file", "serp.sandbox.items=3", "serp.api.max-concurrent=x")
            .environment("SERP_FILES_DIR", "environment")
            .environment("SERP_API_MAX_CONCURRENT", "3")
            .environment("SERP_SANDBOX_ITEMS", "4")
            .key("serp.files.dir", "property")
            .key("serp.sandbox.items", "5")
            .key("serp.ids", "nothing");
    start.argument("-Dserp.files.dir=overwritten").argument("--set=serp.ids=" + Ids.good(1));
    start.argument("run").argument("-Dserp.files.dir=set");
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      JsonNode receipt = new OutFolder(temp.resolve("work/set")).receipt(Ids.good(1));
      assertThat(receipt.path("items_count").intValue()).as("the property").isEqualTo(5);
      assertThat(temp.resolve("work/property")).doesNotExist();
      assertThat(temp.resolve("work/environment")).doesNotExist();
      assertThat(temp.resolve("work/overwritten")).doesNotExist();
    }
  }

  @Test
  void setWinsInRouteFilesToo() {
    String route =
        """
        - route:
            id: items-to-log
            from:
              uri: direct:serp-items-to-log
              steps:
                - log: "greeting {{my.greeting}}"
        """;
    ProgramUnderTest.Start start =
        program()
            .file("routes/items-to-log.camel.yaml", route)
            .key("my.greeting", "property")
            .key("serp.ids", ID)
            .argument("--set")
            .argument("my.greeting=set")
            .argument("--set")
            .argument("serp.to=files,log")
            .key("serp.api.path", "/v3/serp/naver/nothing")
            .argument("-Dserp.api.path=/v3/serp/naver/organic/task_get/regular");
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = start.api(api).start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).contains("greeting set");
    }
  }
}
