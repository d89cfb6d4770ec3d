package io.serproutes.sandbox;

import io.serproutes.Keys;
import io.serproutes.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

/** Checks a login and a password, of any characters, as UTF-8 and in constant time. */
final class BasicCredentials {

  private static final String SCHEME = "Basic ";

  private final String login;
  private final byte[] expected;

  /** From {@code serp.api.login} and {@code serp.api.password}, both required. */
  BasicCredentials(Settings keys) {
    login = keys.get(Keys.LOGIN);
    String both = login + ":" + keys.get(Keys.PASSWORD);
    expected = both.getBytes(StandardCharsets.UTF_8);
  }

  /** The login alone. */
  String login() {
    return login;
  }

  /** Whether an {@code Authorization} header carries them; null: there is no such header. */
  boolean admit(String authorization) {
    if (authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    try {
      byte[] given = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
      return MessageDigest.isEqual(expected, given);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }
}
