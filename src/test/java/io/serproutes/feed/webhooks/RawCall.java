package io.serproutes.feed.webhooks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A call on a bare connection: what is sent is sent as it is, and what comes back is read whole.
 */
public final class RawCall implements AutoCloseable {

  /** What a program says of its server for the vendor's calls, with its port as group 1. */
  public static final Pattern SERVER =
      Pattern.compile("signals of finished tasks are taken at http://127\\.0\\.0\\.1:(\\d+)");

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3}) [^\r\n]*\r\n");

  private final Socket socket = new Socket();

  public RawCall(int port) {
    this(InetAddress.getLoopbackAddress(), port);
  }

  /** A call from an address of this machine. */
  public RawCall(InetAddress from, int port) {
    try {
      socket.bind(new InetSocketAddress(from, 0));
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
      socket.setSoTimeout((int) Duration.ofSeconds(40).toMillis());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port of that server, of what the program printed. */
  public static int port(String output) {
    Matcher server = SERVER.matcher(output);
    if (!server.find()) {
      throw new IllegalStateException("no server for the vendor's calls in " + output);
    }
    return Integer.parseInt(server.group(1));
  }

  /** The answer to a request without a body. */
  public static String answer(int port, String method, String uri) {
    try (RawCall call = new RawCall(port)) {
      return call.send(method + " " + uri + " HTTP/1.1\r\nHost: x\r\n\r\n").answer();
    }
  }

  /** The status of the answer to a request without a body. */
  public static int status(int port, String method, String uri) {
    return statusOf(answer(port, method, uri));
  }

  /** The status of an answer; 0 where there is none. */
  public static int statusOf(String answer) {
    Matcher status = STATUS.matcher(answer);
    return status.lookingAt() ? Integer.parseInt(status.group(1)) : 0;
  }

  public RawCall send(String text) {
    return send(text.getBytes(ISO_8859_1));
  }

  public RawCall send(byte[] bytes) {
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that comes until the connection ends. */
  public String answer() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      InputStream in = socket.getInputStream();
      for (int b; (b = in.read()) >= 0; ) {
        all.write(b);
      }
    } catch (SocketException reset) {
      // what came before counts
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all.toString(ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
