package io.serproutes.page;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The requests that are answered: each a path, a method and who may send it. All others but those
 * for health and metrics, which Camel answers, are refused.
 */
final class Ways {

  private static final Set<String> OF_CAMEL =
      Set.of(
          "/observe/health", "/observe/health/live", "/observe/health/ready", "/observe/metrics");

  private final Guard guard;
  private final Map<String, Way> ways = new HashMap<>();

  /** Who may send a request. */
  enum Need {
    /** Whoever reaches the server. */
    NOTHING,
    /** Who may read what names an id. */
    DETAILS,
    /** The same, from the page itself or from no browser. */
    OWN_DETAILS,
    /** Who may do something, from the page itself or from no browser. */
    ACTIONS
  }

  private record Way(String method, Need need, Consumer<HttpServerRequest> answer) {}

  Ways(Guard guard) {
    this.guard = guard;
  }

  /** Adds a path that is read. */
  void get(String path, Need need, Consumer<HttpServerRequest> answer) {
    ways.put(path, new Way("GET", need, answer));
  }

  /** Adds a path that does something. */
  void post(String path, Need need, Consumer<HttpServerRequest> answer) {
    ways.put(path, new Way("POST", need, answer));
  }

  /** Answers a request, or passes it on to Camel. */
  void handle(RoutingContext http) {
    HttpServerRequest request = http.request();
    String path = http.normalizedPath();
    if (OF_CAMEL.contains(path)) {
      http.next();
      return;
    }
    Answers.prepare(request.response());
    try {
      Way way = way(request, path);
      checkQuery(request);
      way.answer.accept(request);
    } catch (RefusedException e) {
      Answers.refuse(request, e);
    }
  }

  private static void checkQuery(HttpServerRequest request) throws RefusedException {
    try {
      request.params();
    } catch (IllegalArgumentException e) {
      throw new RefusedException(400, "The query is malformed.");
    }
  }

  /** The headers of a request by name; in HTTP/2 the host is none of them, here it is Host. */
  static UnaryOperator<String> headers(HttpServerRequest request) {
    return name ->
        name.equals("Host") && request.version() == HttpVersion.HTTP_2
            ? String.valueOf(request.authority())
            : request.getHeader(name);
  }

  private Way way(HttpServerRequest request, String path) throws RefusedException {
    UnaryOperator<String> headers = headers(request);
    guard.checkHost(headers);
    guard.checkSite(headers);
    Way way = ways.get(path);
    if (way == null) {
      throw new RefusedException(404, "There is nothing at this path.");
    }
    String method = request.method().name();
    if (!method.equals(way.method) && !(method.equals("HEAD") && way.method.equals("GET"))) {
      request.response().putHeader("Allow", way.method.equals("GET") ? "GET, HEAD" : way.method);
      throw new RefusedException(405, "This path is for " + way.method + ".");
    }
    switch (way.need) {
      case NOTHING -> {}
      case DETAILS -> guard.checkDetails(headers);
      case OWN_DETAILS -> {
        guard.checkOrigin(headers);
        guard.checkDetails(headers);
      }
      default -> {
        guard.checkOrigin(headers);
        guard.checkActions(headers);
      }
    }
    return way;
  }
}
