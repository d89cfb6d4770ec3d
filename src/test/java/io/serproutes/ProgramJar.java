package io.serproutes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A copy of {@code target/serp-routes.jar} that no build takes from under a process, with an
 * archive of its classes, made once for all tests of this JVM, so that the many starts are short.
 */
public final class ProgramJar {

  private static final Path FOLDER = folder();
  private static final Path JAR = FOLDER.resolve("serp-routes.jar");
  private static final Path ARCHIVE = FOLDER.resolve("serp-routes.jsa");

  static {
    makeArchive();
  }

  private ProgramJar() {}

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("serp-routes-jar-");
      Files.copy(Path.of("target/serp-routes.jar"), folder.resolve("serp-routes.jar"));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    } catch (IOException | java.io.UncheckedIOException e) {
      // the system removes it from its temporary folder
    }
  }

  // without one, starts are longer and nothing else changes
  private static void makeArchive() {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("-jar", JAR.toString(), "prepare"));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
      if (!process.waitFor(90, TimeUnit.SECONDS)) {
        process.destroy();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> java() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
  }

  /**
   * The command that starts it, with options of the virtual machine, system properties among them.
   */
  public static List<String> command(List<String> options) {
    List<String> command = new ArrayList<>(java());
    if (Files.exists(ARCHIVE)) {
      command.add("-XX:SharedArchiveFile=" + ARCHIVE);
    }
    command.addAll(options);
    command.addAll(List.of("-jar", JAR.toString()));
    return command;
  }

  /** The same with more on the class path than the jar. */
  public static List<String> command(List<String> options, String more) {
    List<String> command = new ArrayList<>(java());
    command.addAll(options);
    command.addAll(List.of("-cp", JAR + ":" + more, "io.serproutes.SerpRoutes"));
    return command;
  }
}
