package io.serproutes.feed.webhooks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.serproutes.Settings;
import io.serproutes.feed.webhooks.Signal.Kind;
import io.serproutes.feed.webhooks.SignalCheck.Head;
import io.serproutes.ids.TaskId;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;

/**
 * Whatever a call is, it is refused, or it has the token and a well-formed id. An input is the
 * method, a space and the URI, as in the first line of a request.
 */
class SignalCheckFuzzTest {

  private static final String TOKEN = "Wq3-kV9_tR7.pZ1~mB5xJ2";
  private static final Set<Integer> REFUSALS = Set.of(400, 404, 405, 414);

  private final SignalCheck check =
      new SignalCheck(
          new Settings(
              Map.of("serp.webhooks.token", TOKEN, "serp.webhooks.allow", "127.0.0.0/8")::get));

  @FuzzTest(maxDuration = "1m")
  void aCallIsRefusedOrHasTokenAndId(byte[] line) {
    String text = new String(line, ISO_8859_1);
    int space = text.indexOf(' ');
    String first = text.substring(0, Math.max(0, space));
    String method = first.matches("[A-Za-z]{1,20}") ? first : "GET"; // others do not come so far
    String uri = text.substring(space + 1);
    Head head = check.check(request(method, uri));
    String path = path(uri);
    Kind kind = head.kind();
    assertThat(kind == null).isEqualTo(!path.equals("/pingback") && !path.equals("/postback"));
    assertThat(kind == null || path.equals(kind.path())).isTrue();
    if (head.status() != 0) {
      assertThat(head.status()).isIn(REFUSALS);
      assertThat(head.task()).isNull();
    }
    if (head.status() == 0 || head.status() == 400) {
      assertThat(method).isEqualTo(kind.method());
      assertThat(uri.length()).isLessThanOrEqualTo(8 * 1024);
      assertThat(decoded(uri)).as("only who has the token learns more").contains(TOKEN);
    }
    if (head.status() == 0) {
      assertThat(TaskId.parse(head.task().value())).isEqualTo(head.task());
      assertThat(decoded(uri)).containsIgnoringCase(head.task().value());
    }
  }

  private static String decoded(String uri) {
    return QueryStringDecoder.decodeComponent(uri.replaceAll("%(?![0-9a-fA-F]{2})", "_"), UTF_8);
  }

  private static String path(String uri) {
    int end = 0;
    while (end < uri.length() && uri.charAt(end) != '?' && uri.charAt(end) != '#') {
      end++;
    }
    return uri.substring(0, end);
  }

  /** As much of a request as may be looked at. */
  private static HttpServerRequest request(String method, String uri) {
    SocketAddress caller = SocketAddress.inetSocketAddress(1234, "127.0.0.1");
    HttpConnection connection = proxy(HttpConnection.class, Map.of("remoteAddress", () -> caller));
    return proxy(
        HttpServerRequest.class,
        Map.of(
            "method", () -> HttpMethod.valueOf(method),
            "uri", () -> uri,
            "path", () -> path(uri),
            "params", () -> parameters(uri),
            "connection", () -> connection));
  }

  // as Vert.x reads them, which leaves the work to Netty
  private static MultiMap parameters(String uri) {
    MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
    new QueryStringDecoder(uri, UTF_8, true, 1024, true)
        .parameters()
        .forEach((name, values) -> parameters.add(name, values));
    return parameters;
  }

  private static <T> T proxy(Class<T> type, Map<String, java.util.function.Supplier<?>> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.get(method.getName()).get()));
  }
}
