package io.serproutes.page;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Sends requests to the page byte by byte as a test wants, however wrong that is. */
public final class RawPage {

  /** A header of every action. */
  public static final String OWN = "X-Serp-Page: 1";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PATIENCE_MILLIS = 60_000;

  private final int port;

  /**
   * An answer.
   *
   * @param headers by their names in lower case
   */
  public record Answer(int status, Map<String, String> headers, String body) {

    /** The body as JSON. */
    public JsonNode json() {
      try {
        return JSON.readTree(body);
      } catch (IOException e) {
        throw new UncheckedIOException(body, e);
      }
    }
  }

  /** The page on a port of this machine. */
  public RawPage(int port) {
    this.port = port;
  }

  /** For requests of another kind than HTTP/1.1. */
  public int port() {
    return port;
  }

  private Socket socket() throws IOException {
    Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    return socket;
  }

  /** What is answered to a GET under the name localhost, with more headers. */
  public Answer get(String path, String... headers) {
    return send("GET", path, null, withHost(headers));
  }

  /** What is answered to a POST of a text under the name localhost, with more headers. */
  public Answer post(String path, String body, String... headers) {
    return send("POST", path, body, withHost(headers));
  }

  private String[] withHost(String[] headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "Host: localhost:" + port;
    return all;
  }

  /** What is answered; a body that is null is none. */
  public Answer send(String method, String path, String body, String... headers) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    Arrays.stream(headers).forEach(header -> head.append(header).append("\r\n"));
    head.append("Connection: close\r\n");
    byte[] bytes = body == null ? new byte[0] : body.getBytes(UTF_8);
    if (body != null) {
      head.append("Content-Length: ").append(bytes.length).append("\r\n");
    }
    head.append("\r\n");
    return exchange(List.of(head.toString().getBytes(UTF_8), bytes));
  }

  /** What is answered to these bytes; what the server no longer reads is not sent. */
  public Answer exchange(List<byte[]> parts) {
    try (Socket socket = socket()) {
      OutputStream out = socket.getOutputStream();
      try {
        for (byte[] part : parts) {
          out.write(part);
        }
        out.flush();
      } catch (SocketException e) {
        // it has answered and closed
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      try {
        socket.getInputStream().transferTo(answer);
      } catch (SocketException e) {
        // what came before counts
      }
      return parse(answer.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends these bytes and keeps the connection. */
  public Socket begin(String text) {
    try {
      Socket socket = socket();
      socket.getOutputStream().write(text.getBytes(UTF_8));
      socket.getOutputStream().flush();
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The head of an upload. */
  public String head(String name, long length) {
    return "POST /observe/files?name="
        + name
        + " HTTP/1.1\r\nHost: localhost:"
        + port
        + "\r\n"
        + OWN
        + "\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  private static Answer parse(byte[] bytes) {
    String text = new String(bytes, ISO_8859_1);
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      return new Answer(0, Map.of(), text);
    }
    String[] lines = text.substring(0, end).split("\r\n");
    Map<String, String> headers = new LinkedHashMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers.put(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip());
    }
    byte[] body = Arrays.copyOfRange(bytes, end + 4, bytes.length);
    String whole =
        "chunked".equals(headers.get("transfer-encoding"))
            ? unchunked(new String(body, ISO_8859_1))
            : new String(body, ISO_8859_1);
    int status = Integer.parseInt(lines[0].split(" ")[1]);
    return new Answer(status, headers, new String(whole.getBytes(ISO_8859_1), UTF_8));
  }

  // what lacks its last chunk is marked: it was cut off
  private static String unchunked(String text) {
    StringBuilder whole = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      int line = text.indexOf("\r\n", at);
      int length = Integer.parseInt(text.substring(at, line), 16);
      if (length == 0) {
        return whole.toString();
      }
      whole.append(text, line + 2, Math.min(text.length(), line + 2 + length));
      at = line + 2 + length + 2;
    }
    return whole + "[cut off]";
  }
}
