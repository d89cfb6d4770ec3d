package io.serproutes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a JSON document, exactly as it stands there. Jackson only says whether the document is
 * valid; where its values lie is found by counting brackets. What the product reads with Jackson is
 * held against it.
 */
public final class RawJson {

  /** A member of an object; a name may be repeated. */
  public record Member(String name, RawJson value) {}

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final String text;
  private final Charset charset; // of the bytes that the characters of text are; null: characters
  private final int from;
  private final int to;

  private RawJson(String text, Charset charset, int from) {
    this.text = text;
    this.charset = charset;
    this.from = from;
    this.to = end(text, from);
  }

  /** A document in UTF-8, whose values count in bytes; null where it is no valid JSON. */
  public static RawJson of(byte[] document) {
    String text = new String(document, ISO_8859_1);
    int mark = text.startsWith("\u00ef\u00bb\u00bf") ? 3 : 0;
    try (JsonParser p = FACTORY.createParser(document)) {
      return isOneValue(p) ? new RawJson(text, UTF_8, space(text, mark)) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** A document; null where it is no valid JSON. */
  public static RawJson of(String document) {
    try (JsonParser p = FACTORY.createParser(document)) {
      return isOneValue(p) ? new RawJson(document, null, space(document, 0)) : null;
    } catch (IOException e) {
      return null;
    }
  }

  private static boolean isOneValue(JsonParser p) throws IOException {
    boolean isOver = false;
    while (p.nextToken() != null) {
      if (isOver) {
        return false;
      }
      p.getTextLength(); // else a text would only be skipped
      isOver = p.getParsingContext().inRoot();
    }
    return isOver;
  }

  /** The value as it stands in the document. */
  public String raw() {
    return text.substring(from, to);
  }

  public boolean isObject() {
    return text.charAt(from) == '{';
  }

  public boolean isArray() {
    return text.charAt(from) == '[';
  }

  public boolean isText() {
    return text.charAt(from) == '"';
  }

  public boolean isNull() {
    return text.charAt(from) == 'n';
  }

  /** What a text says; null for any other value. */
  public String string() {
    if (!isText()) {
      return null;
    }
    String raw = raw();
    boolean isPlain = raw.chars().allMatch(c -> c != '\\' && c < 0x80);
    return isPlain ? raw.substring(1, raw.length() - 1) : read(raw);
  }

  private String read(String raw) {
    try (JsonParser p =
        charset == null
            ? FACTORY.createParser(raw)
            : FACTORY.createParser(raw.getBytes(ISO_8859_1))) {
      p.nextToken();
      return p.getText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The elements of an array; none for any other value. */
  public List<RawJson> elements() {
    List<RawJson> elements = new ArrayList<>();
    int at = isArray() ? space(text, from + 1) : to;
    while (at < to && text.charAt(at) != ']') {
      RawJson element = new RawJson(text, charset, at);
      elements.add(element);
      at = separator(element.to);
    }
    return elements;
  }

  /** The members of an object, in order; none for any other value. */
  public List<Member> memberList() {
    List<Member> members = new ArrayList<>();
    int at = isObject() ? space(text, from + 1) : to;
    while (at < to && text.charAt(at) != '}') {
      RawJson name = new RawJson(text, charset, at);
      int colon = space(text, name.to);
      RawJson value = new RawJson(text, charset, space(text, colon + 1));
      members.add(new Member(name.string(), value));
      at = separator(value.to);
    }
    return members;
  }

  /** The members of an object by name; of a name that is repeated the last one. */
  public Map<String, RawJson> members() {
    Map<String, RawJson> members = new LinkedHashMap<>();
    memberList().forEach(member -> members.put(member.name, member.value));
    return members;
  }

  private int separator(int at) {
    int next = space(text, at);
    return text.charAt(next) == ',' ? space(text, next + 1) : next;
  }

  private static int space(String text, int from) {
    int at = from;
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private static int end(String text, int from) {
    int depth = 0;
    int at = from;
    do {
      char c = text.charAt(at);
      if (c == '"') {
        at = endOfText(text, at);
        continue;
      }
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      at++;
      if (depth == 0 && c != '}' && c != ']') {
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
          at++; // a number or a word
        }
      }
    } while (depth > 0);
    return at;
  }

  private static int endOfText(String text, int from) {
    int at = from + 1;
    while (text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  @Override
  public String toString() {
    return raw();
  }
}
