package io.serproutes;

import java.net.URI;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;

/** Checks {@code serp.api.base-url}: an address without credentials, and TLS unless it is local. */
public final class ApiAddress {

  private static final String EXPECTED =
      "an address such as https://api.dataforseo.com, without a slash at its end";
  private static final Pattern ADDRESS =
      Pattern.compile("https?://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9._~-]+)*");
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

  private ApiAddress() {}

  /**
   * The address that it is given.
   *
   * @throws IllegalSettingException where it cannot be used; it quotes no password
   */
  static String check(String url) {
    if (url.indexOf('@') >= 0 || url.indexOf('?') >= 0) {
      throw new IllegalSettingException(
          "serp.api.base-url is an address without user, password or parameters, such as"
              + " https://api.dataforseo.com; login and password go to serp.api.login and"
              + " serp.api.password");
    }
    if (!ADDRESS.matcher(url).matches()) {
      throw Key.malformed(Keys.BASE_URL.name(), url, EXPECTED);
    }
    host(url);
    return url;
  }

  /** Warns where credentials would go to another machine in the clear. */
  public static void warn(Settings settings) {
    String warning = warning(settings);
    if (warning != null) {
      LoggerFactory.getLogger("serp-routes").warn(warning);
    }
  }

  /** That credentials would go to another machine in the clear; null where they would not. */
  public static String warning(Settings settings) {
    String url = settings.get(Keys.BASE_URL);
    String host = host(url);
    return url.startsWith("http:") && !LOCAL.contains(host)
        ? "serp.api.base-url is plain http: anybody on the way to "
            + host
            + " can read login and password; use https"
        : null;
  }

  private static String host(String url) {
    try {
      return String.valueOf(URI.create(url).getHost());
    } catch (IllegalArgumentException e) {
      throw Key.malformed(Keys.BASE_URL.name(), url, EXPECTED);
    }
  }
}
