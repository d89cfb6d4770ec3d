package io.serproutes;

import static java.util.Objects.requireNonNullElse;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code Host} of a request, which tells a web page that has taken a name for ours. */
public final class HostHeader {

  private static final Pattern NAME_AND_PORT =
      Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^\\[\\]:@/\\\\?#\\s]+)(?::\\d{1,5})?");
  private static final Pattern IP_LITERAL =
      Pattern.compile("\\[[0-9a-fA-F:.]+]|\\d{1,3}(\\.\\d{1,3}){3}");

  private HostHeader() {}

  /** Whether it, null for none, has a name that no web page can take for its own. */
  public static boolean isOwn(String host) {
    String name = name(host);
    return IP_LITERAL.matcher(name).matches()
        || name.equals("localhost")
        || name.endsWith(".localhost");
  }

  /** Its name without the port, in lower case; empty where there is none. */
  public static String name(String host) {
    Matcher given = NAME_AND_PORT.matcher(requireNonNullElse(host, ""));
    String name = given.matches() ? given.group(1).toLowerCase(Locale.ROOT) : "";
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }
}
