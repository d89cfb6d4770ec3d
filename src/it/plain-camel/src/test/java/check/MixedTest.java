package check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** A host of another version of Camel that has not imported its BOM, as Maven resolves it. */
@Timeout(60)
@DisabledIfSystemProperty(named = "camel.version", matches = "4\\.18\\..*")
class MixedTest {

  @Test
  void theJarsOfAnotherVersionAreNamedInOneLine() throws Exception {
    String version = System.getProperty("camel.version");
    String jar = "camel-http-4.18.0.jar";
    String jars = System.getProperty("java.class.path");
    String mixed =
        jars.replace("/" + version + "/camel-http-" + version + ".jar", "/4.18.0/" + jar);
    assertNotEquals(jars, mixed);
    List<String> command = new ArrayList<>(Neighbour.java());
    command.addAll(List.of("-cp", mixed, "host.Host"));
    ProcessBuilder host = new ProcessBuilder(command).redirectErrorStream(true);
    host.environment().put("SERP_API_LOGIN", "login");
    host.environment().put("SERP_API_PASSWORD", "password");
    Process process = host.start();
    String said = new String(process.getInputStream().readAllBytes());
    assertNotEquals(0, process.waitFor());
    List<String> lines =
        said.lines().filter(line -> line.contains("IllegalSettingException")).toList();
    assertEquals(1, lines.size(), said);
    assertTrue(
        lines
            .get(0)
            .endsWith(
                "the class path mixes Camel "
                    + version
                    + " with other versions: "
                    + jar
                    + "; import org.apache.camel:camel-bom:"
                    + version
                    + " under dependencyManagement, in Spring Boot after camel-spring-boot-bom"),
        said);
  }
}
