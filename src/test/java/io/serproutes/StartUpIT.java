package io.serproutes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What stops a start, and what of the working folder is used. */
@Execution(ExecutionMode.CONCURRENT)
class StartUpIT {

  @TempDir Path temp;

  private Start program() {
    return ProgramUnderTest.in(temp.resolve("work")).embeddedSandbox();
  }

  private Start withCredentials() {
    return program().key("serp.api.login", "me").key("serp.api.password", "secret");
  }

  private OutFolder out(String name) {
    return new OutFolder(temp.resolve("work").resolve(name));
  }

  private static void stops(Start start, String... words) {
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(1);
      assertThat(program.output().lines()).as("one line: %s", program.output()).hasSize(1);
      assertThat(program.output()).startsWith("serp-routes could not start: ").contains(words);
    }
  }

  /** The JDKs beside the one of the tests, too: later ones warn of what libraries do. */
  static List<Path> jdks() throws IOException {
    Path own = Path.of(System.getProperty("java.home")).toRealPath();
    try (Stream<Path> beside = Files.list(own.getParent())) {
      return Stream.concat(Stream.of(own), beside.filter(jdk -> !Files.isSymbolicLink(jdk)))
          .filter(jdk -> Files.isExecutable(jdk.resolve("bin/java")))
          .distinct()
          .toList();
    }
  }

  /** Nor does a network without a hardware address, which this test only has in a namespace. */
  @ParameterizedTest
  @MethodSource("jdks")
  void nothingStandsAboveTheFirstLineWhateverTheJdk(Path jdk) throws Exception {
    List<String> command =
        ProgramJar.command(
            List.of(
                "-Dserp.ids=" + Ids.ZERO, "-Dserp.sandbox.port=" + ProgramUnderTest.freePort()));
    command.removeIf(option -> option.startsWith("-XX:"));
    command.set(0, jdk.resolve("bin/java").toString());
    Path folder = Files.createDirectory(temp.resolve("work"));
    Path output = temp.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(ProgramUnderTest.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readAllLines(output)).first().asString().contains("serp-routes - ids from ");
      assertThat(Files.readString(output)).doesNotContain("WARN");
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "rum, there is no command rum; did you mean run?",
    "--seet=swordfish, there is no option --seet; did you mean --set?",
    "--set=swordfish, '--set takes KEY=VALUE, such as --set serp.files.dir=out'",
    "-Dserp.api.pasword=swordfish, serp.api.pasword is not a key of serp-routes (given with --set);"
        + " did you mean serp.api.password?",
    "00000000-0000-0000-0000-000000000000, there is no command 00000000-0000-0000-0000-000000000000;"
        + " did you mean fetch 00000000-0000-0000-0000-000000000000?",
  })
  void anArgument(String argument, String words) {
    stops(program().argument(argument), words);
  }

  @Test
  void anArgumentOfACommandThatTakesNone() {
    stops(program().argument("run").argument("x"), "run takes no arguments such as x");
  }

  @ParameterizedTest
  @CsvSource({
    "serp.api.pasword, x, serp.api.pasword is not a key of serp-routes (given as a system property);"
        + " did you mean serp.api.password?",
    "serp.folder.settle, soon, serp.folder.settle=soon is not a duration such as",
    "serp.ready.poll, 2s, serp.ready.poll=2s is not off or a duration of at least 3s such as 1m",
    "serp.ready.path, tasks_ready, serp.ready.path=tasks_ready is not a path such as /v3/",
  })
  void aKeyThatIsUnknownOrMalformed(String key, String value, String words) {
    stops(program().key(key, value), words);
  }

  @ParameterizedTest
  @CsvSource({
    "serp.files.lay-out=flat, serp.files.lay-out is not a key",
    "serp.retry.first-delay=-1s, serp.retry.first-delay=-1s is not a duration such as",
  })
  void aLineOfTheConfigurationFileThatIsUnknownOrMalformed(String line, String words) {
    stops(program().configFile(line), words);
  }

  @Test
  void aListThatIsASourceAndNotPolled() {
    stops(
        program().key("serp.from", "tasks-ready").key("serp.ready.poll", "off"),
        "serp.ready.poll=off although serp.from names tasks-ready");
  }

  @Test
  void allThatIsWrongWithKeysAtOnce() {
    try (ProgramUnderTest program =
        program()
            .key("serp.api.pasword", "x")
            .key("serp.folder.settle", "soon")
            .key("serp.api.base-url", "https://api.example.com")
            .configFile("serp.retry.max-attempts=0", "serp.from=folder,ftp")
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(1);
      assertThat(program.output().lines())
          .allMatch(line -> line.startsWith("serp-routes could not start: serp."))
          .extracting(line -> line.split("[ =]")[4])
          .containsExactly(
              "serp.api.pasword",
              "serp.from",
              "serp.folder.settle",
              "serp.api.login",
              "serp.api.password",
              "serp.retry.max-attempts");
    }
  }

  @Test
  void aConfigurationFileThatIsNotUtf8() throws Exception {
    Start start = program().configFile("");
    Files.write(
        temp.resolve("work/config/application.properties"),
        "serp.api.login=j\u00fcrgen".getBytes(ISO_8859_1));
    stops(start, "config/application.properties", "UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://me:p4ss-w0rd@api.example.com", "https://x/?key=p4ss-w0rd"})
  void anAddressWithCredentialsWhichAreNotQuoted(String url) {
    Start start = withCredentials().key("serp.api.base-url", url);
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(1);
      assertThat(program.output().lines()).hasSize(1);
      assertThat(program.output())
          .contains("serp.api.base-url", "serp.api.login")
          .doesNotContain("p4ss-w0rd");
    }
  }

  @Test
  void credentialsThatAreMissing() {
    String url = "https://api.example.com";
    stops(
        withCredentials().key("serp.api.base-url", url).key("serp.api.login", ""),
        "serp.api.login",
        "SERP_API_LOGIN");
    stops(
        program().key("serp.api.base-url", url).key("serp.api.login", "me"),
        "serp.api.password",
        "SERP_API_PASSWORD");
  }

  @Test
  void aPropertyOfKafkasClientsInTheEnvironmentThatWouldBreakAPromise() {
    stops(
        program()
            .key("serp.from", "kafka")
            .key("serp.kafka.brokers", "localhost:1")
            .key("serp.api.base-url", "http://localhost:1")
            .key("serp.api.login", "login")
            .key("serp.api.password", "password")
            .environment("SERP_KAFKA_PROPERTIES_ENABLE_AUTO_COMMIT", "true"),
        "serp.kafka.properties.enable.auto.commit=true is refused");
  }

  @Test
  void noApiForASourceThatHasNoSandbox() {
    try (ProgramUnderTest program = withCredentials().key("serp.from", "dead-letters").start()) {
      assertThat(program.exitCode()).isEqualTo(1);
      assertThat(program.output().lines())
          .hasSize(2)
          .anySatisfy(line -> assertThat(line).contains("serp.api.base-url is required"))
          .anySatisfy(line -> assertThat(line).contains("the embedded sandbox, which needs no"));
    }
  }

  @ParameterizedTest
  @CsvSource({"serp.files.dir", "serp.folder.inbox"})
  void aFolderThatCannotBe(String key) {
    Start start = program().file("taken", "a regular file").key(key, "taken/folder");
    stops(start, key, "taken");
  }

  @ParameterizedTest
  @CsvSource({"serp.server.port", "serp.sandbox.port"})
  void aPortThatIsTaken(String key) throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = Integer.toString(taken.getLocalPort());
      stops(
          program().key(key, port),
          key + "=" + port + " (given as a system property) cannot be used: another program",
          "set " + key + " to a free port, or to 0 for any");
    }
  }

  /** Nobody chose the port of the embedded sandbox; the second line is a copy of our own file. */
  @ParameterizedTest
  @ValueSource(strings = {"serp.files.dir=out", "serp.sandbox.port=8085"})
  void theEmbeddedSandboxFindsAFreePortWhereItsOwnIsTaken(String line) throws Exception {
    try (ServerSocket taken = taken(8085);
        ProgramUnderTest program =
            program()
                .without("serp.sandbox.port")
                .configFile(line)
                .key("serp.ids", Ids.ZERO)
                .start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(out("out").names("receipts")).containsExactly(Ids.ZERO + ".json");
    }
  }

  // or by another test, or another program: it is taken in any case
  private static ServerSocket taken(int port) throws IOException {
    try {
      return new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
    } catch (BindException e) {
      return new ServerSocket(0);
    }
  }

  @Test
  void theEmbeddedSandboxTakesAnyFreePortForZero() {
    try (ProgramUnderTest program =
        program().key("serp.sandbox.port", "0").key("serp.ids", Ids.ZERO).start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
  }

  @Test
  void anEnvironmentVariableThatIsNoKeyIsAWarning() {
    try (ProgramUnderTest program =
        program()
            .environment("SERP_FILES_LAY_OUT", "by-day")
            .environment("SERP_SERVER_PORT", "tcp://10.0.0.1:8084") // of Kubernetes
            .without("serp.server.port")
            .key("serp.ids", Ids.ZERO)
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output().lines().filter(line -> line.contains("WARN")))
          .singleElement()
          .asString()
          .contains("SERP_FILES_LAY_OUT has no effect", "did you mean SERP_FILES_LAYOUT?");
    }
  }

  @Test
  void aPasswordInAFileThatTheEnvironmentNames() throws Exception {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            program()
                .api(api)
                .without("serp.api.password")
                .file("password", api.password() + "\n")
                .environment("SERP_API_PASSWORD_FILE", temp.resolve("work/password").toString())
                .key("serp.ids", Ids.ZERO)
                .start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(out("out").names("receipts")).containsExactly(Ids.ZERO + ".json");
    }
  }

  @Test
  void aRouteFileOfTheWorkingFolderThatIsBroken() {
    stops(
        program().file("routes/ids-from-folder.camel.yaml", "- route:\n    id: [\n"),
        "ids-from-folder");
  }

  @Test
  void theConfigurationOfTheWorkingFolderCountsAfterEnvironmentAndSystemProperties() {
    try (ProgramUnderTest program =
        program()
            .configFile(
                "serp.files.dir=from-file", "serp.files.layout=flat", "serp.ids=" + Ids.ZERO)
            .environment("SERP_FILES_LAYOUT", "by-day")
            .environment("SERP_FILES_DIR", "from-environment")
            .key("serp.files.dir", "from-system-property")
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(out("from-system-property").names("receipts/0000"))
          .containsExactly(Ids.ZERO + ".json");
      assertThat(temp.resolve("work/from-file")).doesNotExist();
    }
  }

  @Test
  void aRouteFileThatLiesInTwoPlaces() throws Exception {
    String route = Files.readString(Path.of("routes/sources/ids-from-folder.camel.yaml"));
    stops(
        program()
            .file("routes/ids-from-folder.camel.yaml", route)
            .file("routes/sources/ids-from-folder.camel.yaml", route),
        "routes/ids-from-folder.camel.yaml",
        "routes/sources/ids-from-folder.camel.yaml",
        "remove one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"routes", "routes/sources"})
  void theRoutesAndLogLevelsOfTheWorkingFolderWin(String folder) throws Exception {
    String route = Files.readString(Path.of("routes/sources/ids-from-command-line.camel.yaml"));
    String own =
        """

        - route:
            id: own
            from:
              uri: timer:own
              parameters:
                repeatCount: 1
                delay: -1
              steps:
                - setBody:
                    constant: ran
                - to: file:own?fileName=ran.txt
        """;
    try (ProgramUnderTest program =
        program()
            .file(folder + "/ids-from-command-line.camel.yaml", route + own)
            .file("config/log4j2.properties", "rootLogger.level = off\n")
            .key("serp.ids", Ids.ZERO)
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(temp.resolve("work/own/ran.txt")).hasContent("ran");
      assertThat(program.output()).isEmpty();
      assertThat(out("out").names("receipts")).isEqualTo(List.of(Ids.ZERO + ".json"));
    }
  }

  /** An id that the sandbox parked would be asked for at the API, and its item passed as real. */
  @Test
  void anInboxThatThisStartWritesToIsRefused() {
    for (String inbox : List.of("out/receipts", "./out/dead-letters/0317")) {
      stops(
          program().key("serp.folder.inbox", inbox),
          "serp.folder.inbox=" + inbox + " is where this start writes results",
          "set another serp.folder.inbox");
    }
    try (ProgramUnderTest beside =
        program().key("serp.folder.inbox", "out/inbox").key("serp.once", "true").start()) {
      assertThat(beside.exitCode()).as(beside.output()).isZero();
    }
  }

  @Test
  void inventedResultsAndRealOnesAreNeverMixed() throws IOException {
    Path dir = temp.resolve("work/out");
    try (ProgramUnderTest program = program().key("serp.ids", Ids.ZERO).start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
    Start real =
        withCredentials()
            .key("serp.ids", Ids.ZERO)
            .key("serp.retry.max-attempts", "1")
            .key("serp.api.base-url", "http://127.0.0.1:" + ProgramUnderTest.freePort());
    stops(real, "serp.files.dir=out holds invented results of the embedded sandbox", "remove");

    for (String folder : List.of("organic", "paid", "receipts")) {
      try (Stream<Path> files = Files.list(dir.resolve(folder))) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    try (ProgramUnderTest program = real.start()) {
      assertThat(program.exitCode()).as("an empty folder is anybody's").isNotEqualTo(1);
    }
    Files.createDirectories(dir.resolve("parked"));
    Files.createFile(dir.resolve("parked/10171324-1535-0066-0000-000000000001.json"));
    stops(program().key("serp.ids", Ids.ZERO), "serp.files.dir=out holds results of a real API");
  }
}
