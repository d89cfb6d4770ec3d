package io.serproutes;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars of Camel that do not belong together. */
class CamelVersionsTest {

  @TempDir Path temp;

  private URL jar(String name, String title, String version) throws IOException {
    Path jar = temp.resolve(name + "-" + version + ".jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().putValue("Manifest-Version", "1.0");
    manifest.getMainAttributes().putValue("Implementation-Title", title);
    manifest.getMainAttributes().putValue("Implementation-Version", version);
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
    return jar.toUri().toURL();
  }

  private static void check(String version, URL... jars) throws IOException {
    try (URLClassLoader loader = new URLClassLoader(jars, null)) {
      CamelVersions.check(version, loader);
    }
  }

  @Test
  void whatHasAnotherVersionIsNamedWithWhatToImport() throws IOException {
    URL core = jar("camel-base", "Camel :: Base", "4.22.0");
    URL http = jar("camel-http", "Camel :: HTTP", "4.18.0");
    URL yaml = jar("camel-yaml-dsl", "Camel :: YAML DSL", "4.18.0");
    assertThatThrownBy(() -> check("4.22.0", yaml, core, http))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(
            "the class path mixes Camel 4.22.0 with other versions: camel-http-4.18.0.jar,"
                + " camel-yaml-dsl-4.18.0.jar; import org.apache.camel:camel-bom:4.22.0 under"
                + " dependencyManagement, in Spring Boot after camel-spring-boot-bom");
  }

  @Test
  void releasesOfAMinorVersionAndStartersBelongTogether() throws IOException {
    URL http = jar("camel-http", "Camel :: HTTP", "4.18.1");
    URL starter = jar("camel-http-starter", "Camel Spring Boot :: Starters :: HTTP", "4.17.0");
    URL nothing = jar("camel-of-the-host", "", "1");
    assertThatCode(() -> check("4.18.0.redhat-00010", http, starter, nothing))
        .doesNotThrowAnyException();
  }

  @Test
  void thoseOfThisBuildDo() {
    assertThatCode(
            () ->
                CamelVersions.check(
                    new DefaultCamelContext().getVersion(), getClass().getClassLoader()))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> CamelVersions.check("4.22.0", getClass().getClassLoader()))
        .hasMessageContaining("camel-http-4.18.0.jar");
  }
}
