package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.feed.webhooks.RawCall;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The vendor's calls as a source of a host, which includes their route files. */
@Timeout(90)
class FeedersInHostTest {

  private static final String TOKEN = "0123456789-0123456789-token";

  @TempDir Path temp;

  private final StandIn api = StandIn.start();
  private final int port = ProgramUnderTest.freePort();
  private HostUnderTest host;

  @BeforeEach
  void start() throws Exception {
    host =
        new HostUnderTest(
                api,
                temp.resolve("out"),
                "serp.from",
                "folder,webhooks",
                "serp.folder.inbox",
                temp.resolve("inbox").toString(),
                "serp.webhooks.port",
                Integer.toString(port),
                "serp.webhooks.token",
                TOKEN,
                "serp.webhooks.postback",
                "body")
            .start();
  }

  @AfterEach
  void stop() {
    host.close();
    api.close();
  }

  private void include() throws Exception {
    host.load("sources/ids-from-folder");
    host.load(RouteFiles.feed("folder"));
    host.load(RouteFiles.source("webhooks"));
  }

  @Test
  void aSignalAndAPostedAnswerEndInReceipts() throws Exception {
    include();
    String signalled = Ids.good(1);
    String ping = "/pingback?token=" + TOKEN + "&id=" + signalled;
    assertThat(RawCall.status(port, "GET", ping)).isEqualTo(200);
    JsonNode receipt = HostUnderTest.json(host.next("receipts"));
    assertThat(receipt.path("task_id").textValue()).isEqualTo(signalled);
    assertThat(receipt.path("source").textValue()).startsWith("folder:webhooks-");

    String posted = Ids.good(2);
    byte[] answer = RawApi.result(posted);
    try (RawCall call = new RawCall(port)) {
      call.send("POST /postback?token=" + TOKEN + "&id=" + posted + " HTTP/1.1\r\nHost: x\r\n")
          .send("Content-Length: " + answer.length + "\r\n\r\n" + new String(answer, UTF_8));
      assertThat(RawCall.statusOf(call.answer())).isEqualTo(200);
    }
    receipt = HostUnderTest.json(host.next("receipts"));
    assertThat(receipt.path("task_id").textValue()).isEqualTo(posted);
    assertThat(receipt.path("source").textValue()).isEqualTo("postback");
    assertThat(receipt.path("attempts").intValue()).isZero();
    assertThat(api.asked()).containsOnlyKeys(signalled);

    host.close();
    assertThatThrownBy(() -> new RawCall(port)).isInstanceOf(UncheckedIOException.class);
  }

  /** A call was answered with 200, the process was killed, and serp.from changed. */
  @Test
  void whatAKilledFeederLeftIsFetchedWithoutIt() throws Exception {
    Path inbox = Files.createDirectories(temp.resolve("inbox"));
    String id = Ids.good(1);
    Files.writeString(inbox.resolve(".webhooks-20261126T193107123Z.txt.part"), id + "\n");
    host.load("sources/ids-from-folder");
    JsonNode receipt = HostUnderTest.json(host.next("receipts"));
    assertThat(receipt.path("task_id").textValue()).isEqualTo(id);
  }

  /** The keys alone have nothing listen. */
  @Test
  void nothingListensWithoutTheRouteFile() throws Exception {
    host.load("sources/ids-from-folder");
    host.take(Ids.good(3));
    assertThatThrownBy(() -> new RawCall(port)).isInstanceOf(UncheckedIOException.class);
  }
}
