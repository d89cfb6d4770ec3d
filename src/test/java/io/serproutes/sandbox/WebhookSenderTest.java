package io.serproutes.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSenderTest {
  private static final String ID = "11240700-1535-0066-0000-0123456789ab";

  @AutoClose("shutdownNow")
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(1);

  @Test
  void aReceiverThatNeverAnswersHoldsUpNobodyForLong() throws Exception {
    PostedTasks tasks = new PostedTasks(Clock.systemUTC(), Duration.ZERO);
    TaskResults results = new TaskResults("/task_get/regular", InventedItems.of("1"));
    WebhookSender sender = new WebhookSender(threads, tasks, results, Duration.ofSeconds(1));
    try (WebhookReceiver silent = new WebhookReceiver(0);
        WebhookReceiver other = new WebhookReceiver(200)) {
      sender.sendWhenDone(tasks.add(postback(silent)));
      sender.sendWhenDone(tasks.add(postback(other)));

      silent.next();
      other.next();
      await().until(() -> tasks.ready(10).size() == 1);
      assertThat(tasks.ready(10).get(0).posted().path("postback_url").textValue())
          .isEqualTo(silent.url("/"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://a/?i=$id&t=$tag | a b/한#&+%$id |"
            + " http://a/?i=ID&t=a%20b%2F%ED%95%9C%23%26%2B%25%24id",
        "http://a/?t=$tag&i=$id |                | http://a/?t=$tag&i=ID",
        "http://a/$id/x y#z     | t              | http://a/ID/x%20y%23z",
        "http://a/?q=%41{}\"    | t              | http://a/?q=%41%7B%7D%22"
      })
  void idAndTagAreEncoded(String template, String tag, String url) {
    String filled = WebhookUrl.filled(template, ID, tag).toString();
    assertThat(filled).isEqualTo(url.replace("ID", ID));
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:81/a?b, http://127.0.0.1:81/a?b",
    "http://127.8.9.1/, http://127.8.9.1/",
    "http://localhost:81/%41?b=%2F, http://127.0.0.1:81/%41?b=%2F",
    "http://user:secret@[::1]:81, http://[::1]:81"
  })
  void aLoopbackAddressTakesThePlaceOfTheHost(URI url, URI local) throws Exception {
    assertThat(WebhookUrl.onLoopback(url)).isEqualTo(local);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://0.0.0.0/",
        "http://192.0.2.1/",
        "http://169.254.169.254/latest",
        "http://[::]/",
        "http://[fe80::1]/",
        "http://127.0.0.1@192.0.2.1/"
      })
  void otherAddressesAreNone(URI url) throws Exception {
    assertThat(WebhookUrl.onLoopback(url)).isNull();
  }

  private static ObjectNode postback(WebhookReceiver receiver) {
    return TaskEnvelope.JSON
        .objectNode()
        .put("keyword", "x")
        .put("postback_url", receiver.url("/"))
        .put("postback_data", "regular");
  }
}
