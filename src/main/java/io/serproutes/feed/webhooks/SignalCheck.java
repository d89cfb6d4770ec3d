package io.serproutes.feed.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.AddressRange;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.feed.webhooks.Signal.Kind;
import io.serproutes.ids.TaskId;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Judges a call by its head, before a byte of its body is read. Looks at path, method, length of
 * the URI, address and token, and id, in this order. Immutable.
 *
 * <p>It never believes a header about the address of the caller.
 */
final class SignalCheck {

  private static final int LONGEST_URI = 8 * 1024;

  /**
   * What is known of a call.
   *
   * @param kind null for a path that is none of ours
   * @param status the HTTP status of a refusal, or 0
   * @param task null where it is refused
   * @param id what stands in place of an id, "" for nothing, where that is why it is refused; else
   *     null
   */
  record Head(Kind kind, int status, TaskId task, String id) {

    static Head refused(Kind kind, int status) {
      return new Head(kind, status, null, null);
    }
  }

  private final List<byte[]> tokens;
  private final List<AddressRange> allowed;

  SignalCheck(Settings settings) {
    tokens = settings.get(Keys.WEBHOOKS_TOKEN).stream().map(t -> t.getBytes(UTF_8)).toList();
    allowed = settings.get(Keys.WEBHOOKS_ALLOW);
  }

  Head check(HttpServerRequest request) {
    Kind kind =
        Arrays.stream(Kind.values())
            .filter(one -> one.path().equals(request.path()))
            .findFirst()
            .orElse(null);
    if (kind == null) {
      return Head.refused(null, 404);
    }
    if (!request.method().name().equals(kind.method())) {
      return Head.refused(kind, 405);
    }
    if (request.uri().length() > LONGEST_URI) {
      return Head.refused(kind, 414);
    }
    MultiMap parameters = parameters(request);
    if (!isAllowed(request) || !isToken(parameters.get("token"))) {
      return Head.refused(kind, 404);
    }
    String given = Objects.requireNonNullElse(parameters.get("id"), "");
    TaskId id = TaskId.parse(given);
    return id == null ? new Head(kind, 400, null, given) : new Head(kind, 0, id, null);
  }

  private static MultiMap parameters(HttpServerRequest request) {
    try {
      return request.params(true);
    } catch (IllegalArgumentException malformed) {
      return MultiMap.caseInsensitiveMultiMap();
    }
  }

  private boolean isAllowed(HttpServerRequest request) {
    if (allowed.isEmpty()) {
      return true;
    }
    SocketAddress caller = request.connection().remoteAddress();
    InetAddress address = new InetSocketAddress(caller.hostAddress(), caller.port()).getAddress();
    return address != null && allowed.stream().anyMatch(range -> range.contains(address));
  }

  // all are compared, so that the time tells nothing of which or how much of it is right
  private boolean isToken(String given) {
    byte[] bytes = given == null ? new byte[0] : given.getBytes(UTF_8);
    boolean isRight = false;
    for (byte[] token : tokens) {
      isRight |= MessageDigest.isEqual(token, bytes);
    }
    return isRight;
  }
}
