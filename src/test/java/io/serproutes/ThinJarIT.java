package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

/** The jar that hosts depend on. */
class ThinJarIT {

  @Test
  void itHoldsOurClassesAndRoutesAndNothingElse() throws IOException {
    assertThat(entries())
        .isNotEmpty()
        .allMatch(
            name -> name.matches("(META-INF|io/serproutes|kamelets|serp-page|serp-routes)/.*"))
        .noneMatch(name -> name.matches("META-INF/(services|versions)/.+"))
        .contains(
            "serp-routes/core/task-results.camel.yaml",
            "serp-routes/application.properties",
            "META-INF/spring-configuration-metadata.json",
            "serp-routes/serp.camel.yaml",
            "META-INF/spring.factories",
            "META-INF/spring/org.springframework.boot.autoconfigure.AutoConfiguration.imports");
  }

  @Test
  void itHoldsEveryRouteFile() throws IOException {
    List<String> entries = entries();
    Path routes = Path.of("routes");
    try (Stream<Path> files = Files.walk(routes).filter(Files::isRegularFile)) {
      assertThat(files)
          .allSatisfy(
              file -> assertThat(entries).contains("serp-routes/" + routes.relativize(file)));
    }
  }

  /** Those of a library, of the same name, would take their place. */
  @Test
  void theJarThatHoldsEverythingHasOurMetadataForIdes() throws IOException {
    String name = "META-INF/spring-configuration-metadata.json";
    try (JarFile jar = new JarFile("target/serp-routes.jar")) {
      assertThat(jar.getInputStream(jar.getEntry(name)).readAllBytes())
          .isEqualTo(Files.readAllBytes(Path.of("src/main/resources", name)));
    }
  }

  private static List<String> entries() throws IOException {
    List<String> entries = new ArrayList<>();
    try (DirectoryStream<Path> jars =
        Files.newDirectoryStream(Path.of("target"), "serp-routes-[0-9]*.jar")) {
      for (Path path : jars) {
        if (!path.toString().matches(".*-(runnable|sources|javadoc|tests)\\.jar")) {
          try (JarFile jar = new JarFile(path.toFile())) {
            jar.stream()
                .filter(entry -> !entry.isDirectory())
                .map(ZipEntry::getName)
                .forEach(entries::add);
          }
        }
      }
    }
    return entries;
  }
}
