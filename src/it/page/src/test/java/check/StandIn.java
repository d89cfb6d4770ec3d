package check;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** Serves the page of the program's jar with answers that a test chooses. */
final class StandIn implements AutoCloseable {

  private static final String UPLOT = "META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css",
          "js", "text/javascript",
          "svg", "image/svg+xml");

  private final HttpServer server;
  private final FileSystem jar;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final Map<String, String> refusals = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
  private final Map<String, List<String>> bodies = new ConcurrentHashMap<>();

  StandIn() throws IOException {
    Path program = Path.of(System.getProperty("program.jar"));
    jar = FileSystems.newFileSystem(URI.create("jar:" + program.toUri()), Map.of());
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", this::answer);
    server.start();
    for (String path : new String[] {"status", "history", "dead-letters", "parked", "id"}) {
      answer("/observe/" + path, resource(path + ".json"));
    }
  }

  /** The text of a file beside this class. */
  static String resource(String name) throws IOException {
    try (InputStream in = StandIn.class.getResourceAsStream("/" + name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** Answers a path, or one path with a query, from now on. */
  void answer(String path, String json) {
    answers.put(path, json);
    refusals.remove(path);
  }

  /** Refuses a path from now on, in these words. */
  void refuse(String path, String words) {
    refusals.put(path, "{\"error\":\"" + words + "\"}");
  }

  /** Calls of a path, or of one path with a query, wait from now on. */
  void hold(String path) {
    held.put(path, new CountDownLatch(1));
  }

  /** Those that wait are answered. */
  void release(String path) {
    held.remove(path).countDown();
  }

  /** The body of each call of a path, those that wait included. */
  List<String> sent(String path) {
    return bodies.getOrDefault(path, List.of());
  }

  String answer(String path) {
    return answers.get(path);
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private void answer(HttpExchange call) throws IOException {
    String path = call.getRequestURI().getPath();
    String whole = call.getRequestURI().toString();
    String sent = new String(call.getRequestBody().readAllBytes(), UTF_8);
    bodies.computeIfAbsent(path, key -> new CopyOnWriteArrayList<>()).add(sent);
    await(held.getOrDefault(whole, held.get(path)));
    String refusal = refusals.get(path);
    String json = refusal == null ? answers.getOrDefault(whole, answers.get(path)) : refusal;
    try (call) {
      byte[] body = json == null ? file(path) : json.getBytes(UTF_8);
      String type = TYPES.getOrDefault(path.replaceFirst(".*\\.", ""), "application/json");
      call.getResponseHeaders().set("Content-Type", path.endsWith("/") ? TYPES.get("html") : type);
      call.getResponseHeaders().set("Content-Security-Policy", "default-src 'self'");
      call.sendResponseHeaders(refusal == null ? 200 : 503, body.length);
      call.getResponseBody().write(body);
    } catch (NoSuchFileException e) {
      call.sendResponseHeaders(404, -1);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (latch != null) {
        latch.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] file(String path) throws IOException {
    String name =
        switch (path) {
          case "/" -> "serp-page/index.html";
          case "/page/uplot.js" -> UPLOT + "uPlot.iife.min.js";
          case "/page/uplot.css" -> UPLOT + "uPlot.min.css";
          default -> path.replaceFirst("/page/", "serp-page/");
        };
    return Files.readAllBytes(jar.getPath(name));
  }

  @Override
  public void close() throws IOException {
    held.values().forEach(CountDownLatch::countDown);
    server.stop(0);
    jar.close();
  }
}
