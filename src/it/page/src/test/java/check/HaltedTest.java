package check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The account has no money left, and then the program is gone. */
class HaltedTest {

  private static final String UNPAID = "00000000-0000-0402-0000-000000000000";

  @Test
  void itSaysWhyItIsHaltedAndThatThereIsNoContact(@TempDir Path temp) throws Exception {
    try (Program program = new Program(temp.resolve("program"));
        Browser browser = new Browser(temp)) {
      program.openIn(browser);
      browser.awaitText("#pause", "Pause");
      browser.drop("unpaid.txt", UNPAID);
      browser.awaitText("#banner-text", "Halted: the account has no money left (HTTP 402)");
      String banner = browser.the("#banner-text").getText();
      assertTrue(banner.contains("1 id is kept"), banner);
      assertTrue(banner.contains("Top it up"), banner);
      assertEquals("halted", browser.the("#banner").getAttribute("data-state"));
      assertEquals("halted · serp-routes", browser.driver.getTitle());
      program.close();
      browser.awaitText("#banner-text", "No contact with the program since");
    }
  }
}
