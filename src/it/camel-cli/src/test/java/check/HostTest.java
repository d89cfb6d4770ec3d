package check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.main.KameletMain;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The host's YAML and our Kamelets as the Camel CLI runs them: no Java class of the host. */
@Timeout(90)
class HostTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";
  private static final String NOT_FOUND = "00000000-0000-0000-0000-000000040401";
  private static final String NOT_READY = "00000000-0000-0000-0000-000000040602";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static Sandbox sandbox;

  @TempDir Path temp;

  @BeforeAll
  static void startSandbox() throws Exception {
    System.setProperty("maven.repo.local", System.getProperty("cli.repo"));
    sandbox = new Sandbox();
  }

  @AfterAll
  static void stopSandbox() {
    sandbox.close();
  }

  private KameletMain start() throws Exception {
    KameletMain main = main(hostRoutes());
    main.start();
    return main;
  }

  private KameletMain main(String routes) {
    KameletMain main = new KameletMain("camel.jbang");
    main.setDownload(false);
    main.addInitialProperty("camel.component.kamelet.location", "classpath:kamelets");
    main.addInitialProperty("camel.main.routes-include-pattern", routes);
    main.setDefaultPropertyPlaceholderLocation("classpath:application.properties");
    main.addOverrideProperty("serp.api.base-url", sandbox.address());
    main.addOverrideProperty("serp.api.login", "sandbox");
    main.addOverrideProperty("serp.api.password", "sandbox");
    main.addOverrideProperty("serp.files.dir", temp.resolve("out").toString());
    return main;
  }

  /** The host's files with their folders below the test's own. */
  private String hostRoutes() throws IOException {
    for (String file : List.of("items-of-ids.camel.yaml", "ids-by-type.camel.yaml")) {
      try (InputStream in = getClass().getResourceAsStream("/" + file)) {
        String routes = new String(in.readAllBytes(), UTF_8).replace("file:", "file:" + temp + "/");
        Files.writeString(temp.resolve(file), routes);
      }
    }
    return "file:" + temp + "/*.camel.yaml";
  }

  private void drop(String folder, String name, String id) throws IOException {
    Path file = Files.writeString(temp.resolve(name + ".tmp"), id);
    Files.createDirectories(temp.resolve(folder));
    Files.move(file, temp.resolve(folder).resolve(name));
  }

  private String await(String file) throws Exception {
    Path path = temp.resolve(file);
    until(() -> Files.exists(path) && Files.size(path) > 0);
    return Files.readString(path);
  }

  private static void until(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertTrue(System.nanoTime() < end, "in vain");
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  @Test
  void anIdGoesInAndItemsComeOut() throws Exception {
    KameletMain main = start();
    try {
      drop("ids", "a.txt", ID);
      String items = await("items/" + ID + ".json");
      assertTrue(items.startsWith("[{\"type\":\"organic\""), items);
      assertTrue(items.endsWith("}]"), items);
      assertEquals(1, threads("serp-gate"));
      drop("ids", "b.txt", NOT_FOUND);
      String letter = await("dead-letters/b.txt");
      assertTrue(letter.contains("\"reason\":\"not-found\""), letter);
      drop("ids", "n.txt", NOT_READY);
      assertEquals(NOT_READY, await("not-ready/n.txt"));
      drop("ids-by-type", "c.txt", ID);
      String organic = await("organic/" + ID + ".json");
      assertTrue(organic.startsWith("[\n{\"type\":\"organic\""), organic);
    } finally {
      assertTimeout(PATIENCE, main::stop);
    }
  }

  /** As {@code camel run} with the include in application.properties and no file of the host. */
  @Test
  void theOneIncludeRunsToo() throws Exception {
    KameletMain main = main("classpath:serp-routes/serp.camel.yaml");
    main.addOverrideProperty("serp.from", "folder");
    main.addOverrideProperty("serp.to", "files");
    main.addOverrideProperty("serp.folder.inbox", temp.resolve("inbox").toString());
    main.addOverrideProperty("serp.folder.settle", "100ms");
    main.start();
    try {
      drop("inbox", "ids.txt", ID);
      await("out/organic/" + ID + ".json");
      String receipt = await("out/receipts/" + ID + ".json");
      assertTrue(receipt.contains("\"outcome\":\"delivered\""), receipt);
    } finally {
      assertTimeout(PATIENCE, main::stop);
    }
  }

  @Test
  void fiveStartsAndStopsLeaveNoThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    for (int i = 0; i < 5; i++) {
      KameletMain main = start();
      String id = "10171324-1535-0066-0000-00000000000" + i;
      drop("ids", i + ".txt", id);
      await("items/" + id + ".json");
      assertTimeout(PATIENCE, main::stop);
    }
    until(() -> newThreads(before).isEmpty());
    assertEquals(Set.of(), newThreads(before));
  }

  private static long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && thread.getName().endsWith(name))
        .count();
  }

  private static Set<String> newThreads(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .map(Thread::getName)
        .collect(Collectors.toSet());
  }
}
