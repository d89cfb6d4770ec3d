package check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;

/** The stand-in for the API, in a process of its own. */
final class Sandbox implements AutoCloseable {

  private static final String SAYS = "sandbox: ";

  private final Process process;
  private final String address;

  Sandbox() throws IOException {
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
    address = line.substring(SAYS.length());
    Thread drain = new Thread(() -> out.lines().forEach(ignored -> {}), "sandbox-output");
    drain.setDaemon(true);
    drain.start();
  }

  String address() {
    return address;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
