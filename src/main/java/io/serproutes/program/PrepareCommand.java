package io.serproutes.program;

import static io.serproutes.SettingsCheck.require;

import io.serproutes.IllegalSettingException;
import io.serproutes.SerpRoutes;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.camel.util.FileUtil;
import picocli.CommandLine.Command;

/**
 * The command {@code prepare}: a child process makes the archive, so that no run that delivers ids
 * needs the memory and the time for it. The archive appears beside the jar complete or not at all,
 * because JDK 17 crashes with one that is cut short.
 */
@Command(
    name = "prepare",
    customSynopsis = "java -jar serp-routes.jar prepare",
    description = {
      "Makes an archive of classes, which halves the time of a start.",
      "It appears beside the jar and fits this jar and this Java: make it again",
      "after a change of either. Until then Java ignores it."
    },
    footer = {
      "",
      "Examples:",
      "  java -jar serp-routes.jar prepare",
      "  java -XX:SharedArchiveFile=serp-routes.jsa -jar serp-routes.jar"
    })
final class PrepareCommand implements Callable<Integer> {

  private static final int MINUTES = 5;
  private static final int WITH_AOT_CACHE = 25; // the Java that makes one by a single option

  @Override
  public Integer call() throws Exception {
    Path jar = jar();
    Path archive = jar.resolveSibling(FileUtil.stripExt(jar.getFileName().toString()) + ".jsa");
    Path folder = folderBeside(jar);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> cleanUp(folder)));
    Process training = train(jar, folder);
    require(training.waitFor(MINUTES, TimeUnit.MINUTES), "the run that loads them does not end");
    Path complete = folder.resolve("archive");
    require(
        Files.exists(complete),
        "no archive of classes after exit code " + training.exitValue() + " of Java");
    try (FileChannel file = FileChannel.open(complete)) { // JDK 17 leaves it read-only
      file.force(true); // or a power failure may cut it short
    }
    Files.move(complete, archive, StandardCopyOption.ATOMIC_MOVE);
    System.out.printf(
        "archive of classes for Java %s: -XX:SharedArchiveFile=%s%n", Runtime.version(), archive);
    return 0;
  }

  /**
   * The jar that holds the program.
   *
   * @throws IllegalSettingException where its classes lie in a folder
   */
  static Path jar() throws URISyntaxException {
    Path jar =
        Path.of(SerpRoutes.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    require(Files.isRegularFile(jar), "only the classes of a jar can be archived; build the jar");
    return jar;
  }

  private static Path folderBeside(Path jar) {
    try {
      return Files.createTempDirectory(jar.getParent(), ".serp-prepare-");
    } catch (IOException e) {
      throw new IllegalSettingException(jar.getParent() + " cannot be written to");
    }
  }

  private static Process train(Path jar, Path folder) throws IOException {
    String make =
        Runtime.version().feature() < WITH_AOT_CACHE ? "ArchiveClassesAtExit" : "AOTCacheOutput";
    ProcessBuilder training =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:" + make + "=archive",
            "-Xlog:disable", // it warns of each class that it leaves out
            "-cp",
            jar.toString(),
            TrainingRun.class.getName());
    training.environment().keySet().removeIf(name -> name.matches("_?(JAVA|JDK|SERP|CAMEL)_.*"));
    return training
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output.txt").toFile())
        .start();
  }

  // at the end, and after Ctrl-C or SIGTERM
  private static void cleanUp(Path folder) {
    List<ProcessHandle> processes = ProcessHandle.current().descendants().toList();
    processes.forEach(ProcessHandle::destroyForcibly);
    processes.forEach(process -> process.onExit().join());
    FileUtil.removeDir(folder.toFile());
  }
}
