package check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A browser without a window, at a page. */
final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String AXE =
      """
      const done = arguments[arguments.length - 1];
      axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
        .then(found => done(found.violations.map(v => v.id + ': ' + v.help + ' '
            + v.nodes.map(n => n.html + ' ' + n.failureSummary).join(' | '))));
      """;

  final ChromeDriver driver;

  /**
   * Starts it.
   *
   * @param downloads where downloads go
   */
  Browser(Path downloads) {
    Logger.getLogger("org.openqa.selenium").setLevel(Level.SEVERE);
    ChromeOptions options = new ChromeOptions();
    options.setBinary("/usr/bin/chromium");
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-dev-shm-usage",
        "--force-prefers-reduced-motion",
        "--hide-scrollbars",
        "--window-size=1280,900");
    options.setExperimentalOption(
        "prefs", Map.of("download.default_directory", downloads.toString()));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder()
                .usingDriverExecutable(new File("/usr/bin/chromedriver"))
                .build(),
            options);
  }

  /** Opens an address as a new visitor would. */
  Browser open(String address) {
    driver.get(address);
    driver.executeScript("sessionStorage.clear()");
    driver.navigate().refresh();
    return this;
  }

  WebElement the(String css) {
    return driver.findElement(By.cssSelector(css));
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** Waits until something holds; what is rewritten in between counts as not yet. */
  void await(String what, Supplier<Boolean> holds) {
    await(what, holds, PATIENCE);
  }

  /** Waits so long. */
  void await(String what, Supplier<Boolean> holds, Duration patience) {
    new WebDriverWait(driver, patience, Duration.ofMillis(100))
        .ignoring(StaleElementReferenceException.class)
        .ignoring(org.openqa.selenium.NoSuchElementException.class)
        .withMessage(() -> what + "; the page: " + the("body").getText())
        .until(ignored -> holds.get());
  }

  /** Waits until an element shows a text. */
  void awaitText(String css, String text) {
    await(css + " shows " + text, () -> the(css).getText().contains(text));
  }

  /** Waits for the row of a table that shows a text. */
  WebElement row(String rows, String text) {
    String css = rows + " > tr";
    await(
        "a row of " + rows + " shows " + text,
        () -> all(css).stream().anyMatch(row -> row.getText().contains(text)));
    return all(css).stream().filter(row -> row.getText().contains(text)).findFirst().orElseThrow();
  }

  /** Drops a file on the page. */
  void drop(String name, String text) {
    driver.executeScript(
        """
        const files = new DataTransfer();
        files.items.add(new File([arguments[1]], arguments[0]));
        for (const kind of ['dragenter', 'dragover', 'drop']) {
          document.getElementById('drop').dispatchEvent(
              new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer: files}));
        }
        """,
        name,
        text);
  }

  /** The screen has this size, in CSS pixels. */
  void screen(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
  }

  /** What the person prefers: {@code light} or {@code dark}. */
  void prefers(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** What is wrong for people with a disability, as axe finds it. */
  List<?> barriers() {
    try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
      driver.executeScript(new String(script.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return (List<?>) driver.executeAsyncScript(AXE);
  }

  /** No script failed, nothing was refused by the Content-Security-Policy. */
  void assertQuiet() {
    List<String> said =
        driver.manage().logs().get(LogType.BROWSER).getAll().stream()
            .filter(entry -> entry.getLevel().intValue() >= Level.SEVERE.intValue())
            .map(LogEntry::getMessage)
            .filter(text -> !text.contains("the server responded with a status of 4"))
            .toList();
    assertEquals(List.of(), said);
  }

  Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
