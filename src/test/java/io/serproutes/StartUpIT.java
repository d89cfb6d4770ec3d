package io.serproutes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ProgramUnderTest.Start;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stops a start, and what of the working folder is used. */
@Execution(ExecutionMode.CONCURRENT)
class StartUpIT {

  @TempDir Path temp;

  private Start program() {
    return ProgramUnderTest.in(temp.resolve("work")).embeddedSandbox();
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

  @ParameterizedTest
  @CsvSource({
    "serp.api.pasword, x, serp.api.pasword is not a key",
    "serp.folder.settle, soon, serp.folder.settle=soon is not a duration such as",
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
  void aConfigurationFileThatIsNotUtf8() throws Exception {
    Start start = program().configFile("");
    Files.write(
        temp.resolve("work/config/application.properties"),
        "serp.api.login=j\u00fcrgen".getBytes(ISO_8859_1));
    stops(start, "config/application.properties", "UTF-8");
  }

  @Test
  void credentialsThatAreMissing() {
    stops(
        program().key("serp.api.base-url", "https://api.example.com"),
        "serp.api.login",
        "SERP_API_LOGIN");
    stops(
        program().key("serp.api.base-url", "https://api.example.com").key("serp.api.login", "me"),
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
    stops(program().key("serp.from", "dead-letters"), "serp.api.base-url is required");
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
      stops(program().key(key, port), key, port);
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
  void theRoutesAndLogLevelsOfTheWorkingFolderWin() throws Exception {
    String route = Files.readString(Path.of("routes/ids-from-command-line.camel.yaml"));
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
            .file("routes/ids-from-command-line.camel.yaml", route + own)
            .file("config/log4j2.properties", "rootLogger.level = off\n")
            .key("serp.ids", Ids.ZERO)
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(temp.resolve("work/own/ran.txt")).hasContent("ran");
      assertThat(program.output()).isEmpty();
      assertThat(out("out").names("receipts")).isEqualTo(List.of(Ids.ZERO + ".json"));
    }
  }
}
