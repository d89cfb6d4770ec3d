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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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

  /** Answers a path from now on. */
  void answer(String path, String json) {
    answers.put(path, json);
  }

  String answer(String path) {
    return answers.get(path);
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  private void answer(HttpExchange call) throws IOException {
    String path = call.getRequestURI().getPath();
    call.getRequestBody().readAllBytes();
    String json = answers.get(path);
    try (call) {
      byte[] body = json == null ? file(path) : json.getBytes(UTF_8);
      String type = TYPES.getOrDefault(path.replaceFirst(".*\\.", ""), "application/json");
      call.getResponseHeaders().set("Content-Type", path.endsWith("/") ? TYPES.get("html") : type);
      call.getResponseHeaders().set("Content-Security-Policy", "default-src 'self'");
      call.sendResponseHeaders(200, body.length);
      call.getResponseBody().write(body);
    } catch (NoSuchFileException e) {
      call.sendResponseHeaders(404, -1);
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
    server.stop(0);
    jar.close();
  }
}
