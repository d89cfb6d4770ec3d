package io.serproutes.feed.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.LogLines;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Intake;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server that the vendor calls, where it stores the bodies of postbacks. */
class PostedBodiesTest {

  private static final String TOKEN = "Wq3-kV9_tR7.pZ1~mB5xJ2";
  private static final TaskId ID = TestTasks.id(1);
  private static final byte[] ANSWER = TestTasks.body(ID, 20000, "{}", "[]").getBytes(UTF_8);

  @TempDir private Path temp;

  private final List<Signal> kept = new CopyOnWriteArrayList<>();
  private final ExecutorService keeper = Executors.newSingleThreadExecutor();
  private final ExecutorService disk = Executors.newFixedThreadPool(2);
  private volatile CountDownLatch held = new CountDownLatch(0);
  private Postbacks postbacks;
  private SignalServer server;
  private int port;

  @BeforeEach
  void start() throws Exception {
    Settings settings =
        new Settings(
            Map.of(
                    "serp.webhooks.port",
                    "0",
                    "serp.webhooks.token",
                    TOKEN,
                    "serp.webhooks.postback",
                    "body",
                    "serp.webhooks.max-body",
                    "1MiB",
                    "serp.files.dir",
                    temp.toString())
                ::get);
    postbacks =
        new Postbacks(settings, new Intake(), new BeginTask(), TestTasks.judgePosted(settings));
    postbacks.prepare();
    SignalLog log = new SignalLog(new SignalCounts(), new Secrets(settings));
    server = new SignalServer(settings, log, this::keep, postbacks::begin);
    server.start(keeper, disk);
    port = URI.create(server.address()).getPort();
  }

  private boolean keep(List<Signal> signals) {
    try {
      held.await();
      kept.addAll(signals);
      postbacks.keep(signals);
      return true;
    } catch (IOException | InterruptedException e) {
      return false;
    }
  }

  @AfterEach
  void stop() throws Exception {
    held.countDown();
    server.stop();
    keeper.shutdownNow();
    disk.shutdownNow();
    postbacks.close();
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("postbacks"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(".claims"))
          .toList();
    }
  }

  private void awaitNothingIsLeft() {
    await().until(() -> names().isEmpty());
  }

  private static String head(String headers) {
    String uri = "/postback?token=" + TOKEN + "&id=" + ID;
    return "POST " + uri + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\n";
  }

  private static String head(int length) {
    return head("Content-Length: " + length);
  }

  @Test
  void aBodyThatDripsIsWholeInItsFile() throws Exception {
    try (RawCall call = new RawCall(port)) {
      call.send(head("Transfer-Encoding: chunked"));
      for (byte b : ANSWER) {
        call.send("1\r\n").send(new byte[] {b}).send("\r\n");
      }
      call.send("0\r\n\r\n");
      assertThat(RawCall.statusOf(call.answer())).isEqualTo(200);
    }
    assertThat(names()).containsExactly(ID + ".json.gz");
    assertThat(kept).hasSize(1).allMatch(signal -> signal.answer() != null);
  }

  @Test
  void nothingIsLeftOfACallThatBreaksOff() throws Exception {
    try (RawCall call = new RawCall(port)) {
      call.send(head(ANSWER.length)).send("{\"status");
      await().until(() -> names().size() == 1);
    }
    awaitNothingIsLeft();
    assertThat(kept).isEmpty();
  }

  @Test
  void nothingIsLeftOfACallThatIsTooSlowOrTooLarge() throws Exception {
    try (RawCall slow = new RawCall(port);
        RawCall large = new RawCall(port)) {
      slow.send(head(ANSWER.length)).send("{\"status");
      large.send(head("Transfer-Encoding: chunked"));
      String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
      try {
        for (int i = 0; i < 17; i++) {
          large.send(chunk);
        }
      } catch (UncheckedIOException e) {
        // cut off while it sends
      }
      assertThat(RawCall.statusOf(large.answer())).isEqualTo(413);
      assertThat(RawCall.statusOf(slow.answer())).isEqualTo(408);
    }
    awaitNothingIsLeft();
    assertThat(kept).isEmpty();
  }

  /** The id is kept all the same, as that of a pingback is. */
  @Test
  void aCallerThatGoesWhileItsAnswerIsKeptLeavesItsIdToBeFed() throws Exception {
    held = new CountDownLatch(1);
    try (RawCall call = new RawCall(port)) {
      call.send(head(ANSWER.length)).send(ANSWER);
      await().until(() -> names().size() == 1);
    }
    awaitNothingIsLeft();
    held.countDown();
    await().until(() -> kept.size() == 1);
    assertThat(postbacks.keep(List.copyOf(kept))).containsExactly(ID);
  }

  @Test
  void aFolderThatIsGoneIs503AndSaidOnce() throws Exception {
    Files.delete(temp.resolve("postbacks/.claims"));
    Files.delete(temp.resolve("postbacks"));
    try (LogLines log = LogLines.of("serp-ids-from-webhooks")) {
      for (int i = 0; i < 3; i++) {
        try (RawCall call = new RawCall(port)) {
          call.send(head(ANSWER.length)).send(ANSWER);
          assertThat(RawCall.statusOf(call.answer())).isEqualTo(503);
        }
      }
      assertThat(log.lines())
          .filteredOn(line -> line.contains("answers that are posted cannot be stored"))
          .hasSize(1)
          .allMatch(line -> line.contains("no such file"));
    }
    assertThat(kept).isEmpty();
    assertThat(postbacks.due()).as("which makes it again").isExhausted();
    try (RawCall call = new RawCall(port)) {
      call.send(head(ANSWER.length)).send(ANSWER);
      assertThat(RawCall.statusOf(call.answer())).isEqualTo(200);
    }
  }
}
