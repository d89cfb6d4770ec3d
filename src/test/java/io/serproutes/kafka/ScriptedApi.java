package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An API that answers as a test says, and remembers every call. */
final class ScriptedApi implements AutoCloseable {

  /** A call; {@code answered} is 0 until it is answered. */
  static final class Call {
    final String path;
    final String authorization;
    final long asked = System.nanoTime();
    volatile long answered;

    Call(HttpExchange exchange) {
      path = exchange.getRequestURI().toString();
      authorization = exchange.getRequestHeaders().getFirst("Authorization");
    }

    String id() {
      return path.substring(path.lastIndexOf('/') + 1);
    }
  }

  /** An answer with HTTP status 200, after a time. */
  record Reply(Duration after, String body) {}

  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  /** An API that answers each id so. */
  ScriptedApi(Function<String, Reply> script) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", exchange -> answer(exchange, script));
    server.start();
  }

  private void answer(HttpExchange exchange, Function<String, Reply> script) throws IOException {
    Call call = new Call(exchange);
    calls.add(call);
    try (exchange) {
      Reply reply = script.apply(call.id());
      Thread.sleep(reply.after.toMillis());
      call.answered = System.nanoTime();
      byte[] body = reply.body.getBytes(UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A result with these items, JSON texts. */
  static String result(String id, String... items) {
    return "{\"status_code\":20000,\"tasks\":[{\"id\":\"%s\",\"status_code\":20000,\"result\":[{\"items_count\":%d,\"items\":[%s]}]}]}"
        .formatted(id, items.length, String.join(",", items));
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
