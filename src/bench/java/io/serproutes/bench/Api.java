package io.serproutes.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * The API's stand-in: one answer for every id, the id put in, so that it costs next to nothing.
 *
 * <p>Arguments: the file of the answer, the id in it, the latency in ms, and in how many of 1,000
 * calls it is 10 s instead. Prints its port. {@code GET /stats} tells the answers so far and the
 * most in any 60 s.
 */
public final class Api {

  private static final long SLOW_MILLIS = 10_000;

  private final List<byte[]> parts = new ArrayList<>();
  private final int length;
  private final long latencyMillis;
  private final int slowPerMille;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
  private final Deque<Long> lastMinute = new ArrayDeque<>();
  private long answered;
  private int mostInAMinute;

  private Api(String answer, String id, long latencyMillis, int slowPerMille) {
    for (String part : answer.split(id, -1)) {
      parts.add(part.getBytes(StandardCharsets.UTF_8));
    }
    this.length =
        parts.stream().mapToInt(part -> part.length).sum() + (parts.size() - 1) * id.length();
    this.latencyMillis = latencyMillis;
    this.slowPerMille = slowPerMille;
  }

  /** Serves until it is killed. */
  public static void main(String[] args) throws IOException {
    Api api =
        new Api(
            Files.readString(Path.of(args[0])),
            args[1],
            Long.parseLong(args[2]),
            Integer.parseInt(args[3]));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.createContext("/", api::take);
    server.createContext("/stats", api::stats);
    server.start();
    System.out.println(server.getAddress().getPort());
  }

  private void take(HttpExchange exchange) {
    note();
    boolean slow = ThreadLocalRandom.current().nextInt(1000) < slowPerMille;
    long millis = slow ? SLOW_MILLIS : latencyMillis;
    if (millis == 0) {
      answer(exchange);
    } else {
      clock.schedule(() -> answer(exchange), millis, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void note() {
    long now = System.nanoTime();
    long minuteAgo = now - TimeUnit.SECONDS.toNanos(60);
    lastMinute.add(now);
    while (lastMinute.peek() <= minuteAgo) {
      lastMinute.remove();
    }
    mostInAMinute = Math.max(mostInAMinute, lastMinute.size());
  }

  private void answer(HttpExchange exchange) {
    String path = exchange.getRequestURI().getRawPath();
    byte[] id = path.substring(path.lastIndexOf('/') + 1).getBytes(StandardCharsets.US_ASCII);
    byte[] body = new byte[length];
    int at = 0;
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) {
        System.arraycopy(id, 0, body, at, id.length);
        at += id.length;
      }
      System.arraycopy(parts.get(i), 0, body, at, parts.get(i).length);
      at += parts.get(i).length;
    }
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      out.write(body);
      synchronized (this) {
        answered++;
      }
    } catch (IOException e) {
      System.err.println("an answer was not taken: " + e);
    }
  }

  private void stats(HttpExchange exchange) throws IOException {
    byte[] line;
    synchronized (this) {
      line = (answered + " " + mostInAMinute).getBytes(StandardCharsets.US_ASCII);
    }
    try (exchange) {
      exchange.sendResponseHeaders(200, line.length);
      exchange.getResponseBody().write(line);
    }
  }
}
