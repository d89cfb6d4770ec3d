package host;

import check.Sandbox;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

/** Starts the stand-in for the API before the application, which reads its address. */
public class SandboxResource implements QuarkusTestResourceLifecycleManager {

  private Sandbox sandbox;

  @Override
  public Map<String, String> start() {
    try {
      sandbox = new Sandbox();
      return Map.of(
          "serp.api.base-url", sandbox.address(),
          "serp.api.login", "sandbox",
          "serp.api.password", "sandbox",
          "serp.files.dir", Files.createTempDirectory("out").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (sandbox != null) {
      sandbox.close();
    }
  }
}
