package io.serproutes.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;

/** How requests are answered. On the request's own thread of Vert.x. */
final class Answers {

  private static final ObjectMapper JSON =
      new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);
  private static final long DRAIN_MILLIS = 2000;

  private Answers() {}

  /** Headers of every answer: nothing of it runs, frames or is kept elsewhere. */
  static void prepare(HttpServerResponse response) {
    response
        .putHeader("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
        .putHeader("X-Content-Type-Options", "nosniff")
        .putHeader("Cross-Origin-Resource-Policy", "same-origin")
        .putHeader("Referrer-Policy", "no-referrer")
        .putHeader("Cache-Control", "no-store");
  }

  /** Answers with an object as JSON. */
  static void json(HttpServerRequest request, Object body) {
    request.response().putHeader("Content-Type", "application/json; charset=utf-8");
    try {
      bytes(request, JSON.writeValueAsBytes(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Answers with these bytes; to HEAD with their number. */
  static void bytes(HttpServerRequest request, byte[] body) {
    HttpServerResponse response = request.response();
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader("Content-Length", Integer.toString(body.length)).end();
    } else {
      response.end(Buffer.buffer(body));
    }
  }

  /**
   * Refuses a request. What is left of its body is read off for a moment, or a client that still
   * sends would see a broken connection instead of the answer.
   */
  static void refuse(HttpServerRequest request, RefusedException why) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    response.setStatusCode(why.status());
    if (why.status() == 401) {
      response.putHeader("WWW-Authenticate", "Bearer");
    }
    boolean hasBody = !request.isEnded() && hasBody(request);
    if (hasBody) {
      response.putHeader("Connection", "close");
    }
    if (why.status() == 421) {
      response.putHeader("Content-Type", "text/plain; charset=utf-8");
      response.end(why.getMessage() + "\n");
    } else {
      json(request, Map.of("error", why.getMessage()));
    }
    if (hasBody) {
      drain(request);
    }
  }

  private static boolean hasBody(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length == null ? request.getHeader("Transfer-Encoding") != null : !length.equals("0");
  }

  private static void drain(HttpServerRequest request) {
    Handler<Void> close = over -> request.connection().close();
    request.exceptionHandler(failure -> close.handle(null));
    request.handler(bytes -> {});
    request.endHandler(close);
    request.resume();
    Vertx.currentContext().owner().setTimer(DRAIN_MILLIS, timer -> close.handle(null));
  }
}
