package io.serproutes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the route files lie and which of them belong together; named by folder and stem, such as
 * {@code core/task-results}.
 */
public final class RouteFiles {

  /** The way of an id, with files as the place for parked ones: the whole of a folder. */
  public static final List<String> CORE =
      List.of("core/beans", "core/failure-policy", "core/task-results", "core/parked-in-files");

  /** What Kafka needs whichever end it is at: the whole of a folder. */
  public static final List<String> KAFKA = List.of("kafka/kafka", "kafka/parked-in-kafka");

  /** Health checks and metrics. */
  public static final String HEALTH = "server/health-and-metrics";

  /** The stand-in for the API. */
  public static final String SANDBOX = "server/sandbox";

  private static final Path WORKING_FOLDER = Path.of("routes");
  private static final String END = ".camel.yaml";

  private RouteFiles() {}

  /** The file of an output, as {@code serp.to} names it, or of {@code both}. */
  public static String output(String name) {
    return "outputs/items-to-" + name;
  }

  /** The file of a source, as {@code serp.from} names it. */
  public static String source(String name) {
    return "sources/ids-from-" + name;
  }

  /** The file that holds the parked ids. */
  static String parking(String name) {
    return (name.equals("kafka") ? "kafka" : "core") + "/parked-in-" + name;
  }

  /** The file that comes along. */
  public static String location(String file) {
    return "classpath:serp-routes/" + file + END;
  }

  /**
   * The file of the working folder, in its folder below {@code routes} or flat in {@code routes};
   * where there is none, the one that comes along.
   *
   * @throws IllegalSettingException where it lies in both places
   */
  public static String chosen(String file) {
    List<Path> own = new ArrayList<>();
    Path path = WORKING_FOLDER.resolve(file + END);
    for (Path place : List.of(path, WORKING_FOLDER.resolve(path.getFileName()))) {
      if (Files.exists(place)) {
        own.add(place);
      }
    }
    if (own.size() > 1) {
      throw new IllegalSettingException(
          own.get(0) + " and " + own.get(1) + " are the same route file; remove one of them");
    }
    return own.isEmpty() ? location(file) : "file:" + own.get(0);
  }
}
