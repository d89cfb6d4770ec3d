package io.serproutes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** An API that answers byte by byte as a test wants, however wrong that is. */
public final class RawApi implements AutoCloseable {

  /** A request as it came over the wire; names of headers in lower case. */
  public record Request(String line, Map<String, String> headers) {
    public String id() {
      return line.replaceFirst(".*/([^/ ]+) HTTP.*", "$1");
    }
  }

  /** Writes an answer; the connection is kept unless this closes it. */
  @FunctionalInterface
  public interface Answering {
    void answer(Request request, Socket socket, OutputStream out) throws IOException;
  }

  private final ServerSocket server;
  private final Answering answering;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  /** One on a port that is free. */
  public RawApi(Answering answering) {
    this(answering, 0);
  }

  /** One on this port. */
  public RawApi(Answering answering, int port) {
    this.answering = answering;
    try {
      server = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  /** The requests that came so far. */
  public List<Request> requests() {
    return requests;
  }

  /** Connections that were opened so far. */
  int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        connections.incrementAndGet();
        sockets.add(socket);
        serveInAThread(socket);
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private void serveInAThread(Socket socket) throws IOException {
    try {
      threads.execute(() -> serve(socket));
    } catch (RejectedExecutionException closed) { // just after it was accepted
      socket.close();
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (Request request; (request = read(in)) != null; ) {
        requests.add(request);
        answering.answer(request, socket, socket.getOutputStream());
        socket.getOutputStream().flush();
      }
    } catch (IOException brokenOff) {
      // by the client, or by this answer
    }
  }

  private static Request read(InputStream in) throws IOException {
    String line = line(in);
    if (line.isEmpty()) {
      return null;
    }
    Map<String, String> headers = new TreeMap<>();
    for (String header; !(header = line(in)).isEmpty(); ) {
      String[] parts = header.split(":", 2);
      headers.put(parts[0].toLowerCase(java.util.Locale.ROOT), parts[1].strip());
    }
    return new Request(line, headers);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b; (b = in.read()) >= 0 && b != '\n'; ) {
      line.write(b);
    }
    return line.toString(ISO_8859_1).strip();
  }

  /** The head of an answer; headers are given as {@code Name: value}. */
  public static byte[] head(int status, String... headers) {
    return ("HTTP/1.1 " + status + " So\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
        .getBytes(ISO_8859_1);
  }

  /** A whole answer with its length. */
  public static void write(OutputStream out, int status, byte[] body, String... headers)
      throws IOException {
    String[] all = java.util.Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "Content-Length: " + body.length;
    out.write(head(status, all));
    out.write(body);
  }

  /** The body of a good answer: one organic item, and one paid. */
  static byte[] result(String id) {
    return ("{'status_code':20000,'tasks':[{'id':'"
            + id
            + "','status_code':20000,'data':{},"
            + "'result':[{'items':[{'type':'organic'},{'type':'paid'}]}]}]}")
        .replace('\'', '"')
        .getBytes(UTF_8);
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      threads.shutdownNow();
    }
  }
}
