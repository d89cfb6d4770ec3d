package check;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import host.Host;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The host with the vendor's list of finished tasks as a source. */
@Timeout(60)
class FeedersTest {

  @TempDir Path temp;

  private final BlockingQueue<String> receipts = new LinkedBlockingQueue<>();

  @Test
  void anIdOfTheListEndsInAReceipt() throws Exception {
    try (Sandbox sandbox = new Sandbox("serp.sandbox.turnaround=0ms")) {
      String id = post(sandbox);
      Main main = new Main(Host.class);
      Properties documented = new Properties();
      try (InputStream in = getClass().getResourceAsStream("/feeders.properties")) {
        documented.load(in);
      }
      documented.forEach((key, value) -> main.addOverrideProperty((String) key, (String) value));
      main.addOverrideProperty("serp.api.base-url", sandbox.address());
      main.addOverrideProperty("serp.api.login", "sandbox");
      main.addOverrideProperty("serp.api.password", "sandbox");
      main.addOverrideProperty("serp.files.dir", temp.resolve("out").toString());
      main.addOverrideProperty("serp.folder.inbox", temp.resolve("inbox").toString());
      main.addOverrideProperty("serp.endpoints.receipts", "direct:check-receipts");
      main.configure()
          .addRoutesBuilder(
              new RouteBuilder() {
                @Override
                public void configure() {
                  from("direct:check-receipts")
                      .process(e -> receipts.add(e.getMessage().getBody(String.class)));
                }
              });
      main.start();
      try {
        String receipt = receipts.poll(30, TimeUnit.SECONDS);
        assertNotNull(receipt, "no receipt");
        assertTrue(receipt.contains("\"task_id\":\"" + id + "\""), receipt);
        assertTrue(receipt.contains("\"outcome\":\"delivered\""), receipt);
        assertTrue(receipt.contains("\"source\":\"folder:tasks-ready-"), receipt);
      } finally {
        main.stop();
      }
    }
  }

  private static String post(Sandbox sandbox) throws Exception {
    URI uri = URI.create(sandbox.address() + "/v3/serp/naver/organic/task_post");
    byte[] credentials = "sandbox:sandbox".getBytes(StandardCharsets.UTF_8);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("[{\"keyword\":\"camel\"}]"))
            .build();
    String answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    Matcher id = Pattern.compile("\"id\":\"([0-9a-f-]{36})\"").matcher(answer);
    assertTrue(id.find(), answer);
    return id.group(1);
  }
}
