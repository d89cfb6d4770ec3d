package io.serproutes;

import java.util.List;
import java.util.Map;

/**
 * What the first Kamelet of a context says of the account; the host's own keys come first.
 *
 * <p>Found as a plugin of a Camel context, it also makes {@code endpoints} the default of {@code
 * serp.to}. A member that is empty was not said.
 */
public record Account(String login, String password, String baseUrl) {

  /** The value of a key, or null where nothing was said of it. */
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
   * Holds it against what is in force.
   *
   * @throws IllegalSettingException where it is another account: a context has one
   */
  public void check(Settings settings) {
    for (Key<?> key : List.of(Keys.LOGIN, Keys.PASSWORD, Keys.BASE_URL)) {
      String value = value(key.name());
      if (value != null && !value.equals(settings.verbatim(key))) {
        throw new IllegalSettingException(
            "a Kamelet says another "
                + key
                + " than is in force; two accounts are two Camel contexts");
      }
    }
  }

  @Override
  public String toString() {
    return "account at " + baseUrl; // no credentials where a log might have them
  }
}
