package io.serproutes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.serproutes.items.Webhooks;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The API's credentials, and the care that nothing quotes them: an answer may hold an echo of the
 * request, and parameters of a webhook's URL may be secrets of the account's owner.
 */
public final class Secrets {

  private static final int LONGEST_QUOTE = 300;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\u2028\u2029]+");
  private static final String HIDDEN = "***";
  private static final int SHORTEST = 4;

  private final String basicToken;
  // what holds another is replaced first
  private final SortedSet<String> hidden =
      new TreeSet<>(
          Comparator.comparingInt(String::length)
              .reversed()
              .thenComparing(Comparator.naturalOrder()));

  /** The credentials of {@code serp.api.login} and {@code serp.api.password}. */
  public Secrets(Settings settings) {
    String login = settings.verbatim("serp.api.login");
    String password = settings.verbatim("serp.api.password");
    String pair = login + ":" + password;
    basicToken = Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
    hide(basicToken);
    hide(Base64.getEncoder().encodeToString(pair.getBytes(ISO_8859_1)));
    hide(pair);
    hide(password);
    hide(login);
  }

  // an echo may be quoted once more: by JSON in any of its ways, or in a URL
  private void hide(String secret) {
    if (secret.length() < SHORTEST) {
      return;
    }
    String json = new String(JsonStringEncoder.getInstance().quoteAsString(secret));
    for (String form : new String[] {secret, json, ascii(json, "%04x"), ascii(json, "%04X")}) {
      hidden.add(form);
      hidden.add(form.replace("/", "\\/"));
    }
    String url = URLEncoder.encode(secret, UTF_8);
    hidden.add(url);
    hidden.add(url.replace("+", "%20"));
  }

  private static String ascii(String json, String hex) {
    StringBuilder escaped = new StringBuilder();
    for (char c : json.toCharArray()) {
      escaped.append(c < 0x80 ? String.valueOf(c) : "\\u" + String.format(hex, (int) c));
    }
    return escaped.toString();
  }

  /** The value of the header Authorization. */
  public String authorization() {
    return "Basic " + basicToken;
  }

  /** A text from outside without credentials and webhook parameters. */
  public String redact(String text) {
    String redacted = text;
    for (String secret : hidden) {
      redacted = redacted.replace(secret, HIDDEN);
    }
    return Webhooks.cut(redacted);
  }

  /** A text from outside as it may stand in a log: one line, 300 characters, no credentials. */
  public String quote(String text) {
    String line = CONTROL.matcher(redact(text)).replaceAll(" ").strip();
    return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "…";
  }
}
