package check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/** Light and dark, wide and narrow, by keyboard, with a screen reader. */
class LooksTest {

  @AutoClose private static StandIn program;
  @AutoClose private static Browser browser;

  @BeforeAll
  static void open(@TempDir Path downloads) throws Exception {
    program = new StandIn();
    browser = new Browser(downloads);
  }

  @BeforeEach
  void everythingIsShown() {
    browser.prefers("light");
    browser.screen(1280, 900);
    browser.open(program.address());
    browser.await("four plots", () -> browser.all(".plot canvas").size() == 4);
    browser.row("#letter-rows", "expired");
    browser.the("#id").sendKeys("07031739-1535-0139-0000-9d1e639a5b5d");
    browser.the("#id-form button").click();
    browser.awaitText("#item-rows", "아이폰");
    browser.the("#id-found summary").click();
  }

  // the next Tab goes where it would for a visitor who has clicked nowhere
  private static void startAnew() {
    browser.driver.navigate().refresh();
    browser.await("four plots", () -> browser.all(".plot canvas").size() == 4);
    browser.row("#letter-rows", "expired");
  }

  @ParameterizedTest
  @CsvSource({"light, 1280", "dark, 1280", "light, 360", "dark, 360"})
  void hasNoBarriers(String scheme, int width) {
    browser.prefers(scheme);
    browser.screen(width, 900);
    assertEquals(List.of(), browser.barriers());
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void theDialogHasNoBarriers(String scheme) {
    browser.prefers(scheme);
    browser.row("#group-rows", "not-ready").findElement(By.cssSelector("[data-act]")).click();
    browser.await("the dialog", () -> browser.the("#confirm").isDisplayed());
    assertTrue(browser.the("#confirm-text").getText().matches(".* limits\\. [A-Z].*\\."));
    assertEquals(List.of(), browser.barriers());
    new Actions(browser.driver).moveToElement(browser.the("#confirm-yes")).perform();
    assertEquals(List.of(), browser.barriers());
  }

  @Test
  void noNumberAndNoWordIsBroken() {
    browser.screen(360, 900);
    assertEquals(
        "",
        browser.script(
            """
            const lines = each => {
              const range = document.createRange();
              range.selectNodeContents(each);
              return new Set([...range.getClientRects()].map(box => box.top)).size;
            };
            return [...document.querySelectorAll('td.number, .downloads td')]
              .filter(each => lines(each) > 1 && !each.textContent.trim().includes(' '))
              .map(each => each.textContent).join(' ');
            """));
  }

  @ParameterizedTest
  @ValueSource(ints = {360, 480, 700, 1024})
  void fitsIntoTheScreen(int width) {
    browser.screen(width, 800);
    browser.await(
        "the plots fit",
        () ->
            browser.all(".plot canvas").stream()
                .allMatch(plot -> plot.getRect().getX() + plot.getRect().getWidth() <= width));
    assertEquals(
        "",
        browser.script(
            """
            return [...document.querySelectorAll('body *')]
              .filter(each => !each.closest('.scroll *, template, .unseen, pre'))
              .filter(each => each.getBoundingClientRect().right > innerWidth + 0.5)
              .map(each => each.tagName + ' ' + each.id + ' ' + each.className).join(', ');
            """));
    assertEquals((long) width, browser.script("return document.scrollingElement.scrollWidth"));
  }

  @Test
  void isDarkWhereThatIsPreferred() {
    assertTrue(brightness("document.body") > 200);
    browser.prefers("dark");
    assertTrue(brightness("document.body") < 60);
    assertTrue(brightness("document.getElementById('plots')") < 60);
    browser.await("the plots are drawn anew", () -> browser.all(".plot canvas").size() == 4);
  }

  private static long brightness(String element) {
    return (Long)
        browser.script(
            "return Math.max(...getComputedStyle("
                + element
                + ").backgroundColor.match(/\\d+/g).slice(0, 3).map(Number))");
  }

  /** Tab goes through all that can be used, in the order of the page, and shows where it is. */
  @Test
  void everythingIsReachedByKeyboardAndSeen() {
    startAnew();
    String usable = "a[href], button, input, select, textarea, summary, [tabindex=\"0\"]";
    long wanted =
        (Long)
            browser.script(
                "return [...document.querySelectorAll(arguments[0])].filter(each =>"
                    + " each.checkVisibility() && !each.disabled && each.tabIndex >= 0).length",
                usable);
    browser.script("window.reached = []");
    for (int i = 0; i < wanted; i++) {
      new Actions(browser.driver).sendKeys(Keys.TAB).perform();
      assertEquals(
          "",
          browser.script(
              """
              const here = document.activeElement, box = here.getBoundingClientRect();
              const name = here.tagName + ' ' + here.id + ' ' + here.textContent;
              const style = getComputedStyle(here), problems = [];
              const isSeen = style.outlineStyle === 'solid' && parseFloat(style.outlineWidth) >= 2;
              if (!isSeen) problems.push('no outline: ' + name);
              if (box.bottom < 0 || box.top > innerHeight) problems.push('not in sight: ' + name);
              if (reached.includes(here)) problems.push('again: ' + name);
              reached.push(here);
              return problems.join(', ');
              """));
    }
    assertEquals(wanted, browser.script("return reached.length"));
    assertEquals(
        true,
        browser.script(
            "return reached.every((each, i) => i === 0 || reached[i -"
                + " 1].compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING)"));
  }

  @Test
  void tilesLeadToTheirListsByKeyboard() {
    startAnew();
    new Actions(browser.driver).sendKeys(Keys.TAB, Keys.ENTER, Keys.TAB, Keys.TAB).perform();
    assertEquals("tile-rate", browser.script("return document.activeElement.id"));
    browser.the("#tile-dead-letters").sendKeys(Keys.ENTER);
    browser.await(
        "the dead letters",
        () -> (boolean) browser.script("return document.activeElement.id === 'dead-letters'"));
    assertEquals(
        true,
        browser.script(
            "return Math.abs(document.getElementById('dead-letters').getBoundingClientRect().top) <"
                + " 60"));
    for (String target :
        browser.all(".tile").stream().map(tile -> tile.getAttribute("hash")).toList()) {
      assertTrue(browser.the(target).isDisplayed(), target);
    }
  }

  @Test
  void theDialogIsLeftByEscapeAndFocusReturns() {
    browser.script("document.querySelectorAll('#group-rows [data-act]:not([hidden])')[0].focus()");
    new Actions(browser.driver).sendKeys(Keys.ENTER).perform();
    browser.await("the dialog", () -> browser.the("#confirm").isDisplayed());
    assertEquals(
        true,
        browser.script(
            "return document.getElementById('confirm').contains(document.activeElement)"));
    new Actions(browser.driver).sendKeys(Keys.ESCAPE).perform();
    browser.await("no dialog", () -> !browser.the("#confirm").isDisplayed());
    assertEquals(
        "Ask again for all 60", browser.script("return document.activeElement.textContent"));
  }
}
