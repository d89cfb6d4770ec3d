package check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import host.Host;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The host whose only change from empty is the dependency and three lines. */
@Timeout(60)
class HostTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";
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

  private static void keep(Main main, String route, BlockingQueue<Object> taken) throws Exception {
    AdviceWith.adviceWith(
        main.getCamelContext(),
        route,
        advice -> advice.weaveAddLast().process(e -> taken.add(e.getMessage().getBody())));
  }

  private Main start() throws Exception {
    Main main = new Main(Host.class);
    main.addOverrideProperty("serp.api.base-url", sandbox.address());
    main.addOverrideProperty("serp.api.login", "sandbox");
    main.addOverrideProperty("serp.api.password", "sandbox");
    main.addOverrideProperty("serp.files.dir", temp.toString());
    main.start();
    main.getCamelContext()
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
    keep(main, "organic", organic);
    keep(main, "paid", paid);
    return main;
  }

  private static String send(Main main, String id) throws Exception {
    return main.getCamelTemplate().requestBody("direct:orders", id, String.class);
  }

  @Test
  void anIdGoesInAndItemsComeOut() throws Exception {
    Main main = start();
    try {
      assertEquals(System.getProperty("camel.version"), main.getCamelContext().getVersion());
      String receipt = send(main, ID);
      assertTrue(receipt.contains("\"outcome\":\"delivered\""), receipt);
      List<?> items = (List<?>) organic.remove();
      assertTrue(items.get(0).toString().startsWith("{\"type\":\"organic\""));
      items = (List<?>) paid.remove();
      assertTrue(items.get(0).toString().startsWith("{\"type\":\"paid\""));
      String letter = send(main, "00000000-0000-0000-0000-000000040401");
      assertTrue(letter.contains("\"reason\":\"not-found\""), letter);
      assertEquals("handled", main.getCamelTemplate().requestBody("direct:host-fails", (Object) ""));
      assertTrue(main.getCamelContext().getRoute("serp-ids-from-folder") == null);
    } finally {
      assertTimeout(STOP, main::stop);
    }
  }

  @Test
  void fiveStartsAndStopsLeaveNoThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    for (int i = 0; i < 5; i++) {
      Main main = start();
      assertTrue(send(main, ID).contains("delivered"));
      assertTimeout(STOP, main::stop);
    }
    long end = System.nanoTime() + STOP.toNanos();
    while (!newThreads(before).isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertEquals(Set.of(), newThreads(before));
  }

  private static Set<String> newThreads(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }

  /** What would come along uninvited. */
  @Test
  void nothingOfKafkaAServerOrMetricsIsThere() {
    for (String name :
        List.of(
            "org.apache.kafka.clients.producer.KafkaProducer",
            "org.apache.camel.component.platform.http.PlatformHttpComponent",
            "io.vertx.core.Vertx",
            "io.micrometer.core.instrument.MeterRegistry",
            "org.apache.logging.log4j.core.Logger")) {
      assertThrows(ClassNotFoundException.class, () -> Class.forName(name));
    }
  }
}
