package check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** A token guards what names an id, and what changes something. */
class TokenTest {

  private static final String TOKEN = "0123456789abcdefghijkl";
  private static final String ID = "03171324-1535-0066-0000-d5ae1b2c3d08";

  @Test
  void itIsTypedOnce(@TempDir Path temp) throws Exception {
    Path downloads = Files.createDirectory(temp.resolve("downloads"));
    try (Program program = new Program(temp.resolve("program"), "serp.page.token=" + TOKEN);
        Browser browser = new Browser(downloads)) {
      program.openIn(browser);
      browser.await("the question", () -> browser.the("#token").isDisplayed());
      assertFalse(browser.the("#pause").isEnabled());
      assertFalse(browser.the("#dead-letters").isDisplayed());
      assertTrue(browser.the("#plots").isDisplayed());

      type(browser, "another-token-of-some-length");
      browser.awaitText("#token-answer", "This is not the token.");
      browser.script("document.getElementById('token-answer').textContent = ''");
      type(browser, "토큰-no-header-holds-it");
      browser.awaitText("#token-answer", "This is not the token.");
      type(browser, TOKEN);
      browser.await("rights", () -> browser.the("#pause").isEnabled());
      assertFalse(browser.the("#token-needed").isDisplayed());
      assertEquals("", browser.the("#token").getAttribute("value"));

      browser.drop("ids.txt", ID);
      browser.awaitText("#gifts", "kept as ids.txt");
      Path receipt = temp.resolve("program/out/receipts/" + ID + ".json");
      browser.await("delivered", () -> Files.exists(receipt));
      browser
          .row("#download-rows", "organic")
          .findElement(By.cssSelector("[data-format=jsonl]"))
          .click();
      browser.await("a download", () -> containsId(downloads));

      browser.driver.navigate().refresh();
      browser.await("still", () -> browser.the("#pause").isEnabled());
      assertFalse(browser.driver.getCurrentUrl().contains(TOKEN));
      browser.script("sessionStorage.clear()");
      browser.await("asked for again", () -> browser.the("#token").isDisplayed());
    }
  }

  private static void type(Browser browser, String token) {
    browser.the("#token").sendKeys(token);
    browser.the("#token-form button").click();
  }

  private static boolean containsId(Path folder) {
    try (var files = Files.newDirectoryStream(folder, "*.jsonl")) {
      for (Path file : files) {
        return Files.readString(file).contains(ID);
      }
      return false;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
