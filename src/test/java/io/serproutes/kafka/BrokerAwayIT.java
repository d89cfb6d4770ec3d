package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The broker is not there at the start, or goes in mid-run and comes back. */
@Execution(ExecutionMode.CONCURRENT)
class BrokerAwayIT {

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  @Test
  void aBrokerThatIsNotThereStopsTheStart() throws Exception {
    int port = Broker.freePort();
    try (InstanceUnderTest instance = new InstanceUnderTest(dir.resolve("work"), Map.of())) {
      instance
          .key("serp.from", "kafka")
          .key("serp.to", "kafka")
          .key("serp.kafka.brokers", "localhost:" + port)
          .key("serp.api.base-url", "http://127.0.0.1:1")
          .key("serp.api.login", "sandbox")
          .key("serp.api.password", "sandbox")
          .key("serp.server.port", "0")
          .start();
      assertThat(instance.exitCode()).isEqualTo(1);
      assertThat(instance.output().lines())
          .containsExactly(
              "serp-routes could not start: no broker answers at serp.kafka.brokers=localhost:"
                  + port
                  + " (localhost:"
                  + port
                  + ": connection refused); start the broker, or correct the address");
    }
  }

  @Test
  void nothingIsLostWhenTheBrokerIsKilledAndComesBack() throws Exception {
    List<String> ids = Scene.concat(Scene.ids(900), List.of(Scene.failing(40601, 2)));
    try (CountingApi api = new CountingApi("2-3", "50ms");
        BrokerProcess broker = new BrokerProcess().start();
        Scene scene = new Scene(broker, dir, "away", 3)) {
      scene
          .api(api.address())
          .key("serp.api.calls-per-minute", 100 * 60)
          .key("serp.not-ready.delay", "2s")
          .key("serp.circuit.probe-interval", "2s")
          .key("serp.kafka.properties.delivery.timeout.ms", "6000")
          .key("serp.kafka.properties.request.timeout.ms", "3000");
      scene.send(ids);
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(200);
      broker.kill9();
      instance.awaitOutput("Halted: cannot deliver: Kafka: ");
      broker.start();
      scene.awaitReceipts(ids);
      System.out.printf("broker away: %d ids asked for again%n", api.repeats());
      scene.assertItemsAreThoseOfReceipts();
      assertThat(api.repeats()).isLessThanOrEqualTo(2 + 30 + 100);
      assertThat(instance.terminate().exitCode()).isZero();
      assertThat(scene.committedIds()).isEqualTo(ids.size());
    }
  }

  @Test
  void aStopWhileTheBrokerIsAwayEndsSoon() throws Exception {
    try (CountingApi api = new CountingApi("2-3", "50ms");
        BrokerProcess broker = new BrokerProcess().start();
        Scene scene = new Scene(broker, dir, "away-for-good", 1)) {
      scene.api(api.address()).key("serp.api.calls-per-minute", 100 * 60);
      scene.send(Scene.ids(900));
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(100);
      broker.kill9();
      long start = System.nanoTime();
      assertThat(instance.terminate().exitCode()).isZero();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      System.out.printf("stop without a broker: %s%n", took);
      assertThat(instance.output().lines().filter(line -> line.matches(".* (WARN|ERROR) .*")))
          .as("what cannot be committed")
          .hasSizeLessThanOrEqualTo(1)
          .allMatch(line -> line.contains("could not be committed"));
      assertThat(instance.output()).containsPattern("stopped; \\d+ ids stay in their sources");
      assertThat(took).isLessThan(Duration.ofSeconds(30));
      assertThat(instance.output().strip().lines())
          .last(InstanceOfAssertFactories.STRING)
          .matches(".* INFO +serp-routes - stopped; \\d+ ids stay in their sources");
      assertThat(instance.output().lines().filter(line -> line.matches(".* (WARN|ERROR) .*")))
          .as(instance.output())
          .allMatch(line -> line.contains(" serp-circuit - ") || line.contains(" serp-kafka - "));
    }
  }
}
