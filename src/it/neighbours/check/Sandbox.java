package check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The stand-in for the API, in a process of its own. */
public final class Sandbox implements AutoCloseable {

  private final Neighbour process;

  /** Starts it; {@code keys} are {@code name=value}. */
  public Sandbox(String... keys) throws IOException {
    List<String> command = new ArrayList<>(Neighbour.java());
    command.add("-Dserp.sandbox.port=0");
    for (String key : keys) {
      command.add("-D" + key);
    }
    command.addAll(List.of("-jar", System.getProperty("sandbox.jar"), "sandbox"));
    process = new Neighbour(command, "sandbox: ");
  }

  public String address() {
    return process.address();
  }

  @Override
  public void close() {
    process.stop();
  }
}
