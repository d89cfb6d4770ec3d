package io.serproutes.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;

/**
 * One of those that are compared, such as {@code product}, or {@code hand-lines@/path/of/a/jdk}.
 *
 * @param name as it was given
 * @param kind without {@code -lines} and the JDK
 * @param isLines whether it writes JSON Lines instead of files of a task each
 * @param jdk the JDK that runs it
 * @param options of its JVM
 * @param jar the product's, or null where it is another program
 */
record Subject(
    String name, String kind, boolean isLines, Path jdk, List<String> options, Path jar) {

  /** That of the benchmark, with the loops by hand, for any folder. */
  static final String CLASS_PATH =
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .map(part -> Path.of(part).toAbsolutePath().toString())
          .collect(Collectors.joining(File.pathSeparator));

  private static final String LINES = "-lines";

  /**
   * The subject of a name.
   *
   * @param home where builds of the product are copied to, since one meanwhile must not take them
   *     away
   * @param jars the builds, by kind
   * @param options of the JVM; those of the product name an archive of its classes, too, if it has
   *     one and one of them is a file of options
   */
  static Subject of(String name, Path home, Map<String, Path> jars, List<String> options)
      throws IOException {
    String[] parts = name.split("@", 2);
    Path jdk = parts.length == 2 ? Path.of(parts[1]) : Child.OWN_JDK;
    boolean isLines = parts[0].endsWith(LINES);
    String kind = isLines ? parts[0].substring(0, parts[0].length() - LINES.length()) : parts[0];
    List<String> all =
        new ArrayList<>(options.stream().map(Subject::absolute).toList());
    Path jar = null;
    if (jars.containsKey(kind)) {
      String folder = kind + "-" + jdk.getFileName();
      jar = Files.createDirectories(home.resolve(folder)).resolve("serp-routes.jar");
      if (Files.notExists(jar) || Files.mismatch(jars.get(kind), jar) >= 0) {
        Files.copy(jars.get(kind), jar, StandardCopyOption.REPLACE_EXISTING);
        Files.deleteIfExists(archiveOf(jar));
        prepare(home, jdk, jar);
      }
      if (all.stream().anyMatch(option -> option.startsWith("@")) && hasArchive(jar)) {
        all.add("-XX:SharedArchiveFile=" + archiveOf(jar));
      }
    }
    return new Subject(name, kind, isLines, jdk, List.copyOf(all), jar);
  }

  // a file of options; it runs in another folder, whose config and routes would go before its own
  private static String absolute(String option) {
    return option.startsWith("@") ? "@" + Path.of(option.substring(1)).toAbsolutePath() : option;
  }

  private static Path archiveOf(Path jar) {
    return jar.resolveSibling("serp-routes.jsa");
  }

  private static boolean hasArchive(Path jar) {
    return Files.exists(archiveOf(jar));
  }

  // an early build has no such command, and would start and run without an end
  private static void prepare(Path home, Path jdk, Path jar) throws IOException {
    try (ZipFile classes = new ZipFile(jar.toFile())) {
      if (classes.getEntry("io/serproutes/program/PrepareCommand.class") == null) {
        return;
      }
    }
    Path log = home.resolve("prepare.log");
    try (Child prepare =
        Child.java(log, jdk, List.of(), Map.of(), "-jar", jar.toString(), "prepare")) {
      prepare.awaitEnd();
    }
    if (!hasArchive(jar)) {
      throw new IOException("no archive of classes, see " + log);
    }
  }

  /** Whether it is a build of the product. */
  boolean isProduct() {
    return jar != null;
  }

  /** Starts it. */
  Child start(Path home, Map<String, Object> properties, String... main) throws IOException {
    return Child.java(log(home), jdk, options, properties, main).drain();
  }

  /** Where its standard error goes. */
  Path log(Path home) {
    return home.resolve(kind + (isLines ? LINES : "") + ".log");
  }
}
