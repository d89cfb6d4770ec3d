package check;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Kafka broker in a process of its own, with the topics of serp-routes. */
final class Broker implements AutoCloseable {

  private static final String SAYS = "kafka broker: ";

  private final Process process;
  private final String address;

  Broker(Path folder) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx512m",
                "@" + System.getProperty("broker.classpath"),
                System.getProperty("broker.source"),
                folder.toString(),
                "0"));
    for (String name :
        List.of("task-ids", "organic", "paid", "other", "receipts", "dead-letters", "parked")) {
      command.add("topic=serp." + name + ":2");
    }
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream()));
    String line = out.readLine();
    while (line != null && !line.startsWith(SAYS)) {
      line = out.readLine();
    }
    if (line == null) {
      throw new IOException("the broker did not start");
    }
    address = line.substring(SAYS.length());
    Thread drain = new Thread(() -> out.lines().forEach(ignored -> {}), "broker-output");
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
