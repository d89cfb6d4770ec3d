package check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.jms.Connection;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.broker.BrokerService;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A host whose own sources keep an id that is not accepted, even when it is killed. */
@Timeout(150)
class KeepTest {

  private static final Set<String> KAFKA_IDS = ids(0, 20);
  private static final Set<String> JMS_IDS = ids(20, 40);
  private static final String REST_ID = ids(40, 41).iterator().next();

  @TempDir Path temp;

  private int port;
  private String jms;
  private String kafka;

  private static Set<String> ids(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj("10171324-1535-0066-0000-%012x"::formatted)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private HostProcess start(Sandbox sandbox, String password) throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    return new HostProcess(
        List.of(
            "-Dcamel.component.kafka.brokers=" + kafka,
            "-Dcamel.server.port=" + port,
            "-Dhost.jms=" + jms,
            "-Dserp.api.base-url=" + sandbox.address(),
            "-Dserp.files.dir=" + temp.resolve("out"),
            "-Dserp.circuit.probe-interval=1s"),
        List.of(),
        Map.of("SERP_API_LOGIN", "sandbox", "SERP_API_PASSWORD", password),
        log());
  }

  private Path log() {
    return temp.resolve("host.log");
  }

  private HttpResponse<String> post(String id) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/ids"))
            .POST(BodyPublishers.ofString(id))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
  }

  private void until(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(45).toNanos();
    while (!isTrue(condition)) {
      assertTrue(System.nanoTime() < end, () -> said());
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  private static boolean isTrue(Callable<Boolean> condition) throws Exception {
    try {
      return condition.call();
    } catch (IOException e) {
      return false; // the server is not there yet
    }
  }

  private String said() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private void sendByKafka() {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka), new StringSerializer(), new StringSerializer())) {
      KAFKA_IDS.forEach(id -> producer.send(new ProducerRecord<>("ids", id, id)));
    }
  }

  private long committed() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka))) {
      return admin.listConsumerGroupOffsets("orders").partitionsToOffsetAndMetadata().get().values()
          .stream()
          .mapToLong(offset -> offset.offset())
          .sum();
    }
  }

  private void sendByJms() throws Exception {
    try (Connection connection = new ActiveMQConnectionFactory(jms).createConnection();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue("ids"))) {
      for (String id : JMS_IDS) {
        producer.send(session.createTextMessage(id));
      }
    }
  }

  private int queued(String name) throws Exception {
    try (Connection connection = new ActiveMQConnectionFactory(jms).createConnection();
        Session session = connection.createSession()) {
      connection.start();
      Queue queue = session.createQueue(name);
      try (QueueBrowser browser = session.createBrowser(queue)) {
        return Collections.list(browser.getEnumeration()).size();
      }
    }
  }

  private Set<String> receipts() throws IOException {
    Path folder = temp.resolve("out/receipts");
    if (!Files.exists(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json") && !name.startsWith("."))
          .map(name -> name.replace(".json", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void noIdIsLostWhileTheCircuitIsOpen() throws Exception {
    BrokerService queues = new BrokerService();
    queues.setPersistent(false);
    queues.setUseJmx(false);
    queues.setDataDirectoryFile(temp.resolve("queues").toFile());
    jms = queues.addConnector("tcp://localhost:0").getPublishableConnectString();
    queues.start();
    jms = queues.getTransportConnectors().get(0).getPublishableConnectString();
    try (Broker broker = new Broker(temp.resolve("broker"), "topic=ids:2");
        Sandbox sandbox = new Sandbox()) {
      kafka = broker.address();
      sendByKafka();
      sendByJms();

      try (HostProcess host = start(sandbox, "wrong")) {
        until(() -> post(REST_ID).statusCode() == 503);
        HttpResponse<String> refused = post(REST_ID);
        assertEquals(503, refused.statusCode());
        assertEquals("60", refused.headers().firstValue("Retry-After").orElse(""));
        // each source has tried an id, and Kafka's has gone back to its record
        until(() -> said().contains("breakOnFirstError"));
        host.kill();
      }
      assertEquals(Set.of(), receipts());
      assertEquals(0, committed());
      assertEquals(20, queued("ids"));

      try (HostProcess host = start(sandbox, "sandbox")) {
        until(() -> post(REST_ID).statusCode() == 200);
        assertTrue(post(REST_ID).body().contains("\"outcome\":\"delivered\""));
        Set<String> all = new TreeSet<>(KAFKA_IDS);
        all.addAll(JMS_IDS);
        all.add(REST_ID);
        until(() -> receipts().equals(all));
        until(() -> committed() == KAFKA_IDS.size());
        until(() -> queued("ids") == 0);
        assertTrue(host.stop().toSeconds() < 15);
      }
      assertEquals(0, queued("ActiveMQ.DLQ"));
    } finally {
      queues.stop();
    }
  }
}
