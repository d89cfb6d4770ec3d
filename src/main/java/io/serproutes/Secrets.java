package io.serproutes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.items.Webhooks;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds the API's credentials and the tokens of webhooks and the page, and removes them from every
 * text that is quoted: an answer may echo the request, and the URL of a webhook may be a secret of
 * the account owner.
 */
public final class Secrets {

  private static final int LONGEST_QUOTE = 300;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\u2028\u2029]+");
  private static final String HIDDEN = "***";
  private static final int SHORTEST_SECRET = 4;

  private final String basicToken;
  private final Pattern secret;

  /** The credentials of {@code serp.api.login} and {@code serp.api.password}. */
  public Secrets(Settings settings) {
    String login = settings.verbatim(Keys.LOGIN);
    String password = settings.verbatim(Keys.PASSWORD);
    String pair = login + ":" + password;
    basicToken = Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    String latin1Token = Base64.getEncoder().encodeToString(pair.getBytes(ISO_8859_1));
    secret =
        Pattern.compile(
            Stream.concat(
                    Stream.of(
                        basicToken,
                        latin1Token,
                        pair,
                        password,
                        login,
                        settings.verbatim(Keys.PAGE_TOKEN)),
                    Arrays.stream(settings.verbatim(Keys.WEBHOOKS_TOKEN).split(",")))
                .map(String::strip)
                .filter(text -> text.length() >= SHORTEST_SECRET)
                .sorted(Comparator.comparing(String::length).reversed()) // one may begin the other
                .map(Secrets::inAnyForm)
                .collect(Collectors.joining("|")));
  }

  // as an answer may echo it: each character plain, or escaped as in JSON or in a URL; the longest
  // form comes first, so that no rest of it stays
  private static String inAnyForm(String text) {
    return text.codePoints()
        .mapToObj(Character::toString)
        .map(c -> "(?:" + String.join("|", inUrl(c), inJson(c), plain(c)) + ")")
        .collect(Collectors.joining());
  }

  private static String plain(String c) {
    return Pattern.quote("\\" + c) + "|" + Pattern.quote(c);
  }

  private static String inJson(String c) {
    return c.chars().mapToObj("(?i:\\\\u%04x)"::formatted).collect(Collectors.joining());
  }

  private static String inUrl(String c) {
    StringBuilder bytes = new StringBuilder(c.equals(" ") ? "\\+|" : "");
    for (byte b : c.getBytes(UTF_8)) {
      bytes.append("(?i:%%%02x)".formatted(b & 0xff));
    }
    return bytes.toString();
  }

  /** The value of the header Authorization. */
  public String authorization() {
    return "Basic " + basicToken;
  }

  /** A text from outside without credentials, webhook URLs cut after their host. */
  public String redact(String text) {
    return Webhooks.cut(secret.matcher(text).replaceAll(HIDDEN));
  }

  /** A text from outside as it may be logged: one line, 300 characters, no credentials. */
  public String quote(String text) {
    return quote(text, LONGEST_QUOTE);
  }

  /** A text from outside as {@link #quote(String)} has it, with at most so many characters. */
  public String quote(String text, int most) {
    return oneLine(redact(text), most);
  }

  /** A text from outside in one line, cut where it has more than {@code most} characters. */
  public static String oneLine(String text, int most) {
    String line = CONTROL.matcher(text).replaceAll(" ").strip();
    if (line.length() <= most) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(most - 1)) ? most - 1 : most; // no half one
    return line.substring(0, end) + "…";
  }
}
