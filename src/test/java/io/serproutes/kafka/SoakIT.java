package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.serproutes.LiveHeap;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hours at the largest rate that the vendor grants, 10,000 calls a minute, over an API of which one
 * id in a hundred fails in some way, that throttles everyone every ten minutes and refuses the
 * account every twenty, and with a broker that is restarted every thirty: nothing is lost, and the
 * process does not grow. As many minutes as {@code -Dsoak.minutes} says; 5 without it.
 */
@Tag("large")
class SoakIT {

  @RegisterExtension static final BrokerProcess broker = new BrokerProcess();

  private static final int MINUTES = Integer.getInteger("soak.minutes", 5);
  private static final int CALLS_A_MINUTE = 10_000;
  private static final int BACKLOG = 20_000;
  private static final int WARM_UP_MINUTES = Math.min(10, MINUTES / 3);
  private static final Duration SHORT = Duration.ofSeconds(3);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  @Test
  void nothingIsLostAndNothingGrows() throws Exception {
    Path temp = Files.createDirectories(dir.resolve("temp"));
    try (Api api = new Api();
        Scene scene = scene(api);
        Outcomes outcomes = new Outcomes(scene)) {
      InstanceUnderTest program =
          scene
              .instance("work")
              .heap("96m")
              .jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.io.tmpdir=" + temp)
              .start()
              .awaitStart();
      int given = 0;
      List<Size> sizes = new ArrayList<>();
      long start = System.nanoTime();
      for (int minute = 0; minute < MINUTES; minute++) {
        given = give(scene, given, outcomes.ended() + BACKLOG + CALLS_A_MINUTE);
        api.fault(minute);
        if (minute % 30 == 20) {
          broker.restart();
        }
        long end = start + TimeUnit.MINUTES.toNanos(minute + 1);
        await().atMost(Duration.ofMinutes(3)).until(() -> System.nanoTime() - end >= 0);
        if ((minute + 1) % 5 == 0) {
          sizes.add(Size.of(program, temp));
          System.out.printf(
              "after %d min: %,d ids ended, %,d calls, %s%n",
              minute + 1, outcomes.ended(), api.calls.get(), sizes.get(sizes.size() - 1));
        }
      }
      double minutes = (System.nanoTime() - start) / 60e9;
      System.out.printf("%,.0f calls a minute on average%n", api.calls.get() / minutes);
      int all = given;
      await("every id has ended")
          .atMost(Duration.ofMinutes(10))
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> outcomes.ended() >= all);
      outcomes.assertEachEndedAsTheApiSaid(all);
      assertNothingGrew(sizes, WARM_UP_MINUTES / 5);
      assertThat(program.terminate().exitCode()).isZero();
    }
  }

  private Scene scene(Api api) {
    return new Scene(broker, dir, "soak", 6)
        .api(api.address())
        .key("serp.api.calls-per-minute", CALLS_A_MINUTE)
        .key("serp.not-ready.delay", "5s")
        .key("serp.retry.first-delay", "200ms")
        .key("serp.circuit.probe-interval", "5s");
  }

  /** Gives ids until there are so many; returns how many there are. */
  private static int give(Scene scene, int given, int all) {
    for (int from = given; from < all; from += 1000) {
      int to = Math.min(from + 1000, all);
      scene.send(IntStream.range(from, to).mapToObj(SoakIT::id).toList());
    }
    return Math.max(given, all);
  }

  private static String id(int number) {
    return "4a171324-1535-0066-0000-%012x".formatted(number);
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.length() - 8), 16);
  }

  /** What the API does with an id; of all but those that are fine ten in a thousand. */
  private enum Kind {
    HTTP_500,
    HTTP_503,
    CLOSED,
    CUT_OFF,
    NO_JSON,
    CODE_50000,
    NOT_READY,
    SLOW,
    NOT_FOUND,
    TASK_FAILED,
    FINE;

    /** Spread over the ids, so that no kind comes in rows. */
    static Kind of(int number) {
      long place = (number * 0x9E3779B97F4A7C15L >>> 33) % 1000;
      return values()[(int) Math.min(place, FINE.ordinal())];
    }

    String outcome() {
      return this == NOT_FOUND || this == TASK_FAILED ? "dead-lettered" : "delivered";
    }

    boolean isAlways() {
      return this == NOT_FOUND || this == TASK_FAILED;
    }
  }

  private static List<String> items(int number) {
    return IntStream.range(0, number % 4)
        .mapToObj(
            i ->
                "{\"type\":\"%s\",\"rank_absolute\":%d,\"title\":\"제목 %d\",\"price\":1.50}"
                    .formatted(i % 3 == 2 ? "paid" : "organic", i + 1, number))
        .toList();
  }

  /** The API; every id fails once or always, as its number says. */
  private static final class Api implements AutoCloseable {

    private final AtomicInteger calls = new AtomicInteger();
    private final BitSet failed = new BitSet();
    private final ExecutorService threads = Executors.newFixedThreadPool(64);
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final HttpServer server;
    private volatile int everyone; // the code that everyone gets now; 0: none

    Api() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
      server.setExecutor(threads);
      server.createContext("/", this::answer);
      server.start();
    }

    URI address() {
      return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What concerns everyone in this minute, for some seconds. */
    void fault(int minute) {
      everyone = minute % 20 == 15 ? 40210 : minute % 10 == 5 ? 40202 : 0;
      clock.schedule(() -> everyone = 0, SHORT.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void answer(HttpExchange call) throws IOException {
      calls.incrementAndGet();
      try (call) {
        String path = call.getRequestURI().getPath();
        int number = number(path);
        Kind kind = everyone > 0 ? Kind.FINE : now(number);
        switch (kind) {
          case HTTP_500 -> send(call, 500, "{}");
          case HTTP_503 -> send(call, 503, "<html>");
          case CLOSED -> throw new IOException("as the test wants it");
          case CUT_OFF -> cutOff(call, result(number));
          case NO_JSON -> send(call, 200, "<html>not yet</html>");
          case CODE_50000 -> send(call, 200, task(number, 50000, ""));
          case NOT_READY -> send(call, 200, task(number, 40602, ""));
          case NOT_FOUND -> send(call, 200, task(number, 40401, ""));
          case TASK_FAILED -> send(call, 200, task(number, 40103, ""));
          case SLOW -> {
            TimeUnit.SECONDS.sleep(3);
            send(call, 200, result(number));
          }
          default -> send(call, 200, everyone > 0 ? refusal(everyone) : result(number));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private Kind now(int number) {
      Kind kind = Kind.of(number);
      synchronized (failed) {
        boolean isAgain = kind != Kind.FINE && failed.get(number);
        failed.set(number, kind != Kind.FINE);
        return isAgain && !kind.isAlways() ? Kind.FINE : kind;
      }
    }

    private static String refusal(int code) {
      return "{\"status_code\":%d,\"status_message\":\"No.\",\"tasks\":null}".formatted(code);
    }

    private static String result(int number) {
      List<String> items = items(number);
      String result =
          ",\"result\":[{\"items_count\":%d,\"items\":[%s]}]"
              .formatted(items.size(), String.join(",", items));
      return task(number, 20000, result);
    }

    private static String task(int number, int code, String result) {
      return "{\"status_code\":20000,\"tasks\":[{\"id\":\"%s\",\"status_code\":%d,\"data\":{}%s}]}"
          .formatted(id(number), code, result);
    }

    private static void send(HttpExchange call, int status, String body) throws IOException {
      byte[] bytes = body.getBytes(UTF_8);
      call.sendResponseHeaders(status, bytes.length);
      call.getResponseBody().write(bytes);
    }

    private static void cutOff(HttpExchange call, String body) throws IOException {
      byte[] bytes = body.getBytes(UTF_8);
      call.sendResponseHeaders(200, bytes.length);
      OutputStream out = call.getResponseBody();
      out.write(bytes, 0, bytes.length / 2);
      out.flush();
      throw new IOException("as the test wants it");
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
      clock.shutdownNow();
    }
  }

  /** How the ids have ended, and whether their items are those that the API sent. */
  private static final class Outcomes implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final KafkaConsumer<String, byte[]> consumer;
    private final String receipts;
    private final ExecutorService reader = Executors.newSingleThreadExecutor();
    private final BitSet ended = new BitSet();
    private final BitSet items = new BitSet(); // four places a number
    private int repeatedReceipts;
    private int repeatedItems;
    private String wrong; // the first
    private volatile boolean closed;

    Outcomes(Scene scene) {
      receipts = scene.topic("receipts");
      consumer = scene.consumer();
      consumer.subscribe(
          Stream.concat(Scene.ITEMS.stream(), Stream.of("receipts")).map(scene::topic).toList());
      reader.execute(this::read);
    }

    private void read() {
      while (!closed) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(500))) {
          note(record);
        }
      }
      consumer.close();
    }

    private synchronized void note(ConsumerRecord<String, byte[]> record) {
      int number = number(record.key());
      try {
        if (record.topic().equals(receipts)) {
          repeatedReceipts += ended.get(number) ? 1 : 0;
          ended.set(number);
          JsonNode receipt = JSON.readTree(record.value());
          String outcome = items(number).isEmpty() ? "empty" : "delivered";
          String expected = Kind.of(number).isAlways() ? Kind.of(number).outcome() : outcome;
          check(expected.equals(receipt.path("outcome").asText()), record);
        } else {
          String index = new String(record.headers().lastHeader("serp.item-index").value(), UTF_8);
          int place = Integer.parseInt(index);
          repeatedItems += items.get(4 * number + place) ? 1 : 0;
          items.set(4 * number + place);
          String sent = items(number).get(place);
          String start = sent.substring(0, sent.length() - 1) + ",\"task\":{";
          check(new String(record.value(), UTF_8).startsWith(start), record);
        }
      } catch (IOException | RuntimeException e) {
        check(false, record);
      }
    }

    private void check(boolean isRight, ConsumerRecord<String, byte[]> record) {
      if (!isRight && wrong == null) {
        wrong = record + " " + new String(record.value(), UTF_8);
      }
    }

    synchronized int ended() {
      return ended.cardinality();
    }

    synchronized void assertEachEndedAsTheApiSaid(int all) {
      System.out.printf(
          "%,d ids: %d receipts and %d items repeated%n", all, repeatedReceipts, repeatedItems);
      assertThat(wrong).isNull();
      assertThat(ended.cardinality()).isEqualTo(all);
      BitSet expected = new BitSet();
      for (int number = 0; number < all; number++) {
        int count = Kind.of(number).isAlways() ? 0 : items(number).size();
        expected.set(4 * number, 4 * number + count);
      }
      assertThat(items).isEqualTo(expected);
    }

    @Override
    public void close() throws InterruptedException {
      closed = true;
      reader.shutdown();
      reader.awaitTermination(30, TimeUnit.SECONDS);
    }
  }

  /** What a process holds. */
  private record Size(double heap, long resident, int threads, int descriptors, int files) {

    static Size of(InstanceUnderTest program, Path temp) throws IOException {
      Path process = Path.of("/proc", Long.toString(program.pid()));
      Path status = process.resolve("status");
      return new Size(
          LiveHeap.mebibytes(program.pid()),
          number(status, "VmRSS:") / 1024,
          (int) number(status, "Threads:"),
          count(process.resolve("fd")),
          count(temp));
    }

    private static long number(Path file, String name) throws IOException {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }

    private static int count(Path folder) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        return (int) files.count();
      }
    }

    @Override
    public String toString() {
      return "heap in use %.1f MiB, resident %d MiB, %d threads, %d descriptors, %d temporary files"
          .formatted(heap, resident, threads, descriptors, files);
    }
  }

  private static void assertNothingGrew(List<Size> sizes, int warm) {
    if (sizes.size() < 3) {
      return; // too short to tell
    }
    Size before = sizes.get(warm);
    Size after = sizes.get(sizes.size() - 1);
    assertThat(after.heap).as("MiB of heap").isLessThan(before.heap + 5);
    assertThat(after.resident).as("MiB resident").isLessThan(before.resident * 115 / 100);
    assertThat(after.threads).as("threads").isLessThan(before.threads + 10);
    assertThat(after.descriptors).as("descriptors").isLessThan(before.descriptors + 20);
    assertThat(after.files).as("temporary files").isLessThan(before.files + 5);
  }
}
