package io.serproutes;

import static io.serproutes.SettingsCheck.require;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.Attributes.Name;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stops the start of a host whose jars of Camel do not belong together: they would fail later, by a
 * class or a method that is missing. Releases of one minor version, such as 4.18.0 and 4.18.1, do.
 */
final class CamelVersions {

  private static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final String TITLE = "Camel :: "; // not that of Spring's starters or of Quarkus
  private static final Pattern JAR = Pattern.compile("([^/!]+\\.jar)!?/" + MANIFEST + "$");
  private static final Pattern MINOR = Pattern.compile("\\d+\\.\\d+");

  private CamelVersions() {}

  /**
   * Checks the jars that a class loader sees.
   *
   * @param version that of the context, as all should have it
   * @throws IllegalSettingException where one has another; one line names all of them
   */
  static void check(String version, ClassLoader loader) {
    Set<String> others = new TreeSet<>();
    try {
      for (URL manifest : Collections.list(loader.getResources(MANIFEST))) {
        if (manifest.toString().contains("camel") && isOther(version, manifest)) {
          Matcher jar = JAR.matcher(manifest.toString());
          others.add(jar.find() ? jar.group(1) : manifest.toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    require(
        others.isEmpty(),
        "the class path mixes Camel "
            + version
            + " with other versions: "
            + String.join(", ", others)
            + "; import org.apache.camel:camel-bom:"
            + version
            + " under dependencyManagement, in Spring Boot after camel-spring-boot-bom");
  }

  private static boolean isOther(String version, URL manifest) throws IOException {
    URLConnection connection = manifest.openConnection();
    connection.setUseCaches(false); // would keep the jar open
    try (InputStream in = connection.getInputStream()) {
      Attributes jar = new Manifest(in).getMainAttributes();
      String title = jar.getValue(Name.IMPLEMENTATION_TITLE);
      String own = jar.getValue(Name.IMPLEMENTATION_VERSION);
      return title != null
          && title.startsWith(TITLE)
          && own != null
          && !minor(own).equals(minor(version));
    }
  }

  private static String minor(String version) {
    Matcher minor = MINOR.matcher(version);
    return minor.lookingAt() ? minor.group() : version;
  }
}
