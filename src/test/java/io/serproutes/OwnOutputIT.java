package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.camel.component.log.LogComponent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** An output of the user's own is one file beside the jar. */
@Execution(ExecutionMode.CONCURRENT)
class OwnOutputIT {

  private static final List<String> IDS = Ids.good(0, 20);

  /** Items of a task and type go to a file of their own; a repetition would append to it. */
  private static final String TO_CSV =
      """
      - route:
          from:
            uri: direct:serp-items-to-csv
            steps:
              - unmarshal:
                  json: {}
              - split:
                  simple: ${body}
                  aggregationStrategy: "#class:org.apache.camel.processor.aggregate.StringAggregationStrategy"
                  steps:
                    - setBody:
                        expression:
                          simple:
                            expression: "${body[rank_absolute]};${body[type]}\\n"
                            trim: false
              - to:
                  uri: file:csv
                  parameters:
                    fileName: "${header[serp.item-type]}/${header[serp.task-id]}.csv"
                    fileExist: Append
      """;

  private static final String TO_POST =
      """
      - route:
          from:
            uri: direct:serp-items-to-post
            steps:
              - convertBodyTo:
                  type: String
              - to: "{{webhook.url}}"
      """;

  @TempDir Path temp;

  private final Queue<String> posted = new ConcurrentLinkedQueue<>();
  private final Queue<String> refused = new ConcurrentLinkedQueue<>();
  private volatile boolean away;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  private void answer(HttpExchange call) throws IOException {
    byte[] body = call.getRequestBody().readAllBytes();
    String what =
        call.getRequestHeaders().getFirst("serp.task-id")
            + " "
            + call.getRequestHeaders().getFirst("serp.item-type");
    assertThat(call.getRequestMethod()).isEqualTo("POST");
    assertThat(new String(body, UTF_8)).startsWith("[").endsWith("]\n");
    (away ? refused : posted).add(what);
    call.sendResponseHeaders(away ? 503 : 200, -1);
    call.close();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  private Path folder() {
    return temp.resolve("work");
  }

  private OutFolder out() {
    return new OutFolder(folder().resolve("out"));
  }

  private Start program(StandIn api, List<String> ids, String to) {
    return ProgramUnderTest.in(folder())
        .api(api)
        .key("serp.from", "command-line")
        .key("serp.ids", String.join(",", ids))
        .key("serp.circuit.probe-interval", "1s")
        .key("serp.to", to);
  }

  private static StandIn api() {
    return StandIn.start(Map.of("serp.sandbox.items", "30"));
  }

  private String webhook() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/items";
  }

  private void assertCsvIsWhatFilesHold(List<String> ids) throws IOException {
    for (String id : ids) {
      for (String type : List.of("organic", "paid", "other")) {
        Path csv = folder().resolve("csv/" + type + "/" + id + ".csv");
        int items = out().receipt(id).path(type).intValue();
        if (items == 0) {
          assertThat(csv).doesNotExist();
        } else {
          assertThat(out().find(type, id)).hasSize(items);
          assertThat(Files.readAllLines(csv)).hasSize(items).doesNotHaveDuplicates();
        }
      }
    }
  }

  @Test
  void oneFileIsAnOutput() throws IOException {
    try (StandIn api = api();
        ProgramUnderTest program =
            program(api, IDS, "files,csv").file("routes/items-to-csv.camel.yaml", TO_CSV).start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).contains("ids from [command-line] to [files, csv]");
    }
    assertThat(out().all("receipts")).containsOnlyKeys(IDS);
    assertCsvIsWhatFilesHold(IDS);
  }

  @Test
  void withoutFilesReceiptsAndDeadLettersAreStillThere() throws IOException {
    try (StandIn api = api();
        ProgramUnderTest program =
            program(api, List.of(IDS.get(0), "no id"), "csv")
                .file("routes/outputs/items-to-csv.camel.yaml", TO_CSV)
                .start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
    }
    assertThat(out().all("receipts")).containsOnlyKeys(IDS.get(0));
    assertThat(out().names("dead-letters")).hasSize(1);
    assertThat(out().names("organic")).isEmpty();
    assertThat(folder().resolve("csv/organic/" + IDS.get(0) + ".csv")).isNotEmptyFile();
  }

  /** The client does not post again by itself, and what another output took stays as it is. */
  @Test
  void whileAnEndpointAnswers503NothingIsLostOrRepeatedElsewhere() throws IOException {
    away = true;
    try (StandIn api = api();
        ProgramUnderTest program =
            program(api, IDS, "csv,post,files")
                .configFile("webhook.url=" + webhook())
                .file("routes/items-to-csv.camel.yaml", TO_CSV)
                .file("routes/items-to-post.camel.yaml", TO_POST)
                .start()) {
      program.awaitOutput("Halted: .*post: HTTP operation failed .*503");
      String first = refused.peek();
      await()
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> refused.stream().filter(first::equals).count() > 2);
      assertThat(out().names("receipts")).isEmpty();
      away = false;
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).contains("Resumed: ").doesNotContain("\tat ", "Failed delivery");
      assertThat(api.asked()).containsOnlyKeys(IDS).allSatisfy((id, n) -> assertThat(n).isOne());
    }
    assertThat(out().all("receipts"))
        .containsOnlyKeys(IDS)
        .allSatisfy((id, r) -> assertThat(r.path("outcome").asText()).isEqualTo("delivered"));
    assertThat(posted).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(IDS.size());
    assertCsvIsWhatFilesHold(IDS);
  }

  /** As those of the program; Java's own notation of properties is Latin-1. */
  @Test
  void keysOfOnesOwnAreReadAsUtf8() {
    String route =
        """
        - route:
            from:
              uri: direct:serp-items-to-words
              steps:
                - setBody:
                    constant: "{{my.words}}"
                - to: file:words?fileName=words.txt
        """;
    try (StandIn api = api();
        ProgramUnderTest program =
            program(api, IDS.subList(0, 1), "words")
                .configFile("my.words=여권 갱신")
                .file("routes/items-to-words.camel.yaml", route)
                .start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
    assertThat(folder().resolve("words/words.txt")).content(UTF_8).isEqualTo("여권 갱신");
  }

  @Test
  void aRefusedPostIsOneRequest() {
    away = true;
    try (StandIn api = api();
        ProgramUnderTest program =
            program(api, IDS.subList(0, 1), "post")
                .key("webhook.url", webhook())
                .key("serp.circuit.probe-interval", "10m")
                .file("routes/items-to-post.camel.yaml", TO_POST)
                .start()) {
      program.awaitOutput("Halted: .*post: ");
      assertThat(refused).hasSize(1);
    }
  }

  @Test
  void endpointsAreAnOutputOfTheProgram() throws IOException {
    try (StandIn api = api()) {
      Start start = program(api, IDS, "files,endpoints").key("serp.endpoints.organic", webhook());
      for (String kind : List.of("paid", "other", "receipts", "dead-letters")) {
        start.key(
            "serp.endpoints." + kind,
            "file:endpoints/" + kind + "?fileName=${header[serp.task-id]}.json");
      }
      try (ProgramUnderTest program = start.start()) {
        assertThat(program.exitCode()).as(program.output()).isZero();
      }
    }
    assertThat(posted).hasSize(IDS.size()).doesNotHaveDuplicates();
    OutFolder endpoints = new OutFolder(folder().resolve("endpoints"));
    for (String kind : List.of("paid", "receipts")) {
      assertThat(endpoints.all(kind)).isEqualTo(out().all(kind)).isNotEmpty();
    }
  }

  /** Their defaults are routes of a host, which the program does not have. */
  @Test
  void endpointsOfTheProgramMustBeNamed() {
    try (StandIn api = api();
        ProgramUnderTest program =
            program(api, IDS, "endpoints").key("serp.endpoints.organic", webhook()).start()) {
      assertThat(program.exitCode()).as(program.output()).isOne();
      assertThat(program.output().lines())
          .hasSize(4)
          .allMatch(line -> line.contains(" is required where serp.to names endpoints"));
    }
  }

  @Test
  void furtherComponentsLieInLib() throws Exception {
    Path lib = Files.createDirectories(folder().resolve("lib"));
    Path jar =
        Path.of(LogComponent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Files.copy(jar, lib.resolve(jar.getFileName()));
    String route =
        """
        - route:
            from:
              uri: direct:serp-items-to-console
              steps:
                - to:
                    uri: log:console
                    parameters:
                      showBody: false
                      showHeaders: true
        """;
    try (StandIn api = api()) {
      Start start =
          program(api, IDS.subList(0, 1), "files,console")
              .file("routes/items-to-console.camel.yaml", route);
      try (ProgramUnderTest program = start.start()) {
        assertThat(program.exitCode()).as(program.output()).isOne();
        assertThat(program.output().lines())
            .singleElement()
            .asString()
            .startsWith("serp-routes could not start: ")
            .contains("log");
      }
      try (ProgramUnderTest program = start.classPath("lib/*").start()) {
        assertThat(program.exitCode()).as(program.output()).isZero();
        assertThat(program.output())
            .containsPattern("INFO  console - Exchange\\[Headers: .*serp.task-id=" + IDS.get(0));
      }
    }
  }

  @Test
  void anUnknownOutputIsRefusedWithTheNamesThatThereAre() {
    try (StandIn api = api();
        ProgramUnderTest program =
            program(api, IDS, "files,cvs").file("routes/items-to-csv.camel.yaml", TO_CSV).start()) {
      assertThat(program.exitCode()).as(program.output()).isOne();
      assertThat(program.output().lines())
          .singleElement()
          .asString()
          .contains("there is no output cvs")
          .contains("csv, endpoints, files, kafka");
      assertThat(api.calls()).isZero();
    }
  }
}
