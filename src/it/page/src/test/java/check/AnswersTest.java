package check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;

/** What the page makes of answers, whatever is in them. */
class AnswersTest {

  private static final String STATUS = "/observe/status";
  private static final String LETTER = "07031739-1535-0139-0000-9d1e639a5b5d";

  @AutoClose private static Browser browser;

  @AutoClose private StandIn program;

  @BeforeAll
  static void openBrowser(@TempDir Path downloads) {
    browser = new Browser(downloads);
  }

  @BeforeEach
  void open() throws Exception {
    program = new StandIn();
    browser.open(program.address());
    browser.awaitText("#banner-text", "Working");
  }

  private void replace(String path, String what, String by) {
    String before = program.answer(path);
    assertTrue(before.contains(what), what);
    program.answer(path, before.replace(what, by));
  }

  private void lookUp() {
    browser.row("#letter-rows", LETTER);
    browser.the("#letter-rows button.as-link").click();
    browser.awaitText("#item-rows", "아이폰");
  }

  @Test
  void showsFigures() {
    assertEquals("33.1", browser.the("#tile-rate .value").getText());
    assertEquals("2,214 items/s", browser.the("#tile-rate .note").getText());
    assertEquals("next due in 43 s", browser.the("#tile-parked .note").getText());
    assertEquals("120,000", browser.the("#tile-done .value").getText());
    assertEquals("63", browser.the("#tile-dead-letters .value").getText());
    assertEquals("of 2,000 a minute", browser.the("#tile-calls .note").getText());
    String sources = browser.the("#source-list").getText();
    assertTrue(sources.contains("1 file in work, 1 file rejected"), sources);
    assertTrue(sources.contains("lag 1,200 records, 1 partition of this process"), sources);
    assertTrue(sources.contains("812 rows, 611 fed; 201 fed-before"), sources);
    assertTrue(sources.contains("no call yet; 3 × 404"), sources);
    assertTrue(browser.row("#file-rows", "rejected").getText().contains("bad gzip"));
    assertTrue(browser.row("#letter-rows", "50000").getText().contains("HTTP 500, 6 calls"));
    browser.assertQuiet();
  }

  @Test
  void everyPlotHasUnitsAndWords() {
    browser.await("four plots", () -> browser.all(".plot canvas").size() == 4);
    List<String> labels =
        browser.all(".plot .area").stream().map(area -> area.getAttribute("aria-label")).toList();
    assertEquals(
        List.of(
            "Ids a second, by outcome; now in ids/s: delivered 31.0, partial 0.2, empty 0,"
                + " dead-lettered 0, parked 0",
            "Items a second, by type; now in items/s: organic 1,610, paid 175, other 280",
            "Duration of a call; now in ms: median 191, 99 of 100 within 611",
            "Part of the limit of calls used; now in %: used 93.0"),
        labels);
  }

  /** Each text from outside is in the page as it is, and none became an element. */
  @Test
  void whatComesFromOutsideIsTextAndNeverMarkup() {
    lookUp();
    browser.awaitText("#file-rows", "<img src=x onerror=alert(1)>-과업");
    browser.awaitText("#source-list", "<script>alert(1)</script>.txt");
    browser.awaitText("#letter-rows", "\"><script>alert(1)</script>");
    browser.awaitText("#letter-rows", "folder:<i>ids</i>.txt:18");
    browser.awaitText("#parked-rows", "folder:<u>ids</u>.txt:3");
    browser.awaitText("#id-facts", "<svg onload=alert(1)>");
    browser.awaitText("#id-facts", "{\"a\":1}");
    browser.awaitText("#item-rows", "<b>케이스</b>");
    assertEquals(
        0L,
        browser.script(
            "return document.querySelectorAll('main img, main script, main svg, main i, main u, td b,"
                + " [onerror], [onload], [href^=javascript]').length"));
    browser.assertQuiet();
  }

  @Test
  void parkedIdsAreListedByTheTimeWhenTheyAreDue() {
    WebElement first = browser.row("#parked-rows", "07031739-1535-0139-0000-9d1e639a5b60");
    assertTrue(first.getText().contains("now"), first.getText());
    assertTrue(first.getText().contains("40602"), first.getText());
    assertEquals(2, browser.all("#parked-rows tr").size());
    assertTrue(browser.the("#parked-note").getText().startsWith("14 tasks are not ready yet"));
    browser.the("#parked-rows button.as-link").click();
    browser.awaitText("#item-rows", "아이폰");
    browser.assertQuiet();
  }

  /** The program tells the same time a millisecond earlier or later. */
  @Test
  void parkedIdsThatLookTheSameKeepTheirRowsAndTheFocusInThem() {
    browser.row("#parked-rows", "07031739-1535-0139-0000-9d1e639a5b60");
    browser.script("window.kept = [...document.querySelectorAll('#parked-rows tr')]");
    replace("/observe/parked", ".000Z", ".001Z");
    replace("/observe/parked", "\"parked\":14", "\"parked\":15");
    browser.awaitText("#parked-note", "15 tasks");
    assertEquals(true, browser.script("return kept.every(row => row.isConnected)"));
  }

  @Test
  void whereAskingAgainIsUselessItSaysWhatToDo() {
    WebElement row = browser.row("#letter-rows", "expired");
    assertTrue(row.getText().contains("post the task again"));
    assertFalse(row.getText().contains("Ask again"));
    assertTrue(browser.row("#letter-rows", "retries-exhausted").getText().contains("Ask again"));
    assertFalse(browser.row("#group-rows", "expired").getText().contains("Ask again"));
    assertTrue(browser.row("#group-rows", "not-ready").getText().contains("for all 60"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"halted", "paused", "stopping", "idle"})
  void theBannerTellsTheStateAndSpeaksOnlyWhenItChanges(String state) {
    browser.script("window.spoken = document.getElementById('live').textContent");
    replace(STATUS, "33.1 ids/s", "44.1 ids/s");
    browser.awaitText("#banner-text", "44.1 ids/s");
    assertEquals(
        true, browser.script("return spoken === document.getElementById('live').textContent"));
    replace(STATUS, "\"state\":\"working\"", "\"state\":\"" + state + "\"");
    replace(STATUS, "Working", "Otherwise");
    browser.await("its title", () -> browser.driver.getTitle().equals(state + " · serp-routes"));
    browser.awaitText("#banner-text", "Otherwise");
    assertEquals(state, browser.the("#banner").getAttribute("data-state"));
    assertTrue(browser.the("#live").getAttribute("textContent").contains("Otherwise"));
    assertEquals(state.equals("paused") ? "Resume" : "Pause", browser.the("#pause").getText());
    assertEquals(!state.equals("stopping"), browser.the("#pause").isEnabled());
  }

  @Test
  void withoutRightsTheButtonsSayWhy() {
    replace(STATUS, "\"actions\":\"on\"", "\"actions\":\"off\"");
    browser.await("no pause", () -> !browser.the("#pause").isEnabled());
    assertEquals("Off: serp.page.write=off.", browser.the("#pause").getAttribute("title"));
    assertFalse(browser.the("#choose").isEnabled());
    assertFalse(browser.the("#group-rows [data-act]:not([hidden])").isEnabled());
    browser.drop("ids.txt", LETTER);
    browser.awaitText("#gifts", "Off: serp.page.write=off.");
    replace(STATUS, "\"details\":\"on\"", "\"details\":\"off\"");
    browser.awaitText("#off", "serp.page.token is not set");
    assertFalse(browser.the("#dead-letters").isDisplayed());
    assertFalse(browser.the("#look-up").isDisplayed());
    assertTrue(browser.the("#plots").isDisplayed());
  }

  @Test
  void whereNothingTakesIdsTheButtonsSayWhy() {
    replace(STATUS, "\"takes\":\"folder\"", "\"takes\":null");
    browser.await("no files", () -> !browser.the("#choose").isEnabled());
    assertTrue(browser.the("#choose").getAttribute("title").contains("neither folder nor kafka"));
    assertTrue(browser.the("#pause").isEnabled());
  }

  /** A program that was started again has another hour behind it. */
  @Test
  void anotherProcessBringsItsOwnHistory() {
    browser.await("four plots", () -> browser.all(".plot canvas").size() == 4);
    replace("/observe/history", "31.0]", "77.0]");
    replace(STATUS, "2026-11-26T12:00:00.000Z", "2026-11-26T14:20:00.000Z");
    browser.awaitText("#plots .legend", "delivered 77.0");
  }

  @Test
  void asksAgainAndAgainButNotWhileHidden() {
    browser.await("it asks", () -> asked() >= 2);
    String first = browser.driver.getWindowHandle();
    browser.driver.manage().window().minimize();
    browser.await("it is hidden", () -> browser.script("return document.hidden").equals(true));
    long before = asked();
    browser.driver.switchTo().newWindow(WindowType.WINDOW).get(program.address());
    browser.await("the other window asks", () -> asked() >= 4);
    browser.driver.close();
    browser.driver.switchTo().window(first);
    assertTrue(asked() <= before + 1, asked() + " after " + before);
    browser.driver.manage().window().setSize(new Dimension(1280, 900));
    browser.await("it asks again", () -> asked() >= before + 3);
  }

  private long asked() {
    return (Long)
        browser.script(
            "return performance.getEntriesByType('resource')"
                + ".filter(each => each.name.endsWith('/observe/status')).length");
  }

  @Test
  void saysSinceWhenItHasNoContactAndThatItIsBack() throws Exception {
    program.answer(STATUS, "no JSON");
    browser.awaitText("#banner-text", "No contact with the program since");
    assertEquals("lost", browser.the("#banner").getAttribute("data-state"));
    browser.awaitText("#contact", "no contact since");
    assertEquals("120,000", browser.the("#tile-done .value").getText());
    program.answer(STATUS, StandIn.resource("status.json"));
    browser.awaitText("#banner-text", "Working");
    browser.awaitText("#contact", "as of");
  }
}
