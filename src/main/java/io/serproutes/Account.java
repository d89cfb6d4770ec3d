package io.serproutes;

/**
 * What the first Kamelet of a context says of the account; the host's own keys come first.
 *
 * <p>Found as a plugin of a Camel context, it also makes {@code endpoints} the default of {@code
 * serp.to}. A member that is empty was not said.
 */
public record Account(String login, String password, String baseUrl) {

  /** The value of a key, or null where nothing was said of it. */
  public String value(String key) {
    String value =
        switch (key) {
          case "serp.api.login" -> login;
          case "serp.api.password" -> password;
          case "serp.api.base-url" -> baseUrl;
          case "serp.to" -> "endpoints";
          default -> null;
        };
    return value == null || value.isEmpty() ? null : value;
  }

  /**
   * Holds it against what is in force.
   *
   * @throws IllegalSettingException where it is another account: a context has one
   */
  public void check(Settings settings) {
    for (String key : new String[] {"serp.api.login", "serp.api.password", "serp.api.base-url"}) {
      if (value(key) != null && !value(key).equals(settings.verbatim(key))) {
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
