package io.serproutes;

import java.util.List;
import java.util.Map;

/**
 * The account that the first Kamelet of a context names; the host's own keys take precedence.
 *
 * <p>Found as a plugin of a Camel context, it also makes {@code endpoints} the default of {@code
 * serp.to}. An empty member was not given.
 */
public record Account(String login, String password, String baseUrl) {

  /** The value of a key; null where none was given. */
  public String value(String key) {
    Map<String, String> values =
        Map.of(
            Keys.LOGIN.name(), text(login),
            Keys.PASSWORD.name(), text(password),
            Keys.BASE_URL.name(), text(baseUrl),
            Keys.TO.name(), "endpoints");
    String value = values.getOrDefault(key, "");
    return value.isEmpty() ? null : value;
  }

  private static String text(String member) {
    return member == null ? "" : member;
  }

  /**
   * Compares it with the settings.
   *
   * @throws IllegalSettingException where it is another account: a context has one
   */
  public void check(Settings settings) {
    for (Key<?> key : List.of(Keys.LOGIN, Keys.PASSWORD, Keys.BASE_URL)) {
      String value = value(key.name());
      if (value != null && !value.equals(settings.verbatim(key))) {
        throw new IllegalSettingException(
            "a Kamelet gives another "
                + key
                + " than the one in use; two accounts need two Camel contexts");
      }
    }
  }

  @Override
  public String toString() {
    return "account at " + baseUrl; // no credentials where a log might have them
  }
}
