package io.serproutes.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import io.serproutes.HostHeader;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.net.URI;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Who may send what to the page. Immutable.
 *
 * <p>A bind to the loopback address alone is no boundary: a web page that a person on this machine
 * visits may send requests, too. One that takes a name of its own for 127.0.0.1 (DNS rebinding) is
 * told by the header Host; one that posts from elsewhere by Sec-Fetch-Site or Origin. Headers are
 * passed as a function from their name to their value, which is null where there is none.
 */
final class Guard {

  /** The header of every action; no HTML form can send one of its own. */
  static final String OWN_HEADER = "X-Serp-Page";

  private final List<String> hosts;
  private final boolean isLocal;
  private final boolean writes;
  private final String token;

  /** The rules of {@code serp.server.host} and {@code serp.page.*}. */
  Guard(Settings settings) {
    hosts = settings.get(Keys.PAGE_HOSTS);
    isLocal = settings.servesThisMachineOnly();
    writes = !settings.get(Keys.PAGE_WRITE).equals("off");
    token = settings.get(Keys.PAGE_TOKEN);
  }

  /**
   * Requires that the page was asked for under a name that is surely ours.
   *
   * @throws RefusedException with 421 and how to allow the name
   */
  void checkHost(UnaryOperator<String> headers) throws RefusedException {
    String host = headers.apply("Host");
    if (!HostHeader.isOwn(host) && !hosts.contains(HostHeader.name(host))) {
      throw new RefusedException(
          421,
          "This is serp-routes, which does not answer under this name. Open it by its IP address,"
              + " such as http://127.0.0.1:8084/, or add the name to serp.page.hosts and start it"
              + " again.");
    }
  }

  /**
   * Requires that a request is not made by a script or a picture of another web page: what it costs
   * to answer it would be theirs to spend. A link from elsewhere may be followed.
   *
   * @throws RefusedException with 403
   */
  void checkSite(UnaryOperator<String> headers) throws RefusedException {
    String site = requireNonNullElse(headers.apply("Sec-Fetch-Site"), "");
    if (site.endsWith("-site") && !"navigate".equals(headers.apply("Sec-Fetch-Mode"))) {
      throw otherPage();
    }
  }

  private static RefusedException otherPage() {
    return new RefusedException(403, "The request comes from another web page.");
  }

  /** Whether a request may read what names an id, an input or an item. */
  Access details(UnaryOperator<String> headers) {
    if (token.isEmpty()) {
      return isLocal ? Access.ON : Access.OFF;
    }
    return hasToken(headers) ? Access.ON : Access.TOKEN;
  }

  /** Whether a request may do something. */
  Access actions(UnaryOperator<String> headers) {
    return writes ? details(headers) : Access.OFF;
  }

  private boolean hasToken(UnaryOperator<String> headers) {
    String given = requireNonNullElse(headers.apply("Authorization"), "");
    return given.regionMatches(true, 0, "Bearer ", 0, 7)
        && MessageDigest.isEqual(given.substring(7).strip().getBytes(UTF_8), token.getBytes(UTF_8));
  }

  /**
   * Requires that a request may read what names an id.
   *
   * @throws RefusedException with 401 or 403
   */
  void checkDetails(UnaryOperator<String> headers) throws RefusedException {
    require(details(headers));
  }

  /**
   * Requires that a request that changes something comes from the page itself or from no browser.
   *
   * @throws RefusedException with 403
   */
  void checkOrigin(UnaryOperator<String> headers) throws RefusedException {
    String site = headers.apply("Sec-Fetch-Site");
    boolean isOwn = site == null ? isOwnOrigin(headers) : site.equals("same-origin");
    if (!isOwn) {
      throw otherPage();
    }
    if (requireNonNullElse(headers.apply(OWN_HEADER), "").isBlank()) {
      throw new RefusedException(403, "The request lacks the header " + OWN_HEADER + ".");
    }
  }

  private static boolean isOwnOrigin(UnaryOperator<String> headers) {
    String origin = headers.apply("Origin");
    if (origin == null) {
      return true;
    }
    try {
      String from = URI.create(origin).getRawAuthority();
      return from != null && from.equalsIgnoreCase(headers.apply("Host"));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Requires that a request may do something; {@link #checkOrigin} is for others.
   *
   * @throws RefusedException with 401 or 403
   */
  void checkActions(UnaryOperator<String> headers) throws RefusedException {
    if (!writes) {
      throw new RefusedException(403, "serp.page.write=off: the page only shows.");
    }
    require(details(headers));
  }

  private static void require(Access access) throws RefusedException {
    switch (access) {
      case ON -> {}
      case TOKEN -> throw new RefusedException(401, "This needs the token of serp.page.token.");
      default ->
          throw new RefusedException(
              403,
              "The server can be reached from other machines and has no token: set"
                  + " serp.page.token, or serp.server.host to 127.0.0.1.");
    }
  }
}
