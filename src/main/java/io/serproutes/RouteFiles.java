package io.serproutes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Where the route files lie and which of them belong together; named by folder and stem, such as
 * {@code core/task-results}.
 */
public final class RouteFiles {

  /** The way of an id, with files as the place for parked ones: the whole of a folder. */
  public static final List<String> CORE =
      List.of("core/beans", "core/failure-policy", "core/task-results", "core/parked-in-files");

  /** What asks again for the ids that are parked in their topic. */
  public static final String PARKED_IN_KAFKA = "kafka/ids-from-parked-kafka";

  /** What Kafka needs whichever end it is at: the whole of a folder. */
  public static final List<String> KAFKA =
      List.of("kafka/kafka", "kafka/parked-in-kafka", PARKED_IN_KAFKA);

  /** What a host includes; it loads all the others that the keys name. */
  public static final String INCLUDE = "serp";

  /** Health checks and metrics. */
  public static final String HEALTH = "server/health-and-metrics";

  /** The stand-in for the API. */
  public static final String SANDBOX = "server/sandbox";

  /** What sends to each of several outputs. */
  static final String SEVERAL = "outputs/several";

  /** The output files where their layout is lines. */
  static final String LINES = "outputs/lines-to-files";

  private static final String SOURCE = "sources/ids-from-";
  private static final String FEEDER = "feeders/ids-from-";
  private static final String OUTPUT = "outputs/items-to-";
  private static final List<String> FOLDERS =
      List.of("core", "kafka", "sources", "feeders", "outputs", "server");
  private static final Path WORKING_FOLDER = Path.of("routes");
  private static final String END = ".camel.yaml";

  private RouteFiles() {}

  /**
   * The files that {@code serp.from} and {@code serp.to} name, in the order of loading: the core,
   * what Kafka needs, outputs, sources, feeders. A program and a host load the same.
   *
   * @param more what the caller adds to the core and its outputs
   */
  public static List<String> of(Settings settings, List<String> more) {
    List<String> files = new ArrayList<>(CORE);
    if (settings.usesKafka()) {
      files.addAll(KAFKA);
    }
    Outputs to = Outputs.of(settings);
    Stream.concat(to.names().stream(), to.ofReceipts().stream())
        .distinct()
        .forEach(output -> files.add(to.file(output)));
    if (to.areSeveral()) {
      files.add(SEVERAL);
    }
    files.addAll(more);
    List<String> feeders = settings.feeders();
    Set<String> sources = new LinkedHashSet<>(settings.get(Keys.FROM));
    if (!feeders.isEmpty()) {
      sources.add(settings.feed());
    }
    for (String source : sources) {
      boolean topic = source.equals("dead-letters") && to.parking().equals("kafka");
      if (!feeders.contains(source)) {
        files.add(source(source) + (topic ? "-topic" : ""));
      }
    }
    if (!feeders.isEmpty()) { // last: they want the beans of the source that keeps their ids
      files.add(feed(settings.feed()));
      feeders.forEach(feeder -> files.add(source(feeder)));
    }
    return files;
  }

  /** The file of an output, as {@code serp.to} names it. */
  public static String output(String name) {
    return OUTPUT + name;
  }

  /** Returns the names that {@code serp.to} may have: one for each file of an output. */
  public static SortedSet<String> outputs() {
    Path path = WORKING_FOLDER.resolve(OUTPUT);
    SortedSet<String> names = names(path.getParent(), path);
    names.addAll(names(WORKING_FOLDER, path));
    URI builtIn = resource(output("files"));
    try (FileSystem jar =
        builtIn.getScheme().equals("jar") ? FileSystems.newFileSystem(builtIn, Map.of()) : null) {
      names.addAll(names(Path.of(builtIn).getParent(), path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  private static SortedSet<String> names(Path folder, Path stem) {
    SortedSet<String> names = new TreeSet<>();
    String start = stem.getFileName().toString();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, start + "*" + END)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        names.add(name.substring(start.length(), name.length() - END.length()));
      }
    } catch (NotDirectoryException | NoSuchFileException e) {
      // none here
    } catch (IOException | DirectoryIteratorException e) {
      throw new IllegalSettingException(folder + " cannot be listed: " + e.getMessage());
    }
    return names;
  }

  /** The file of a source or feeder, as {@code serp.from} names it. */
  public static String source(String name) {
    boolean isFeeder = name.equals(Settings.TASKS_READY) || name.equals(Settings.WEBHOOKS);
    return (isFeeder ? FEEDER : SOURCE) + name;
  }

  /** The file that keeps the ids of feeders in a source, {@code folder} or {@code kafka}. */
  public static String feed(String name) {
    return "feeders/ids-kept-in-" + name;
  }

  /**
   * The route files of the working folder that are loaded by no start, whatever its keys: their
   * name or their place is wrong.
   */
  public static List<Path> strays() throws IOException {
    if (!Files.isDirectory(WORKING_FOLDER)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(WORKING_FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(END) && !isKnown(file))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static boolean isKnown(Path file) {
    String place = WORKING_FOLDER.relativize(file).toString();
    String name = place.substring(0, place.length() - END.length());
    boolean isFlat = !name.contains("/");
    boolean isOutput = name.startsWith(OUTPUT) || ("outputs/" + name).startsWith(OUTPUT);
    return isOutput
        || isBuiltIn(name)
        || isFlat && FOLDERS.stream().anyMatch(folder -> isBuiltIn(folder + "/" + name));
  }

  /** Whether a file comes along. */
  public static boolean isBuiltIn(String file) {
    return resource(file) != null;
  }

  private static URI resource(String file) {
    URL url = RouteFiles.class.getResource("/serp-routes/" + file + END);
    return url == null ? null : URI.create(url.toString());
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
