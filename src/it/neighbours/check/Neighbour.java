package check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that says where it listens once it does. */
final class Neighbour {

  private final Process process;
  private final String address;

  /** Starts it and waits for the line that begins with {@code says}; the address follows there. */
  Neighbour(List<String> command, String says) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()));
    String line = out.readLine();
    while (line != null && !line.startsWith(says)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("it did not start: " + String.join(" ", command));
    }
    address = line.substring(says.length());
    Thread drain = new Thread(() -> out.lines().forEach(ignored -> {}), "neighbour-output");
    drain.setDaemon(true);
    drain.start();
  }

  /** The command of a virtual machine that starts soon. */
  static List<String> java() {
    String java = System.getProperty("java.home") + "/bin/java";
    return List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  }

  String address() {
    return address;
  }

  /** Ends it, and waits for that: its folder may be deleted then. */
  void stop() {
    process.destroy();
    process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }
}
