package io.serproutes.faults;

import io.serproutes.ProgramUnderTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A TCP proxy on this machine that can cut its connections, or hold back what they carry. */
final class CutProxy implements AutoCloseable {

  private enum State {
    OPEN,
    CUT,
    STALLED
  }

  private final int target = ProgramUnderTest.freePort();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ServerSocket server;
  private State state = State.OPEN;

  CutProxy() {
    try {
      server = new ServerSocket(0, 50, InetAddress.getByName("localhost"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** The port that it passes on to. */
  int target() {
    return target;
  }

  /** Breaks all connections, and those to come as soon as they are made. */
  synchronized void cut() {
    state = State.CUT;
    sockets.forEach(CutProxy::close);
  }

  /** Keeps the connections, and holds back what they carry. */
  synchronized void stall() {
    state = State.STALLED;
  }

  /** Passes everything on again, what was held back first. */
  synchronized void heal() {
    state = State.OPEN;
    notifyAll();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        threads.execute(() -> connect(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void connect(Socket client) {
    sockets.add(client);
    try (client;
        Socket broker = new Socket(InetAddress.getByName("localhost"), target)) {
      sockets.add(broker);
      if (awaitOpen()) {
        threads.execute(() -> pump(broker, client));
        pump(client, broker);
      }
      sockets.remove(broker);
    } catch (IOException e) {
      // the broker is away
    } finally {
      sockets.remove(client);
    }
  }

  /** Waits while it is stalled; whether connections may live. */
  private synchronized boolean awaitOpen() {
    try {
      while (state == State.STALLED) {
        wait();
      }
    } catch (InterruptedException e) {
      return false;
    }
    return state == State.OPEN;
  }

  private void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] block = new byte[16 * 1024];
      for (int n; (n = in.read(block)) >= 0 && awaitOpen(); ) {
        out.write(block, 0, n);
      }
    } catch (IOException e) {
      // one side is gone
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // gone
    }
  }

  @Override
  public void close() throws IOException {
    cut();
    server.close();
    threads.shutdownNow();
  }
}
