package check;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/** A person works with a program that runs. */
class WorkTest {

  private static Path folder;
  private static Path downloads;
  @AutoClose private static Program program;
  @AutoClose private static Browser browser;

  @BeforeAll
  static void start(@TempDir Path temp) throws Exception {
    folder = temp.resolve("program");
    downloads = Files.createDirectory(temp.resolve("downloads"));
    program = new Program(folder, "serp.not-ready.delay=1h", "serp.not-ready.max-delay=1h");
    browser = new Browser(downloads);
  }

  @BeforeEach
  void open() {
    program.openIn(browser);
    browser.await(
        "a state",
        () -> !browser.the("#pause").getText().isEmpty() && browser.the("#pause").isEnabled());
  }

  private static void awaitDelivered(String id) {
    browser.await(
        "delivered " + id, () -> Files.exists(folder.resolve("out/receipts/" + id + ".json")));
  }

  /** An id that fails twice, which is as often as it is asked for, and then has a result. */
  private static String failsOnce(int number) {
    return "00000000-0000-0500-0002-0000000500%02d".formatted(number);
  }

  private static WebElement act(WebElement row) {
    return row.findElement(By.cssSelector("[data-act]"));
  }

  @Test
  void filesThatAreDroppedAreDelivered() {
    browser.drop(
        "과업 <b>.txt",
        """
        03171324-1535-0066-0000-d5ae1b2c3d01
        00000000-0000-0000-0000-000000040103
        00000000-0000-0000-0000-000000040602
        <script>alert(1)</script>
        """);
    browser.awaitText("#gifts", "kept as 과업 <b>.txt");
    WebElement row = browser.row("#file-rows", "과업 <b>.txt");
    browser.await("done", () -> browser.row("#file-rows", "과업 <b>.txt").getText().contains("done"));
    row = browser.row("#file-rows", "과업 <b>.txt");
    assertTrue(row.getText().contains("1 delivered, 1 parked, 2 dead letters"), row.getText());
    awaitDelivered("03171324-1535-0066-0000-d5ae1b2c3d01");
    browser.awaitText("#tile-parked .note", "next due in");
    browser.awaitText("#parked-rows", "00000000-0000-0000-0000-000000040602");
    browser.row("#letter-rows", "<script>alert(1)</script>");
    assertTrue(browser.row("#letter-rows", "40103").getText().contains("과업 <b>.txt:2"));
    assertFalse(act(browser.row("#letter-rows", "40103")).isDisplayed());
    assertTrue(browser.row("#group-rows", "task-failed").getText().contains("post the task again"));
    browser.await("idle", () -> browser.driver.getTitle().equals("idle · serp-routes"));
    browser.assertQuiet();
  }

  @Test
  void aFileThatIsChosenIsDelivered(@TempDir Path temp) throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("chosen.csv"), "task_id\n03171324-1535-0066-0000-d5ae1b2c3d02\n");
    browser.the("#files").sendKeys(file.toString());
    browser.awaitText("#gifts", "kept as chosen.csv");
    awaitDelivered("03171324-1535-0066-0000-d5ae1b2c3d02");
  }

  @Test
  void aFileOfAnotherKindIsNotKept() {
    browser.drop("photo.png", "x");
    browser.awaitText("#gifts", "not kept: ");
    assertFalse(Files.exists(folder.resolve("inbox/photo.png")));
  }

  @Test
  void idsThatArePastedAreDelivered() {
    browser
        .the("#paste")
        .sendKeys(
            "03171324-1535-0066-0000-d5ae1b2c3d03 <i>no</i> 03171324-1535-0066-0000-d5ae1b2c3d04");
    browser.the("#paste-button").click();
    browser.awaitText("#gifts", "2 ids kept in ");
    browser.awaitText("#gifts", "left out, since they are no ids: <i>no</i>");
    assertEquals("", browser.the("#paste").getAttribute("value"));
    awaitDelivered("03171324-1535-0066-0000-d5ae1b2c3d03");
    awaitDelivered("03171324-1535-0066-0000-d5ae1b2c3d04");
  }

  @Test
  void deadLettersAreAskedForAgain() {
    List<String> ids = List.of(failsOnce(1), failsOnce(2), failsOnce(3), failsOnce(4));
    browser.drop("fail.txt", String.join("\n", ids));
    ids.forEach(id -> browser.row("#letter-rows", id));
    browser.row("#group-rows", "retries-exhausted");

    act(browser.row("#letter-rows", ids.get(0))).click();
    browser.awaitText("#letters-said", "1 id is asked for again");
    awaitGone(ids.get(0));

    browser.row("#letter-rows", ids.get(1)).findElement(By.cssSelector("input")).click();
    browser.the("#ask-chosen").click();
    awaitGone(ids.get(1));

    act(browser.row("#group-rows", "retries-exhausted")).click();
    browser.await("the question", () -> browser.the("#confirm").isDisplayed());
    assertTrue(browser.the("#confirm").getText().contains("Ask again for 2 ids?"));
    browser.the("#confirm-yes").click();
    browser.awaitText("#letters-said", "2 ids are asked for again");
    awaitGone(ids.get(2));
    awaitGone(ids.get(3));
    ids.forEach(WorkTest::awaitDelivered);
    browser.assertQuiet();
  }

  // an id that has been delivered since is no dead letter
  private static void awaitGone(String id) {
    browser.await(id + " is delivered", () -> !browser.the("#dead-letters").getText().contains(id));
  }

  @Test
  void theDeadLettersOfOneReasonAreShown() {
    browser.drop("reasons.txt", "no id\n00000000-0000-0000-0000-000000040403\n");
    browser.row("#group-rows", "expired").findElement(By.cssSelector("button.as-link")).click();
    browser.awaitText("#rows-title", "The newest with expired");
    browser.await("no others", () -> !browser.the("#letter-rows").getText().contains("invalid-id"));
    browser.row("#letter-rows", "00000000-0000-0000-0000-000000040403");
    browser.the("#all-reasons").click();
    browser.row("#letter-rows", "invalid-id");
  }

  @Test
  void itTellsWhatBecameOfAnId() {
    String id = "03171324-1535-0066-0000-d5ae1b2c3d05";
    browser.drop("look.txt", id);
    awaitDelivered(id);
    browser.the("#id").sendKeys(id.toUpperCase());
    browser.the("#id-form button").click();
    browser.awaitText("#id-said", "Delivered.");
    browser.awaitText("#id-facts", "folder:look.txt:1");
    assertTrue(browser.all("#item-rows tr").size() >= 20);
    assertTrue(browser.the("#item-rows").getText().matches("(?s).*[가-힣].*"));
    browser.the("#id").clear();
    browser.the("#id").sendKeys("03171324-1535-0066-0000-ffffffffffff");
    browser.the("#id-form button").click();
    browser.awaitText("#id-said", "Nothing is known of this id.");
    browser.the("#id").clear();
    browser.the("#id").sendKeys("../../etc/passwd");
    browser.the("#id-form button").click();
    browser.await("a refusal", () -> browser.the("#id-said").getAttribute("class").contains("bad"));
  }

  @Test
  void resultsAreDownloaded() throws IOException {
    String id = "03171324-1535-0066-0000-d5ae1b2c3d06";
    browser.drop("download.txt", id);
    awaitDelivered(id);
    byte[] table = download("csv");
    assertEquals("\uFEFF", new String(table, 0, 3, UTF_8));
    String csv = new String(table, UTF_8);
    assertTrue(csv.contains(id) && csv.matches("(?s).*[가-힣].*"), csv);
    String lines = new String(download("jsonl"), UTF_8);
    assertTrue(lines.startsWith("{") && lines.contains(id), lines);
    browser.assertQuiet();
  }

  private static byte[] download(String format) throws IOException {
    browser
        .row("#download-rows", "organic")
        .findElement(By.cssSelector("[data-format=" + format + "]"))
        .click();
    browser.await(format + " is there", () -> !files(format).isEmpty());
    return Files.readAllBytes(files(format).get(0));
  }

  private static List<Path> files(String ending) {
    try (var files = Files.list(downloads)) {
      return files.filter(file -> file.toString().endsWith("." + ending)).toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void itIsPausedAndResumed() {
    browser.the("#pause").click();
    browser.await(
        "paused", () -> browser.the("#banner").getAttribute("data-state").equals("paused"));
    browser.drop("paused.txt", "03171324-1535-0066-0000-d5ae1b2c3d07");
    browser.awaitText("#gifts", "kept as paused.txt");
    browser.awaitText("#pause", "Resume");
    browser.await(
        "the file waits", () -> browser.row("#file-rows", "paused.txt").getText().contains("waits"));
    assertFalse(
        Files.exists(folder.resolve("out/receipts/03171324-1535-0066-0000-d5ae1b2c3d07.json")));
    browser.the("#pause").click();
    browser.awaitText("#pause", "Pause");
    awaitDelivered("03171324-1535-0066-0000-d5ae1b2c3d07");
  }

  @Test
  void theFootLeadsToHealthAndMetrics() {
    assertTrue(browser.the("#version").getText().startsWith("serp-routes "));
    List<String> links =
        browser.all("footer a").stream().map(link -> link.getAttribute("href")).toList();
    for (String link : links) {
      browser.driver.get(link);
      assertTrue(browser.driver.getPageSource().matches("(?s).*(UP|serp_|banner).*"), link);
    }
  }
}
