package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The archive of classes beside the jar, and starts with {@code config/jvm.options}. */
class PrepareIT {

  private static final String OPTIONS = "@" + Path.of("config/jvm.options").toAbsolutePath();

  @TempDir Path temp;

  private final List<Process> processes = new ArrayList<>();
  private Path jar;
  private Path archive;
  private Path work;
  private Path output; // of the process that was started last

  static List<Path> jdks() throws IOException {
    return StartUpIT.jdks();
  }

  @BeforeEach
  void copyTheJar() throws Exception {
    Path project = Files.createDirectories(temp.resolve("project/target"));
    jar = Files.copy(Path.of("target/serp-routes.jar"), project.resolve("serp-routes.jar"));
    archive = project.resolve("serp-routes.jsa");
    work = Files.createDirectory(temp.resolve("work"));
  }

  @AfterEach
  void endAll() {
    processes.forEach(Process::destroyForcibly);
  }

  /** In the project's folder, where the options name it, and anywhere else, where a person does. */
  @ParameterizedTest
  @MethodSource("jdks")
  void startsUseItAndAreSilentWhereTheyCannot(Path jdk) throws Exception {
    assertThat(end(start(jdk, work, "-jar", jar.toString(), "prepare"))).isZero();
    assertThat(lines()).singleElement().asString().endsWith("-XX:SharedArchiveFile=" + archive);
    assertThat(names(work)).isEmpty();
    assertThat(names(archive.getParent()))
        .containsExactlyInAnyOrder("serp-routes.jar", "serp-routes.jsa");

    Path project = temp.resolve("project");
    assertThat(classesFromArchive(jdk, project, "target/serp-routes.jar")).isGreaterThan(500);
    String named = "-XX:SharedArchiveFile=" + archive;
    assertThat(classesFromArchive(jdk, work, named, jar.toString())).isGreaterThan(500);

    Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH)); // as another build
    assertSilent(jdk, named);
    Files.delete(archive);
    assertSilent(jdk, named);
    Files.writeString(archive, "");
    assertSilent(jdk, named);
    assertThat(archive).isEmptyFile();
  }

  /** Nor does a JDK say a word about the archive of another. */
  @Test
  void anArchiveOfAnotherJdkIsPassedOver() throws Exception {
    for (Path maker : jdks()) {
      assertThat(end(start(maker, work, "-jar", jar.toString(), "prepare"))).isZero();
      for (Path jdk : jdks()) {
        assertSilent(jdk, "-XX:SharedArchiveFile=" + archive);
      }
    }
  }

  /** A JVM that is started meanwhile reads a whole one: JDK 17 crashes with half of one. */
  @Test
  void twoAtOnceLeaveOneThatIsWhole() throws Exception {
    Path jdk = jdks().get(0);
    List<Process> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      both.add(start(jdk, work, "-jar", jar.toString(), "prepare"));
    }
    while (both.stream().anyMatch(Process::isAlive)) {
      assertSilent(jdk, "-XX:SharedArchiveFile=" + archive);
    }
    for (Process one : both) {
      assertThat(end(one)).isZero();
    }
    String named = "-XX:SharedArchiveFile=" + archive;
    assertThat(classesFromArchive(jdk, work, named, jar.toString())).isGreaterThan(500);
    assertThat(names(archive.getParent()))
        .containsExactlyInAnyOrder("serp-routes.jar", "serp-routes.jsa");
  }

  @Test
  void aStopLeavesNothing() throws Exception {
    Process prepare = start(jdks().get(0), work, "-jar", jar.toString(), "prepare");
    await().atMost(ProgramUnderTest.PATIENCE).until(() -> prepare.children().findAny().isPresent());
    ProcessHandle training = prepare.children().findAny().orElseThrow();
    prepare.destroy();
    end(prepare);
    assertThat(training.isAlive()).isFalse();
    assertThat(names(archive.getParent())).containsExactly("serp-routes.jar");
  }

  @Test
  void classesThatLieInAFolderAreRefused() throws Exception {
    String classPath = Path.of("target/classes").toAbsolutePath() + ":" + jar;
    Process prepare =
        start(jdks().get(0), work, "-cp", classPath, "io.serproutes.SerpRoutes", "prepare");
    assertThat(end(prepare)).isEqualTo(1);
    assertThat(lines())
        .containsExactly(
            "serp-routes could not prepare: only the classes of a jar can be archived; build the"
                + " jar");
  }

  private void assertSilent(Path jdk, String named) throws Exception {
    assertThat(end(start(jdk, work, OPTIONS, named, "-jar", jar.toString(), "--version"))).isZero();
    assertThat(lines()).singleElement().asString().startsWith("serp-routes ");
    assertThat(names(work)).isEmpty();
  }

  private long classesFromArchive(Path jdk, Path folder, String... options) throws Exception {
    Path log = temp.resolve("classes.txt");
    List<String> command = new ArrayList<>(List.of(OPTIONS, "-Xlog:class+load:file=" + log));
    command.addAll(List.of(options).subList(0, options.length - 1));
    command.addAll(List.of("-jar", options[options.length - 1], "fetch", Ids.ZERO));
    command.addAll(List.of("--set", "serp.files.dir=" + temp.resolve("out")));
    assertThat(end(start(jdk, folder, command.toArray(new String[0])))).isZero();
    assertThat(lines()).first().asString().contains("serp-routes - ids from ");
    try (Stream<String> loaded = Files.lines(log)) {
      return loaded
          .filter(line -> line.contains(" io.serproutes.") || line.contains(" org.apache.camel."))
          .filter(line -> line.contains("source: shared objects file"))
          .count();
    }
  }

  private Process start(Path jdk, Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(withoutRootsRights());
    command.add(jdk.resolve("bin/java").toString());
    command.addAll(List.of(arguments));
    output = Files.createTempFile(temp, "output-", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SERP_"));
    Process process = builder.start();
    processes.add(process);
    return process;
  }

  // root may write to files that are read-only, as the archive of JDK 17 is
  private static List<String> withoutRootsRights() {
    boolean isRoot = "root".equals(System.getProperty("user.name"));
    return isRoot && Files.isExecutable(Path.of("/usr/bin/setpriv"))
        ? List.of("setpriv", "--bounding-set=-dac_override")
        : List.of();
  }

  private static int end(Process process) throws InterruptedException {
    long seconds = ProgramUnderTest.PATIENCE.toSeconds();
    assertThat(process.waitFor(seconds, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(output);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
