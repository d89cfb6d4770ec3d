package host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import check.Sandbox;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** The host whose only change from empty is the dependency and two lines. */
@Timeout(90)
class HostTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";
  private static final String REFUSED = "00000000-0000-0402-0000-000000040200";
  private static final Duration STOP = Duration.ofSeconds(10);

  private static Sandbox sandbox;

  @TempDir Path temp;

  private final BlockingQueue<Object> organic = new LinkedBlockingQueue<>();
  private final BlockingQueue<Object> paid = new LinkedBlockingQueue<>();

  @BeforeAll
  static void startSandbox() throws Exception {
    sandbox = new Sandbox();
  }

  @AfterAll
  static void stopSandbox() {
    sandbox.close();
  }

  private ConfigurableApplicationContext run(String... more) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "--serp.api.base-url=" + sandbox.address(),
                "--serp.api.login=sandbox",
                "--serp.api.password=sandbox",
                "--serp.files.dir=" + temp,
                "--server.port=0",
                "--management.endpoint.health.show-details=always",
                "--management.endpoint.health.probes.enabled=true",
                "--management.endpoint.health.group.readiness.include="
                    + "readinessState,camelReadinessState",
                "--management.endpoint.health.group.liveness.include="
                    + "livenessState,camelLivenessState",
                "--management.endpoints.web.exposure.include=health,metrics"));
    args.addAll(List.of(more));
    return SpringApplication.run(Host.class, args.toArray(String[]::new));
  }

  private ConfigurableApplicationContext start() throws Exception {
    ConfigurableApplicationContext host = run();
    keep(host, "organic", organic);
    keep(host, "paid", paid);
    return host;
  }

  private static void keep(
      ConfigurableApplicationContext host, String route, BlockingQueue<Object> taken)
      throws Exception {
    AdviceWith.adviceWith(
        host.getBean(CamelContext.class),
        route,
        advice -> advice.weaveAddLast().process(e -> taken.add(e.getMessage().getBody())));
  }

  private static void stop(ConfigurableApplicationContext host) {
    long started = System.nanoTime();
    host.close();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(STOP);
  }

  private static String send(ConfigurableApplicationContext host, String id) {
    return host.getBean(ProducerTemplate.class).requestBody("direct:orders", id, String.class);
  }

  private static String get(ConfigurableApplicationContext host, String path) throws Exception {
    String port = host.getEnvironment().getProperty("local.server.port");
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  private static String health(ConfigurableApplicationContext host, String group)
      throws Exception {
    return new ObjectMapper()
        .readTree(get(host, "/actuator/health" + group))
        .path("status")
        .textValue();
  }

  @Test
  void anIdGoesInAndItemsComeOut() throws Exception {
    ConfigurableApplicationContext host = start();
    try {
      assertThat(send(host, ID)).contains("\"outcome\":\"delivered\"");
      assertThat(((List<?>) organic.remove()).get(0).toString())
          .startsWith("{\"type\":\"organic\"");
      assertThat(((List<?>) paid.remove()).get(0).toString()).startsWith("{\"type\":\"paid\"");
      assertThat(send(host, "00000000-0000-0000-0000-000000040401"))
          .contains("\"reason\":\"not-found\"");

      MeterRegistry metrics = host.getBean(MeterRegistry.class);
      assertThat(metrics.get("serp.tasks").tag("outcome", "delivered").functionCounter().count())
          .isOne();
      assertThat(metrics.get("serp.items").tag("type", "organic").functionCounter().count())
          .isPositive();
      assertThat(metrics.get("serp.calls").tags("http", "2xx", "code", "20").functionCounter().count())
          .isPositive();
      assertThat(metrics.get("serp.oldest.parked").gauge().value()).isZero();
      assertThat(get(host, "/actuator/metrics/serp.circuit.open")).contains("\"value\":0");
    } finally {
      stop(host);
    }
  }

  @Test
  void healthShowsTheCircuit() throws Exception {
    ConfigurableApplicationContext host = start();
    try {
      assertThat(health(host, "")).isEqualTo("UP");
      assertThatThrownBy(() -> send(host, REFUSED)).hasStackTraceContaining("CircuitOpenException");
      assertThat(health(host, "")).isEqualTo("DOWN");
      assertThat(get(host, "/actuator/health")).contains("Halted: ");
      assertThat(health(host, "/readiness")).isEqualTo("OUT_OF_SERVICE");
      assertThat(health(host, "/liveness")).isEqualTo("UP");
    } finally {
      stop(host);
    }
  }

  @Test
  void keysMayBeWrittenAsSpringsOwn() {
    ConfigurableApplicationContext host =
        run(
            "--serp.to[0]=files",
            "--serp.to[1]=endpoints",
            "--serp.api.responseTimeout=PT60S",
            "--serp.circuit.probe-interval=60000",
            "--serp.api.max_response_size=64MB");
    try {
      assertThat(send(host, ID)).contains("\"outcome\":\"delivered\"");
      assertThat(temp.resolve("organic")).isDirectory();
    } finally {
      stop(host);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--serp.enabled=false", "--serp.to="})
  void nothingStartsUnasked(String argument) {
    ConfigurableApplicationContext host = run(argument, "--serp.api.password=");
    try {
      CamelContext context = host.getBean(CamelContext.class);
      assertThat(context.getStatus().isStarted()).isTrue();
      assertThat(context.getRoutes()).noneMatch(route -> route.getId().startsWith("serp-"));
      assertThat(health(host, "")).isEqualTo("UP");
    } catch (Exception e) {
      throw new AssertionError(e);
    } finally {
      stop(host);
    }
  }

  @Test
  void routeFilesMayBeNamedByHand() {
    ConfigurableApplicationContext host =
        run(
            "--camel.main.routes-include-pattern=classpath:serp-routes/core/*.camel.yaml,"
                + "classpath:serp-routes/outputs/items-to-endpoints.camel.yaml");
    try {
      assertThat(send(host, ID)).contains("\"outcome\":\"delivered\"");
      assertThat(host.getBean(CamelContext.class).getRegistry().lookupByName("serpMetrics"))
          .isNull();
    } finally {
      stop(host);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "serp.api.max-concurent=3, serp.api.max-concurent is not a key of serp-routes",
    "serp.from=folder, serp.to is required where serp.from is given",
    "serp.to=mine, needs a route from direct:serp-items-to-mine",
    "serp.endpoints.paid=nosuch:x, serp.endpoints.paid: No endpoint could be found for: nosuch://x",
    "serp.to=kafka, org.apache.camel.springboot:camel-kafka-starter"
  })
  @ExtendWith(OutputCaptureExtension.class)
  void whatStopsTheStartIsSaidInPlaceOfAStackTrace(
      String key, String words, CapturedOutput output) {
    List<String> args = new ArrayList<>(List.of("--" + key, "--serp.kafka.brokers=localhost:1"));
    if (key.startsWith("serp.from")) {
      args.add("--serp.to=");
    }
    assertThatThrownBy(() -> run(args.toArray(String[]::new)).close()).isNotNull();
    assertThat(output).contains("APPLICATION FAILED TO START").contains(words);
    assertThat(output.getOut().split("APPLICATION FAILED TO START")[1]).doesNotContain("\tat ");
  }

  @Test
  void theHostsOwnErrorHandlingStays() throws Exception {
    ConfigurableApplicationContext host = start();
    try {
      host.getBean(CamelContext.class)
          .addRoutes(
              new RouteBuilder() {
                @Override
                public void configure() {
                  onException(IllegalStateException.class)
                      .handled(true)
                      .setBody(constant("handled"));
                  from("direct:host-fails").throwException(new IllegalStateException("host"));
                }
              });
      assertThat(
              host.getBean(ProducerTemplate.class).requestBody("direct:host-fails", (Object) ID))
          .isEqualTo("handled");
    } finally {
      stop(host);
    }
  }

  @Test
  void fiveStartsAndStopsLeaveNoThread() throws Exception {
    stop(start()); // what Spring and Tomcat keep for a JVM
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    for (int i = 0; i < 5; i++) {
      ConfigurableApplicationContext host = start();
      assertThat(send(host, ID)).contains("delivered");
      stop(host);
    }
    long end = System.nanoTime() + STOP.toNanos();
    while (!camels(before).isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(camels(before)).isEmpty();
  }

  // the test's own HTTP clients and Tomcat end theirs later
  private static Set<String> camels(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> !name.startsWith("HttpClient-"))
        .collect(Collectors.toSet());
  }
}
