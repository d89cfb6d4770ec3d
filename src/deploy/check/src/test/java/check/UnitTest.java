package check;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command and the variables of the systemd unit start a program that works and stops. */
class UnitTest {

  private static final Path FOLDER = Path.of("src/deploy/systemd");
  private static final Pattern VARIABLE = Pattern.compile("(?m)^(SERP_\\w+)=(.*)$");
  private static final String ID = "00000000-0000-0000-0000-000000000000";

  @Test
  void itWorksAndStops(@TempDir Path temp) throws Exception {
    Path credentials = Files.createDirectories(temp.resolve("credentials"));
    Files.writeString(credentials.resolve(entry("LoadCredential").split(":")[0]), "of-the-api\n");
    Map<String, String> variables = new TreeMap<>();
    for (MatchResult line : lines(VARIABLE, "serp-routes.env")) {
      variables.put(line.group(1), line.group(2));
    }
    for (MatchResult line : lines(entries("Environment"), "serp-routes.service")) {
      String[] variable = line.group(2).replace("%d", credentials.toString()).split("=");
      variables.put(variable[0], variable[1]);
    }
    assertEquals("143", entry("SuccessExitStatus")); // of a JVM that SIGTERM ends early
    assertEquals("C.UTF-8", variables.get("LANG")); // systemd may set none
    String command =
        entry("ExecStart")
            .replace("/usr/bin/java ", "")
            .replace("/opt/serp-routes/jvm.options", Path.of("config/jvm.options").toAbsolutePath().toString())
            .replace("/opt/serp-routes/serp-routes.jar", System.getProperty("sandbox.jar"));
    Path state = Files.createDirectories(temp.resolve("state"));
    Files.createDirectories(state.resolve("inbox"));
    Files.writeString(state.resolve("inbox/ids.txt"), ID);
    try (Sandbox sandbox =
        new Sandbox(
            "serp.api.login=" + variables.get("SERP_API_LOGIN"), "serp.api.password=of-the-api")) {
      assertTrue(variables.replace("SERP_API_BASE_URL", sandbox.address()) != null);
      try (Program program = new Program(state, List.of(command.split(" ")), variables)) {
        Path receipt = state.resolve("out/receipts/" + ID + ".json");
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> Files.exists(receipt) || !program.isAlive());
        assertTrue(Files.exists(receipt), program.output());
        assertEquals(0, program.stop(), program.output());
        assertFalse(program.output().contains("WARN"), program.output());
      }
    }
  }

  private static String entry(String name) throws IOException {
    List<MatchResult> found = lines(entries(name), "serp-routes.service");
    assertEquals(1, found.size(), name);
    return found.get(0).group(2);
  }

  private static Pattern entries(String name) {
    return Pattern.compile("(?m)^(" + name + ")=(.*)$");
  }

  private static List<MatchResult> lines(Pattern line, String file) throws IOException {
    return line.matcher(Files.readString(FOLDER.resolve(file))).results().toList();
  }
}
