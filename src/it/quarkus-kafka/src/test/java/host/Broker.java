package host;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A Kafka broker in a process of its own, with the topics of serp-routes. */
public class Broker implements QuarkusTestResourceLifecycleManager {

  private static final String SAYS = "kafka broker: ";

  private Process process;

  @Override
  public Map<String, String> start() {
    try {
      String address = run(Files.createTempDirectory("broker-"));
      return Map.of("serp.kafka.brokers", address, "kafka.bootstrap.servers", address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String run(Path folder) throws IOException {
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
    Thread drain = new Thread(() -> out.lines().forEach(ignored -> {}), "broker-output");
    drain.setDaemon(true);
    drain.start();
    return line.substring(SAYS.length());
  }

  @Override
  public void stop() {
    process.destroy();
  }
}
