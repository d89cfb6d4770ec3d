package io.serproutes;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.ProgramUnderTest.Start;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * One drop file of 5,000,000 ids, or as many as {@code -Dmany.ids} says, to JSON Lines with the
 * options of config/jvm.options, and two kills in mid-run: each id has its receipt and its items,
 * no more are repeated than promise 2 allows, and the process does not grow with the file.
 */
@Tag("large")
class ManyIdsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int IDS = Integer.getInteger("many.ids", 5_000_000);
  private static final int KILLS = 2;
  private static final int MAX_CONCURRENT = 30;
  private static final int MOST_A_SECOND = 5000;
  private static final Duration PATIENCE = Duration.ofHours(6);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path temp;

  @Test
  void eachIdOfOneFileHasItsLines() throws IOException {
    Path inbox = Files.createDirectories(temp.resolve("work/inbox"));
    write(inbox.resolve("ids.txt"));
    try (Api api = new Api()) {
      Start start =
          ProgramUnderTest.in(temp.resolve("work"))
              .jvm("-Xmx96m")
              .jvm("-XX:+UseSerialGC")
              .jvm("-XX:TieredStopAtLevel=1")
              .key("serp.api.base-url", api.address())
              .key("serp.api.login", "login")
              .key("serp.api.password", "password")
              .key("serp.api.max-concurrent", Integer.toString(MAX_CONCURRENT))
              .key("serp.api.calls-per-minute", Integer.toString(60 * MOST_A_SECOND))
              .key("serp.files.layout", "lines");
      for (int kill = 0; kill <= KILLS; kill++) {
        try (ProgramUnderTest program = start.start()) {
          work(program, api, kill, inbox);
        }
      }
      assertThat(new OutFolder(inbox).names(".done")).hasSize(1);
      assertThat(new OutFolder(temp.resolve("work/out")).names("dead-letters")).isEmpty();
      assertReceipts(api);
    }
  }

  private static void work(ProgramUnderTest program, Api api, int kill, Path inbox)
      throws IOException {
    long begun = System.nanoTime();
    long before = api.calls.get();
    awaitCalls(program, api, before + 1);
    String first = since(begun);
    awaitCalls(program, api, before + IDS / 10 / (KILLS + 1));
    long soon = mebibytes(program.pid(), "VmHWM");
    if (kill < KILLS) {
      awaitCalls(program, api, (long) IDS * (kill + 1) / (KILLS + 1));
    } else {
      await("the file is finished")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> !program.isRunning() || new OutFolder(inbox).names("").isEmpty());
    }
    long peak = mebibytes(program.pid(), "VmHWM");
    System.out.printf(
        "start %d: first call after %s, %,d calls after %s, at most %d MiB resident, %d soon%n",
        kill, first, api.calls.get() - before, since(begun), peak, soon);
    assertThat(peak).as("MiB resident").isLessThan(256);
    if (kill < KILLS) {
      program.kill();
    } else {
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
  }

  private static void awaitCalls(ProgramUnderTest program, Api api, long calls) {
    await(calls + " calls")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !program.isRunning() || api.calls.get() >= calls);
    assertThat(program.isRunning()).as(program.output()).isTrue();
  }

  private static String since(long begun) {
    return "%.1f s".formatted((System.nanoTime() - begun) / 1e9);
  }

  private static long mebibytes(long pid, String name) throws IOException {
    String status = Files.readString(Path.of("/proc", Long.toString(pid), "status"));
    Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+)").matcher(status);
    assertThat(line.find()).as(status).isTrue();
    return Long.parseLong(line.group(1)) / 1024;
  }

  private static void write(Path file) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (int i = 0; i < IDS; i++) {
        lines.write(Ids.good(i) + "\n");
      }
    }
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.length() - 8), 16);
  }

  private static int organic(int number) {
    return number % 3;
  }

  private static int paid(int number) {
    return number % 2;
  }

  private void assertReceipts(Api api) throws IOException {
    byte[] receipts = new byte[IDS];
    Path out = temp.resolve("work/out");
    for (String set : new OutFolder(out).names("receipts")) {
      try (BufferedReader lines = lines(out, "receipts", set);
          BufferedReader organic = lines(out, "organic", set);
          BufferedReader paid = lines(out, "paid", set)) {
        for (String line; (line = lines.readLine()) != null; ) {
          JsonNode receipt = JSON.readTree(line);
          String id = receipt.get("task_id").textValue();
          int number = number(id);
          receipts[number]++;
          assertItems(organic, receipt, "organic", organic(number), id);
          assertItems(paid, receipt, "paid", paid(number), id);
        }
        assertThat(organic.readLine()).isNull();
        assertThat(paid.readLine()).isNull();
      }
    }
    int twice = 0;
    int again = 0;
    for (int i = 0; i < IDS; i++) {
      int asked = api.asked.get(i);
      assertThat(receipts[i]).as(Ids.good(i)).isBetween((byte) 1, (byte) asked);
      twice += receipts[i] - 1;
      again += asked - 1;
    }
    System.out.printf("%,d ids, %d asked for again, %d receipts twice%n", IDS, again, twice);
    assertThat(again).isLessThanOrEqualTo(KILLS * (MAX_CONCURRENT + MOST_A_SECOND));
  }

  private static void assertItems(
      BufferedReader lines, JsonNode receipt, String kind, int count, String id)
      throws IOException {
    assertThat(receipt.get(kind).intValue()).as(kind + " of " + id).isEqualTo(count);
    for (int i = 0; i < count; i++) {
      assertThat(lines.readLine()).contains("\"task\":{\"id\":\"" + id + '"');
    }
  }

  private static BufferedReader lines(Path out, String kind, String set) throws IOException {
    Path file = out.resolve(kind).resolve(set);
    return Files.exists(file)
        ? Files.newBufferedReader(file)
        : new BufferedReader(new StringReader(""));
  }

  /** An API that answers at once and counts the calls of each id, in little memory. */
  private static final class Api implements Closeable {

    private static final Pattern GET =
        Pattern.compile("GET /v3/serp/naver/organic/task_get/regular/([0-9a-f-]{36}) HTTP/1.1");

    private final AtomicLong calls = new AtomicLong();
    private final AtomicIntegerArray asked = new AtomicIntegerArray(IDS);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    Api() throws IOException {
      threads.execute(this::accept);
    }

    String address() {
      return "http://127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
      try {
        while (true) {
          Socket socket = server.accept();
          threads.execute(() -> answerAll(socket));
        }
      } catch (IOException e) {
        assertThat(server.isClosed()).isTrue();
      }
    }

    private void answerAll(Socket socket) {
      try (socket) {
        socket.setTcpNoDelay(true);
        InputStream in = new BufferedInputStream(socket.getInputStream());
        for (String line; (line = line(in)) != null; ) {
          Matcher get = GET.matcher(line);
          assertThat(get.matches()).as(line).isTrue();
          for (String header = line; header != null && !header.isEmpty(); ) {
            header = line(in);
          }
          asked.incrementAndGet(number(get.group(1)));
          calls.incrementAndGet();
          socket.getOutputStream().write(answer(get.group(1)));
        }
      } catch (IOException e) {
        // the program has been killed
      }
    }

    private static String line(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder(128);
      for (int c; (c = in.read()) != '\n'; ) {
        if (c < 0) {
          return null;
        }
        if (c != '\r') {
          line.append((char) c);
        }
      }
      return line.toString();
    }

    private static byte[] answer(String id) {
      int number = number(id);
      StringBuilder json = new StringBuilder(512);
      json.append("{\"status_code\":20000,\"status_message\":\"Ok.\",\"tasks\":[{\"id\":\"" + id)
          .append("\",\"status_code\":20000,\"status_message\":\"Ok.\",\"data\":{\"api\":\"serp\",")
          .append("\"se\":\"naver\",\"se_type\":\"organic\"},\"result\":[{\"keyword\":\"노트북\",")
          .append("\"items\":[");
      for (int i = 0; i < organic(number) + paid(number); i++) {
        json.append(i == 0 ? "" : ",")
            .append(i < organic(number) ? "{\"type\":\"organic\"" : "{\"type\":\"paid\"")
            .append(",\"rank_absolute\":" + (i + 1) + ",\"title\":\"제목\"}");
      }
      byte[] body = json.append("]}]}]}").toString().getBytes(UTF_8);
      String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
      byte[] answer = Arrays.copyOf(head.getBytes(US_ASCII), head.length() + body.length);
      System.arraycopy(body, 0, answer, head.length(), body.length);
      return answer;
    }

    @Override
    public void close() {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } finally {
        threads.shutdownNow();
      }
    }
  }
}
