package check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;
import nu.validator.htmlparser.common.XmlViolationPolicy;
import nu.validator.htmlparser.sax.HtmlParser;
import org.junit.jupiter.api.Test;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** The files of the page as they lie in the jar. */
class HtmlTest {

  private static final int BUDGET = 100_000;

  /** The rules of the HTML standard for its syntax, and ours for its content. */
  private static final class Rules extends DefaultHandler {

    private final List<String> broken = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private final List<String> links = new ArrayList<>();

    @Override
    public void startElement(String uri, String name, String qName, Attributes attributes) {
      for (int i = 0; i < attributes.getLength(); i++) {
        String attribute = attributes.getLocalName(i);
        String value = attributes.getValue(i);
        if (attribute.equals("style") || attribute.startsWith("on")) {
          broken.add(name + " " + attribute + ": the Content-Security-Policy refuses it");
        } else if (attribute.equals("href") && value.startsWith("#")) {
          links.add(value.substring(1));
        } else if (List.of("href", "src").contains(attribute) && URI.create(value).isAbsolute()) {
          broken.add(value + ": the page works without internet");
        } else if (List.of("for", "aria-labelledby").contains(attribute)) {
          links.add(value);
        } else if (attribute.equals("id")) {
          assertFalse(ids.contains(value), value);
          ids.add(value);
        }
      }
    }

    @Override
    public void error(SAXParseException e) {
      broken.add(e.getLineNumber() + ": " + e.getMessage());
    }

    @Override
    public void warning(SAXParseException e) {
      error(e);
    }
  }

  @Test
  void isWellFormedAndRefersToNothingThatIsNotThere() throws Exception {
    Rules rules = new Rules();
    HtmlParser parser = new HtmlParser(XmlViolationPolicy.ALLOW);
    parser.setContentHandler(rules);
    parser.setErrorHandler(rules);
    try (ZipFile jar = new ZipFile(System.getProperty("program.jar"));
        InputStream page = jar.getInputStream(jar.getEntry("serp-page/index.html"))) {
      InputSource source = new InputSource(page);
      source.setEncoding("UTF-8");
      parser.parse(source);
    }
    assertEquals(List.of(), rules.broken);
    assertFalse(rules.ids.isEmpty());
    assertTrue(rules.ids.containsAll(rules.links), rules.links + " in " + rules.ids);
  }

  @Test
  void isSmall() throws Exception {
    try (ZipFile jar = new ZipFile(System.getProperty("program.jar"))) {
      long size =
          jar.stream()
              .filter(entry -> entry.getName().startsWith("serp-page/"))
              .mapToLong(entry -> entry.getSize())
              .sum();
      assertTrue(size > 0 && size < BUDGET, size + " bytes");
    }
  }
}
