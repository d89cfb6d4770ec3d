package check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From Kafka to Kafka in a host with Kafka of its own: camel-kafka-starter, settings that would
 * lose ids, and spring-kafka. Our clients reach the broker by TLS, the host's do not.
 */
@Timeout(180)
class HostTest {

  private static final Duration STOP = Duration.ofSeconds(15);
  private static final Set<String> EVENTS = Set.of("a", "b", "c");

  @TempDir Path temp;

  private SecureListener secure;
  private Broker broker;
  private Sandbox sandbox;
  private Topics topics;

  @BeforeEach
  void startNeighbours() throws Exception {
    secure = new SecureListener(temp);
    broker = new Broker(temp.resolve("broker"), secure.settings());
    sandbox = new Sandbox("serp.sandbox.latency=200ms", "serp.sandbox.items=5");
    topics = new Topics(broker.address());
  }

  @AfterEach
  void stopNeighbours() {
    broker.close();
    sandbox.close();
  }

  private HostProcess start() throws Exception {
    return new HostProcess(
        List.of("-Dserp.kafka.properties.security.protocol=SASL_SSL"),
        List.of(
            "--host.brokers=" + broker.address(),
            "--serp.kafka.brokers=" + secure.address(),
            "--serp.kafka.properties.ssl.truststore.location=" + secure.certificate(),
            "--serp.kafka.properties.host.seen=" + seen(),
            "--serp.api.base-url=" + sandbox.address(),
            "--serp.files.dir=" + temp.resolve("out")),
        Map.of(
            "SERP_API_LOGIN",
            "sandbox",
            "SERP_API_PASSWORD",
            "sandbox",
            "SERP_KAFKA_PROPERTIES_SASL_JAAS_CONFIG",
            SecureListener.login()),
        log());
  }

  private Path seen() {
    return temp.resolve("seen");
  }

  private Path log() {
    return temp.resolve("host.log");
  }

  /** The sandbox answers it as it does a wrong password. */
  private static final String REFUSED = "00000000-0000-0401-0000-000000040100";

  private static List<String> ids(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj("10171324-1535-0066-0000-%012x"::formatted)
        .toList();
  }

  private static void awaitThat(Callable<Boolean> condition) {
    await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(500)).until(condition);
  }

  private void nothingIsCommittedWithoutItsReceipt() throws Exception {
    Set<String> committed = topics.committed(); // before the receipts, of which more may come
    assertThat(topics.receipts()).containsAll(committed);
  }

  @Test
  void noIdIsLostAndTheHostsOwnKafkaStaysAsItIs() throws Exception {
    Set<String> ids = new TreeSet<>(ids(0, 320));
    topics.send(Topics.IDS, List.copyOf(ids));
    topics.send("host.events", List.copyOf(EVENTS));

    try (HostProcess host = start()) {
      while (topics.receipts().size() < 60) {
        assertThat(host.isAlive()).as(Files.readString(log())).isTrue();
        nothingIsCommittedWithoutItsReceipt();
      }
      host.kill();
    }
    assertThat(topics.receipts()).as("killed in the middle").hasSizeBetween(60, 319);
    nothingIsCommittedWithoutItsReceipt();

    try (HostProcess host = start()) {
      awaitThat(() -> topics.receipts().equals(ids));
      awaitThat(() -> topics.committed().equals(ids));
      awaitThat(() -> topics.values("host.echo").equals(EVENTS));
      awaitThat(() -> topics.values("host.heard").equals(EVENTS));
      theClientsWereMadeAsTheyShould();

      // the circuit opens with ids in work
      topics.send(Topics.IDS, List.of(REFUSED));
      awaitThat(() -> Files.readString(log()).contains("Halted: "));
      topics.send(Topics.IDS, ids(320, 380));
      assertThat(host.stop()).isLessThan(STOP);
    }
    nothingIsCommittedWithoutItsReceipt();
    assertThat(topics.receipts()).isEqualTo(ids);
  }

  private void theClientsWereMadeAsTheyShould() throws Exception {
    List<String> clients = Files.readAllLines(seen());
    assertThat(clients).filteredOn(line -> line.contains(";group.id=")).hasSizeGreaterThan(1);
    assertThat(clients).filteredOn(line -> line.contains(";acks=all;")).isNotEmpty();
    assertThat(clients)
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains(";bootstrap.servers=" + secure.address() + ";")
                    .contains(";security.protocol=SASL_SSL;")
                    .contains(";ssl.truststore.type=PEM;"));
    assertThat(clients)
        .filteredOn(line -> line.contains(";group.id="))
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains(";enable.auto.commit=false;")
                    .contains(";auto.offset.reset=earliest;"));
  }
}
