package check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Kafka broker in a process of its own, with the topics of serp-routes. */
public final class Broker implements AutoCloseable {

  private final Neighbour process;

  /** Starts it in an empty folder; {@code settings} are those of the broker's main class. */
  public Broker(Path folder, String... settings) throws IOException {
    List<String> command = new ArrayList<>(Neighbour.java());
    command.addAll(
        List.of(
            "-Xmx512m",
            "@" + System.getProperty("broker.classpath"),
            System.getProperty("broker.source"),
            folder.toString(),
            "0"));
    for (String name :
        List.of("task-ids", "organic", "paid", "other", "receipts", "dead-letters", "parked")) {
      command.add("topic=serp." + name + ":2");
    }
    command.addAll(List.of(settings));
    process = new Neighbour(command, "kafka broker: ");
  }

  public String address() {
    return process.address();
  }

  @Override
  public void close() {
    process.stop();
  }
}
