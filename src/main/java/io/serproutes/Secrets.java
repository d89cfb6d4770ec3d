package io.serproutes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.items.Webhooks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The API's credentials, and the care that nothing quotes them: an answer may hold an echo of the
 * request, and parameters of a webhook's URL may be secrets of the account's owner.
 */
public final class Secrets {

  private static final int LONGEST_QUOTE = 300;
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}\u2028\u2029]+");
  private static final String HIDDEN = "***";

  private final String basicToken;
  private final List<String> hidden = new ArrayList<>();

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
    hide(java.net.URLEncoder.encode(password, StandardCharsets.UTF_8));
  }

  private void hide(String secret) {
    if (secret.length() > 3) {
      hidden.add(secret);
    }
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
