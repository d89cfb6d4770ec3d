package check;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/** Takes the pictures of src/docs: {@code PICTURES=take}. Runs for some minutes. */
@EnabledIfEnvironmentVariable(named = "PICTURES", matches = "take")
class PicturesTest {

  private static final long LARGEST = 100_000;
  private static final Path PICTURES = Path.of(System.getProperty("pictures.folder"));

  private static String ids(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj("11261410-1535-0066-0000-%012x"::formatted)
        .collect(Collectors.joining("\n"));
  }

  private static String failing(String digits, int number) {
    return IntStream.range(0, number)
        .mapToObj(i -> "00000000-0000-%s-%012d".formatted(digits, 50000 + i))
        .collect(Collectors.joining("\n"));
  }

  private static void take(Browser browser, String name) throws Exception {
    Path file = PICTURES.resolve(name + ".png");
    Picture.take(browser, file);
    assertTrue(Files.size(file) < LARGEST, name + ": " + Files.size(file));
  }

  @Test
  void take(@TempDir Path temp) throws Exception {
    try (Program program =
            new Program(temp, "serp.sandbox.latency=250ms", "serp.not-ready.delay=10m");
        Browser browser = new Browser(temp)) {
      program.openIn(browser);
      browser.awaitText("#pause", "Pause");
      browser.drop("naver-2026-11-25.txt", ids(0, 1500));
      browser.drop("naver-2026-11-26.txt", ids(1500, 12000));
      browser.drop("again.txt", failing("0500-0009", 12) + "\n" + letters());
      browser.drop("orders.csv", "date;amount\n2026-11-26;12\n");
      browser.await("done", () -> browser.the("#file-rows").getText().contains("done"));
      browser.await(
          "a first file", () -> figure(browser, "#tile-done") > 6000, Duration.ofMinutes(8));
      browser.screen(1280, 762);
      take(browser, "page-light");
      browser.prefers("dark");
      take(browser, "page-dark");
      browser.prefers("light");
      browser.screen(360, 760);
      take(browser, "page-narrow");
      browser.screen(1280, 620);
      browser.script("document.getElementById('dead-letters').scrollIntoView()");
      take(browser, "page-dead-letters");
    }
  }

  private static String letters() {
    return Stream.of("40401", "40403", "40602", "40103")
        .map(code -> "00000000-0000-0000-0000-0000000" + code)
        .collect(Collectors.joining("\n", "", "\nno id\n"));
  }

  private static long figure(Browser browser, String tile) {
    return Long.parseLong(
        browser.the(tile + " .value").getText().replace(",", "").replace("–", "0"));
  }

  @Test
  void takeHalted(@TempDir Path temp) throws Exception {
    try (Program program = new Program(temp, "serp.sandbox.latency=50ms");
        Browser browser = new Browser(temp)) {
      program.openIn(browser);
      browser.awaitText("#pause", "Pause");
      String unpaid = "\n00000000-0000-0402-0000-000000000000\n";
      browser.drop("naver-2026-11-26.txt", ids(0, 300) + unpaid + ids(300, 1780));
      browser.awaitText("#banner-text", "Halted");
      browser.screen(1280, 250);
      take(browser, "page-halted");
    }
  }
}
