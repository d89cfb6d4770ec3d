package host;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** The stand-in for the API, in a process of its own. */
public class Sandbox implements QuarkusTestResourceLifecycleManager {

  private static final String SAYS = "sandbox: ";

  private Process process;

  @Override
  public Map<String, String> start() {
    try {
      return Map.of(
          "serp.api.base-url",
          run(),
          "serp.api.login",
          "sandbox",
          "serp.api.password",
          "sandbox",
          "serp.files.dir",
          Files.createTempDirectory("out").toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String run() throws IOException {
    process =
        new ProcessBuilder(
                List.of(
                    System.getProperty("java.home") + "/bin/java",
                    "-Dserp.sandbox.port=0",
                    "-cp",
                    System.getProperty("sandbox.jar"),
                    "io.serproutes.sandbox.SandboxServer"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()));
    String line = out.readLine();
    while (line != null && !line.startsWith(SAYS)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("the sandbox did not start");
    }
    Thread drain = new Thread(() -> out.lines().forEach(ignored -> {}), "sandbox-output");
    drain.setDaemon(true);
    drain.start();
    return line.substring(SAYS.length());
  }

  @Override
  public void stop() {
    process.destroy();
  }
}
