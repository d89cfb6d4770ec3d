package check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;

/**
 * While answers are late, are refusals or bring something new, nothing that a person typed, chose
 * or was told is lost.
 */
class PatienceTest {

  private static final String STATUS = "/observe/status";
  private static final String LETTERS = "/observe/dead-letters";
  private static final String GIVEN = "{\"to\":\"page.txt\",\"ids\":1,\"not_ids\":[]}";

  @AutoClose private static Browser browser;

  @AutoClose private StandIn program;

  @BeforeAll
  static void openBrowser(@TempDir Path downloads) {
    browser = new Browser(downloads);
  }

  @BeforeEach
  void open() throws Exception {
    program = new StandIn();
    letters(1, 12);
    browser.open(program.address());
    browser.row("#letter-rows", id(12));
  }

  private static String id(int n) {
    return "07031739-1535-0139-0000-%012d".formatted(n);
  }

  /** Dead letters of the ids of these numbers, the newest first. */
  private void letters(int first, int last) {
    program.answer(
        LETTERS,
        IntStream.rangeClosed(-last, -first)
            .mapToObj(
                i ->
                    """
                    {"at":"2026-11-26T14:%02d:00.000Z","reason":"not-ready","id":"%s","input":null,
                    "source":"folder:ids.txt:1","status_code":40602,"http_status":200,
                    "status_message":"Task In Queue.","attempts":1}"""
                        .formatted(-i, id(-i)))
            .collect(
                Collectors.joining(
                    ",",
                    "{\"groups\":[{\"reason\":\"not-ready\",\"count\":"
                        + last
                        + ",\"advice\":\"replay it later\",\"ask_again\":true}],\"rows\":[",
                    "]}")));
  }

  private void status(String what, String by) {
    String before = program.answer(STATUS);
    assertTrue(before.contains(what), what);
    program.answer(STATUS, before.replace(what, by));
  }

  private static WebElement in(String id, String css) {
    return browser.row("#letter-rows", id).findElement(By.cssSelector(css));
  }

  private void awaitStatus() {
    int before = program.sent(STATUS).size();
    browser.await("two more", () -> program.sent(STATUS).size() >= before + 2);
  }

  @Test
  void allThatAreShownAreChosen() {
    browser.the("#choose-all").click();
    browser.awaitText("#ask-chosen", "Ask again for 10 ids");
    assertTrue(browser.the("#choose-all").isSelected());
    browser.the("#choose-all").click();
    browser.awaitText("#ask-chosen", "Ask again for those chosen");
    assertEquals(0, browser.all("#letter-rows input:checked").size());
  }

  @Test
  void aNewDeadLetterTakesNeitherChoiceNorFocus() {
    in(id(3), "input").click();
    WebElement box = in(id(12), "input");
    box.click();
    letters(1, 13);
    status("\"not-ready\":60", "\"not-ready\":61");
    browser.row("#letter-rows", id(13));
    assertEquals(box, browser.driver.switchTo().activeElement());
    browser.awaitText("#ask-chosen", "Ask again for 2 ids");
    browser.the("#more-letters").click();
    assertTrue(in(id(3), "input").isSelected());
    assertTrue(box.isSelected());
  }

  @Test
  void theCountOfAReasonTakesNoFocus() {
    WebElement all = browser.the("#group-rows [data-act]");
    browser.script("arguments[0].focus()", all);
    letters(1, 13);
    status("\"not-ready\":60", "\"not-ready\":61");
    browser.awaitText("#group-rows", "Ask again for all 13");
    assertEquals(all, browser.driver.switchTo().activeElement());
  }

  @Test
  void askingForOneLeavesTheOthersChosenAndASecondPressAsksForNothing() {
    program.answer("/observe/ask-again", GIVEN);
    program.hold("/observe/ask-again");
    in(id(11), "input").click();
    in(id(12), "[data-act]").click();
    browser.await("it waits", () -> !browser.the("#ask-chosen").isEnabled());
    awaitStatus();
    assertEquals(0, browser.all("[data-act]:enabled").size());
    program.release("/observe/ask-again");
    browser.awaitText("#letters-said", "1 id is asked for again");
    browser.awaitText("#ask-chosen", "Ask again for 1 id");
    assertTrue(browser.the("#ask-chosen").isEnabled());
    assertTrue(in(id(11), "[data-act]").isEnabled());
    assertEquals("Asked", in(id(12), "[data-act]").getText());
    assertEquals(
        List.of("{\"ids\":[\"" + id(12) + "\"]}"), program.sent("/observe/ask-again"));
  }

  @Test
  void whatIsTypedWhileIdsAreGivenStaysAndASecondPressGivesNothing() {
    program.answer("/observe/ids", GIVEN);
    program.hold("/observe/ids");
    browser.the("#paste").sendKeys(id(1));
    browser.the("#paste-button").click();
    browser.awaitText("#gifts", "is being sent");
    awaitStatus();
    assertFalse(browser.the("#paste-button").isEnabled());
    browser.the("#paste").sendKeys(" " + id(2));
    program.release("/observe/ids");
    browser.awaitText("#gifts", "1 id kept in page.txt");
    assertEquals(id(1) + " " + id(2), browser.the("#paste").getAttribute("value"));
    assertTrue(browser.the("#paste-button").isEnabled());
    assertEquals(List.of(id(1)), program.sent("/observe/ids"));
  }

  @Test
  void aFileThatAProxyAnswersWithAPageOfItsOwnHoldsUpNoOther() {
    program.answer("/observe/files", "<p>Log in</p>");
    browser.drop("first.txt", id(1));
    browser.awaitText("#gifts", "not kept: it could not be read, or the program cannot be reached");
    program.answer("/observe/files", "{\"to\":\"second.txt\",\"ids\":null,\"not_ids\":[]}");
    browser.drop("second.txt", id(2));
    browser.awaitText("#gifts", "kept as second.txt");
  }

  @Test
  void theAnswerOfAnEarlierLookUpIsNotShown() throws Exception {
    String slow = "/observe/id?id=" + id(1);
    String found = StandIn.resource("id.json");
    String sample = "07031739-1535-0139-0000-9d1e639a5b5d";
    program.answer(slow, found.replace(sample, id(1)));
    program.answer("/observe/id?id=" + id(2), found.replace(sample, id(2)));
    program.hold(slow);
    lookUp(id(1));
    browser.awaitText("#id-said", "Looking for it");
    lookUp(id(2));
    browser.awaitText("#id-said", id(2) + ": Delivered.");
    program.release(slow);
    browser.await(
        "the first answer is there",
        () ->
            (boolean)
                browser.script(
                    "return performance.getEntriesByType('resource')"
                        + ".some(each => each.name.endsWith(arguments[0]))",
                    slow));
    awaitStatus();
    assertTrue(browser.the("#id-said").getText().startsWith(id(2)));
    assertTrue(browser.the("#id-record").getAttribute("textContent").contains(id(2)));
  }

  private static void lookUp(String id) {
    browser.the("#id").clear();
    browser.the("#id").sendKeys(id);
    browser.the("#id-form button").click();
  }

  @Test
  void aListThatIsLateDoesNotHoldUpTheStatus() {
    program.hold(LETTERS);
    int before = program.sent(LETTERS).size();
    browser.driver.navigate().refresh();
    browser.await("the list is asked for", () -> program.sent(LETTERS).size() > before);
    awaitStatus();
    assertEquals(before + 1, program.sent(LETTERS).size());
    assertTrue(browser.the("#contact").getText().startsWith("as of "));
    program.release(LETTERS);
    browser.row("#letter-rows", id(12));
  }

  @Test
  void whyPauseIsRefusedIsToldUntilItIsNot() {
    program.refuse("/observe/pause", "Too much is asked at once.");
    browser.await("a state", () -> browser.the("#pause").isEnabled());
    browser.the("#pause").click();
    browser.awaitText("#pause-said", "Too much is asked at once.");
    awaitStatus();
    assertEquals("Too much is asked at once.", browser.the("#pause-said").getText());
    assertTrue(browser.the("#banner-text").getText().startsWith("Working"));
    program.answer("/observe/pause", "{\"state\":\"paused\"}");
    browser.the("#pause").click();
    browser.await("no words", () -> browser.the("#pause-said").getText().isEmpty());
  }

  @Test
  void whyAListWasNotReadIsToldUntilItIs() {
    program.refuse(LETTERS, "Too much is asked at once.");
    status("\"not-ready\":60", "\"not-ready\":61");
    browser.awaitText("#letters-unread", "Too much is asked at once.");
    letters(1, 13);
    browser.row("#letter-rows", id(13));
    assertEquals("", browser.the("#letters-unread").getText());
  }

  @Test
  void whyADownloadIsRefusedIsToldUntilTheNext() {
    program.refuse("/observe/results/ticket", "Too much is asked at once.");
    browser.script("sessionStorage.setItem('serp-page-token', '0123456789abcdefghijkl')");
    WebElement link = browser.the("#download-rows a");
    link.click();
    browser.awaitText("#results-said", "Too much is asked at once.");
    program.answer("/observe/results/ticket", "{\"ticket\":\"x\"}");
    link.click();
    browser.await("no words", () -> browser.the("#results-said").getText().isEmpty());
  }
}
