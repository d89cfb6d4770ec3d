package check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of a process that has ended 1,000,000 ids and wrote 100,000 dead letters: {@code
 * PAGE_MANY=measure}. Prints what it measures, which wants a quiet machine. Takes half an hour and
 * 6 GB in {@code java.io.tmpdir}.
 */
@EnabledIfEnvironmentVariable(named = "PAGE_MANY", matches = "measure")
class ManyTest {

  static {
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final String ENVELOPE =
      "{\"status_code\":20000,\"tasks\":[{\"id\":\"%s\",\"status_code\":%d,\"result\":%s}]}";
  private static final String RESULT =
      "[{\"items\":[{\"type\":\"organic\",\"rank_absolute\":1,\"title\":\"과업\"}]}]";

  private final HttpClient client = HttpClient.newHttpClient();
  private Program program;

  @Test
  void thePageStaysQuick(@TempDir Path temp) throws Exception {
    HttpServer api =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    api.setExecutor(threads);
    api.createContext("/", ManyTest::answer);
    api.start();
    Path folder = temp.resolve("program");
    try (Program started = program(folder, api.getAddress().getPort())) {
      program = started;
      Files.createDirectories(folder.resolve("inbox"));
      double few = afterIds(folder, 0, 100_000);
      double more = afterIds(folder, 100_000, 300_000);
      double many = afterIds(folder, 300_000, 1_000_000);
      assertEquals(100_000, count(folder.resolve("out/dead-letters")));
      assertEquals(1_000_000, count(folder.resolve("out/receipts")));
      assertTrue(Math.max(more, many) < few + 5, "heap in use grows");
      measure(temp, "http://127.0.0.1:" + api.getAddress().getPort() + "/0");
    } finally {
      api.stop(0);
      threads.shutdownNow();
    }
  }

  private static Program program(Path folder, int api) throws IOException {
    return new Program(
        folder,
        "serp.api.base-url=http://127.0.0.1:" + api,
        "serp.api.login=many",
        "serp.api.password=many",
        "serp.api.calls-per-minute=1000000");
  }

  /** Of ten tasks one failed, one has an item, and the others are empty. */
  private static void answer(HttpExchange call) throws IOException {
    String path = call.getRequestURI().getPath();
    String id = path.substring(path.lastIndexOf('/') + 1);
    String answer =
        switch (id.charAt(id.length() - 1)) {
          case '0' -> ENVELOPE.formatted(id, 40103, "null");
          case '1' -> ENVELOPE.formatted(id, 20000, RESULT);
          default -> ENVELOPE.formatted(id, 40102, "null");
        };
    byte[] body = answer.getBytes(UTF_8);
    try (call) {
      call.sendResponseHeaders(200, body.length);
      call.getResponseBody().write(body);
    }
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  /** Has the program work on the ids of a file; MiB of its heap in use afterwards. */
  private double afterIds(Path folder, int from, int to) throws Exception {
    Path file = folder.resolve("ids-" + to + ".txt");
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (int i = from; i < to; i++) {
        lines.write("11261410-1535-0066-0000-%012d\n".formatted(i));
      }
    }
    Path dropped = folder.resolve("inbox").resolve(file.getFileName());
    Files.move(file, dropped, StandardCopyOption.ATOMIC_MOVE);
    long start = System.nanoTime();
    List<Double> millis = new ArrayList<>();
    while (Files.exists(dropped) || figure("done") < to) {
      LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(2));
      millis.add(statusMillis());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        "%,d ids done, %,d dead letters, %.0f ids/s; status meanwhile %s%n",
        to, figure("task-failed"), (to - from) / seconds, inWords(millis));
    double heap = heapMebibytes();
    System.out.printf(
        "%,d ids done: heap in use %.1f MiB, resident %.0f MiB%n", to, heap, residentMebibytes());
    return heap;
  }

  private void measure(Path temp, String api) throws Exception {
    double idle = cpuWhile(() -> LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(60)));
    System.out.printf("nobody asks: %.2f %% of a core%n", idle);
    try (Browser browser = new Browser(temp)) {
      for (int i = 0; i < 5; i++) {
        long start = System.nanoTime();
        browser.driver.get(program.address());
        browser.await("letters", () -> !browser.all("#letter-rows tr").isEmpty());
        double all = (System.nanoTime() - start) / 1e6;
        double paint =
            ((Number)
                    browser.script(
                        "return performance.getEntriesByName('first-contentful-paint')[0].startTime"))
                .doubleValue();
        System.out.printf("first paint after %.0f ms, dead letters after %.0f ms%n", paint, all);
        assertTrue(paint < 1000, "first paint");
      }
      List<Double> millis = new ArrayList<>();
      List<Double> nothing = new ArrayList<>(); // shows what the machine itself delays
      double shown =
          cpuWhile(
              () -> {
                for (int i = 0; i < 200; i++) {
                  LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
                  millis.add(statusMillis());
                  nothing.add(millis(api));
                }
              });
      System.out.printf("an open page, and status every second: %.2f %% of a core%n", shown);
      System.out.printf("a server in the test that does nothing: %s%n", inWords(nothing));
      System.out.printf("status: %s%n", inWords(millis));
      assertTrue(shown < 1, "less than 1 % of a core");
      assertTrue(percentile(millis, 99) < 50, "status within 50 ms");
    }
  }

  private String get(String address) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
      return client.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      return ""; // it does not listen yet
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private double statusMillis() {
    return millis(program.address() + "observe/status");
  }

  private double millis(String address) {
    long start = System.nanoTime();
    get(address);
    return (System.nanoTime() - start) / 1e6;
  }

  private long figure(String member) {
    String status = get(program.address() + "observe/status");
    Matcher figure = Pattern.compile("\"" + member + "\":(\\d+)").matcher(status);
    return figure.find() ? Long.parseLong(figure.group(1)) : -1;
  }

  private static double percentile(List<Double> millis, int percent) {
    return millis.stream().sorted().toList().get((millis.size() - 1) * percent / 100);
  }

  private static String inWords(List<Double> millis) {
    return "half of %d requests within %.1f ms, 99 %% within %.1f ms, all within %.1f ms"
        .formatted(
            millis.size(), percentile(millis, 50), percentile(millis, 99), percentile(millis, 100));
  }

  /** Percent of a core that the program uses meanwhile. */
  private double cpuWhile(Runnable what) throws IOException {
    double before = cpuSeconds();
    long start = System.nanoTime();
    what.run();
    return (cpuSeconds() - before) * 1e11 / (System.nanoTime() - start);
  }

  private double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + program.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0; // USER_HZ
  }

  private double residentMebibytes() throws IOException {
    String status = Files.readString(Path.of("/proc/" + program.pid() + "/status"));
    return find("VmRSS:\\s+(\\d+)", status) / 1024.0;
  }

  /** What is on the heap after a full collection, which this makes it do. */
  private double heapMebibytes() throws IOException {
    String jcmd = System.getProperty("java.home") + "/bin/jcmd";
    Process process =
        new ProcessBuilder(jcmd, Long.toString(program.pid()), "GC.class_histogram").start();
    String histogram = new String(process.getInputStream().readAllBytes(), UTF_8);
    return find("(?m)^Total +\\d+ +(\\d+)", histogram) / 1024.0 / 1024.0;
  }

  private static long find(String regex, String text) {
    Matcher found = Pattern.compile(regex).matcher(text);
    assertTrue(found.find(), text);
    return Long.parseLong(found.group(1));
  }
}
