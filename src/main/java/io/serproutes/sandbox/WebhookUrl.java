package io.serproutes.sandbox;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

/** URLs of pingbacks and postbacks, which contain {@code $id} and {@code $tag}. */
final class WebhookUrl {

  /** What may not stand in a URL as it is; a fragment would not be sent. */
  private static final Pattern SPECIAL =
      Pattern.compile("[^A-Za-z0-9\\-._~:/?\\[\\]@!$&'()*+,;=%]");

  private WebhookUrl() {}

  /** Whether a task may be posted with this URL; null is none. */
  static boolean isValid(String template) {
    try {
      URI url = template == null ? null : filled(template, "", "");
      return url != null
          && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          && url.getHost() != null;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /**
   * The URL to call: id and tag are encoded, and so are special characters of the template.
   *
   * @param tag null: none, and the vendor leaves {@code $tag} as it is
   */
  static URI filled(String template, String id, String tag) {
    String url = SPECIAL.matcher(template).replaceAll(special -> encoded(special.group()));
    url = url.replace("$id", id);
    return URI.create(tag == null ? url : url.replace("$tag", encoded(tag)));
  }

  /**
   * The same URL with an address in place of the host, so that no second look-up leads elsewhere.
   *
   * @return null where the host has no loopback address
   */
  static URI onLoopback(URI url) throws UnknownHostException {
    InetAddress[] addresses = InetAddress.getAllByName(url.getHost());
    return Arrays.stream(addresses)
        .filter(InetAddress::isLoopbackAddress)
        .findFirst()
        .map(address -> at(address, url))
        .orElse(null);
  }

  private static URI at(InetAddress address, URI url) {
    String host = address instanceof Inet6Address ? "[::1]" : address.getHostAddress();
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    return URI.create(url.getScheme() + "://" + host + port + url.getRawPath() + query);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
