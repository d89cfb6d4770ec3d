package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** What a publication needs: the POM's fields, the sources, and the list of what is in the jar. */
class ReleaseIT {

  /** As Maven Central asks for them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "groupId",
        "artifactId",
        "version",
        "name",
        "description",
        "url",
        "licenses/license/name",
        "licenses/license/url",
        "developers/developer/name",
        "developers/developer/url",
        "scm/connection",
        "scm/developerConnection",
        "scm/url"
      })
  void thePomSays(String field) throws Exception {
    Document pom =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(Path.of("pom.xml").toFile());
    String value = XPathFactory.newInstance().newXPath().evaluate("/project/" + field, pom);
    assertThat(value).isNotBlank();
    if (field.endsWith("onnection")) {
      assertThat(value).startsWith("scm:git:");
    } else if (field.endsWith("url")) {
      assertThat(value).startsWith("https://");
    }
  }

  @Test
  void theListNamesWhatIsInTheRunnableJar() throws IOException {
    JsonNode list;
    Set<String> inJar = new TreeSet<>();
    try (JarFile jar = new JarFile("target/serp-routes.jar")) {
      ZipEntry entry = jar.getEntry("META-INF/sbom/serp-routes.cdx.json");
      assumeTrue(entry != null, "built offline, which makes no list");
      list = new ObjectMapper().readTree(jar.getInputStream(entry));
      for (ZipEntry file : jar.stream().toList()) {
        if (file.getName().matches("META-INF/maven/.+/pom.properties")) {
          inJar.add(purl(jar.getInputStream(file)));
        }
      }
    }
    assertThat(list.path("bomFormat").asText()).isEqualTo("CycloneDX");
    Set<String> listed = new TreeSet<>();
    listed.add(withoutType(list.at("/metadata/component")));
    for (JsonNode part : list.path("components")) {
      listed.add(withoutType(part));
      assertThat(part.path("licenses")).as(part.path("name").asText()).isNotEmpty();
    }
    inJar.removeIf(purl -> purl.startsWith("pkg:maven/org.jctools/")); // a part of netty-common
    assertThat(inJar).hasSizeGreaterThan(60);
    assertThat(listed)
        .containsAll(inJar)
        .noneMatch(purl -> purl.matches("pkg:maven/org\\.(springframework|junit|wiremock).*"));
    // another version may have other vulnerabilities: then that page needs another look
    String page = Files.readString(Path.of("SECURITY.md"));
    List<MatchResult> versions =
        Pattern.compile("(?m)^\\| ([a-z0-9-]+) (\\d\\S+) \\|").matcher(page).results().toList();
    assertThat(versions).hasSizeGreaterThan(5);
    for (MatchResult version : versions) {
      assertThat(listed)
          .anyMatch(purl -> purl.endsWith("/" + version.group(1) + "@" + version.group(2)));
    }
  }

  private static String purl(InputStream pomProperties) throws IOException {
    Properties pom = new Properties();
    pom.load(pomProperties);
    return "pkg:maven/%s/%s@%s"
        .formatted(
            pom.getProperty("groupId"), pom.getProperty("artifactId"), pom.getProperty("version"));
  }

  private static String withoutType(JsonNode part) {
    return part.path("purl").asText().replaceFirst("\\?.*", "");
  }

  @Test
  void theSourcesHoldEveryClassAndRoute() throws IOException {
    Path sources;
    try (var jars = Files.newDirectoryStream(Path.of("target"), "serp-routes-*-sources.jar")) {
      sources = jars.iterator().next();
    }
    try (JarFile jar = new JarFile(sources.toFile())) {
      assertThat(jar.getEntry("io/serproutes/SerpRoutes.java")).isNotNull();
      assertThat(jar.getEntry("serp-routes/core/task-results.camel.yaml")).isNotNull();
    }
  }
}
