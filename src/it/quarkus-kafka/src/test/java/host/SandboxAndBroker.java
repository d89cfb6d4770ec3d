package host;

import check.Broker;
import check.Sandbox;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

/** Starts what the application talks to before it, so that it can read the addresses. */
public class SandboxAndBroker implements QuarkusTestResourceLifecycleManager {

  private Sandbox sandbox;
  private Broker broker;

  @Override
  public Map<String, String> start() {
    try {
      sandbox = new Sandbox();
      broker = new Broker(Files.createTempDirectory("broker-"));
      return Map.of(
          "serp.api.base-url", sandbox.address(),
          "serp.api.login", "sandbox",
          "serp.api.password", "sandbox",
          "serp.files.dir", Files.createTempDirectory("out").toString(),
          "serp.kafka.brokers", broker.address(),
          "kafka.bootstrap.servers", broker.address());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (sandbox != null) {
      sandbox.close();
    }
    if (broker != null) {
      broker.close();
    }
  }
}
