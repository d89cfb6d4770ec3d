package io.serproutes.faults;

import static io.serproutes.Packed.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.ProgramUnderTest;
import io.serproutes.RawApi;
import io.serproutes.RawApi.Request;
import io.serproutes.feed.ReadyApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The API, which fails as it is told, and the witness of what it was asked and what it answered.
 * Thread-safe.
 */
final class FaultyApi implements AutoCloseable {

  /** How it answers, whatever the id. */
  enum Mode {
    AS_USUAL,
    /** The whole answer, but it takes a second. */
    SLOW,
    /** Half of the answer, then the connection ends. */
    HALF,
    /** The connection ends without an answer. */
    NOTHING,
    /** No answer, and the connection stays. */
    HANG,
    HTML,
    ERROR,
    UNAVAILABLE,
    UNPAID,
    LOGIN_REFUSED,
    THROTTLED,
    TOO_MANY,
    /** Nobody listens. */
    DOWN;

    /** Whether what it brings is charged to the id as a failure. */
    boolean isTransient() {
      return ordinal() > AS_USUAL.ordinal() && ordinal() < UNPAID.ordinal() || this == DOWN;
    }
  }

  /** A call; {@code ended} is 0 while it is under way. Times are {@link System#nanoTime}. */
  static final class Call {
    final String id;
    final long asked = System.nanoTime();
    volatile long ended;
    volatile boolean isBrokenOff;

    private Call(String id) {
      this.id = id;
    }

    private boolean isPoll() {
      return id.equals(POLL);
    }
  }

  private static final String POLL = "tasks_ready";
  private static final int TIMES = 3; // most answers before the good one
  private static final byte[] TOO_BIG =
      ("{\"x\":\"" + "0".repeat(Plan.MAX_ANSWER) + "\"}").getBytes(UTF_8);

  private final Map<String, Kind> kinds;
  private final int latency;
  private final int port = ProgramUnderTest.freePort();
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final Map<String, Integer> before = new ConcurrentHashMap<>();
  private final Map<String, Integer> begun = new ConcurrentHashMap<>();
  private final Map<String, Set<Integer>> whole = new ConcurrentHashMap<>();
  private final Set<String> listed = ConcurrentHashMap.newKeySet();
  private volatile Mode mode = Mode.AS_USUAL;
  private RawApi server;

  /** One that knows these ids and takes up to so many milliseconds for an answer. */
  FaultyApi(Map<String, Kind> kinds, int latency) {
    this.kinds = kinds;
    this.latency = latency;
    server = new RawApi(this::answer, port);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** From now on answers so. */
  synchronized void become(Mode next) {
    if (mode == Mode.DOWN && next != Mode.DOWN) {
      server = new RawApi(this::answer, port);
    } else if (mode != Mode.DOWN && next == Mode.DOWN) {
      server.close();
    }
    mode = next;
  }

  /** These tasks are finished: they are listed until their results have been given. */
  void list(List<String> ids) {
    listed.addAll(ids);
  }

  /** All calls and polls so far, in the order in which they came. */
  List<Call> calls() {
    return List.copyOf(calls);
  }

  /** How many calls so far; polls are none. */
  int count() {
    return (int) calls.stream().filter(call -> !call.isPoll()).count();
  }

  /** Calls that were answered since then. */
  int answersSince(long nanoTime) {
    return (int) calls.stream().filter(call -> call.ended > nanoTime).count();
  }

  /** The numbers of the answers that an id was given whole and for good. */
  Set<Integer> answers(String id) {
    return whole.getOrDefault(id, Set.of());
  }

  /** The answer of a number, or null where the id was not given it. */
  MadeAnswer answer(String id, int number) {
    return answers(id).contains(number) ? MadeAnswer.of(kinds.get(id), id, number) : null;
  }

  private void answer(Request request, Socket socket, OutputStream out) throws IOException {
    Call call = new Call(request.id());
    calls.add(call);
    try {
      pause(ThreadLocalRandom.current().nextInt(latency + 1));
      Mode now = mode;
      if (now != Mode.AS_USUAL && now != Mode.SLOW && now != Mode.HALF) {
        fail(now, socket, out);
      } else if (call.isPoll()) {
        result(request, list(), out, now);
      } else {
        answerAsId(request, socket, out, now);
      }
    } catch (IOException e) {
      call.isBrokenOff = true;
      throw e;
    } finally {
      call.ended = System.nanoTime();
    }
  }

  private static void pause(long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException("stopped", e);
    }
  }

  private void fail(Mode now, Socket socket, OutputStream out) throws IOException {
    switch (now) {
      case HANG -> {
        InputStream in = socket.getInputStream();
        while (in.read() >= 0) {
          // a client says no more
        }
        throw new IOException("the client has left");
      }
      case HTML ->
          RawApi.write(
              out,
              200,
              "<html>Down for maintenance</html>".getBytes(UTF_8),
              "Content-Type: text/html");
      case ERROR -> code(out, 500, 50000, "");
      case UNAVAILABLE -> RawApi.write(out, 503, new byte[0]);
      case UNPAID -> code(out, 402, 40200, "");
      case LOGIN_REFUSED -> code(out, 401, 40100, "");
      case THROTTLED -> code(out, 429, 40202, "");
      case TOO_MANY -> code(out, 200, 40209, "");
      default -> socket.close();
    }
  }

  private static void code(OutputStream out, int http, int code, String tasks) throws IOException {
    String body =
        "{\"status_code\":%d,\"status_message\":\"So.\",\"tasks\":[%s]}".formatted(code, tasks);
    RawApi.write(
        out, http, body.getBytes(UTF_8), "Content-Type: application/json", "Retry-After: 1");
  }

  private static void ofTask(OutputStream out, String id, int code) throws IOException {
    code(
        out,
        200,
        20000,
        "{\"id\":\"%s\",\"status_code\":%d,\"data\":{},\"result\":null}".formatted(id, code));
  }

  private byte[] list() {
    List<String> rows = listed.stream().map(ReadyApi::row).toList();
    return "{\"status_code\":20000,\"tasks\":[{\"status_code\":20000,\"result\":[%s]}]}"
        .formatted(String.join(",", rows))
        .getBytes(UTF_8);
  }

  private void answerAsId(Request request, Socket socket, OutputStream out, Mode now)
      throws IOException {
    String id = request.id();
    Kind kind = kinds.getOrDefault(id, Kind.UNKNOWN);
    int times = kind == Kind.THROTTLED ? 1 : 1 + Math.floorMod(id.hashCode(), TIMES);
    boolean waits = kind == Kind.NOT_READY || kind == Kind.THROTTLED || kind == Kind.FLAKY;
    if (waits && before.merge(id, 1, Integer::sum) <= times) {
      beforeGood(kind, socket, out, id);
      return;
    }
    switch (kind) {
      case POISON -> code(out, 500, 50000, "");
      case CUT_SHORT -> RawApi.write(out, 200, "{\"tasks\":[{\"id\":".getBytes(UTF_8));
      case TOO_BIG -> RawApi.write(out, 200, TOO_BIG);
      default -> {
        int number = begun.merge(id, 1, Integer::sum);
        Set<Integer> numbers = whole.computeIfAbsent(id, key -> ConcurrentHashMap.newKeySet());
        numbers.add(number); // before the client has it
        try {
          if (kind.hasResult()) {
            result(request, MadeAnswer.of(kind, id, number).json(), out, now);
          } else {
            refuse(kind, out, id);
          }
          listed.remove(id);
        } catch (IOException e) {
          numbers.remove(number);
          throw e;
        }
      }
    }
  }

  private static void beforeGood(Kind kind, Socket socket, OutputStream out, String id)
      throws IOException {
    switch (kind) {
      case NOT_READY ->
          ofTask(out, id, List.of(40601, 40602, 20100).get(Math.floorMod(id.hashCode(), 3)));
      case THROTTLED -> code(out, 429, 40202, "");
      default -> socket.close();
    }
  }

  private static void refuse(Kind kind, OutputStream out, String id) throws IOException {
    switch (kind) {
      case NO_SUCH_PAGE -> RawApi.write(out, 404, ("no task " + id).getBytes(UTF_8));
      case EXPIRED -> ofTask(out, id, 40403);
      case FOREIGN -> ofTask(out, id, 40003);
      case FAILED -> ofTask(out, id, 40101);
      case STRANGE -> ofTask(out, id, 40501);
      default -> ofTask(out, id, 40401);
    }
  }

  private static void result(Request request, byte[] json, OutputStream out, Mode now)
      throws IOException {
    boolean packs =
        request.headers().getOrDefault("accept-encoding", "").contains("gzip")
            && json.length % 2 == 0;
    byte[] body = packs ? gzip(json) : json;
    String encoding = packs ? "Content-Encoding: gzip" : "Content-Encoding: identity";
    if (now == Mode.AS_USUAL) {
      RawApi.write(out, 200, body, "Content-Type: application/json", encoding);
      out.flush();
      return;
    }
    out.write(RawApi.head(200, "Content-Length: " + body.length, encoding));
    int steps = 10;
    for (int step = 0; step < steps; step++) {
      int from = (int) ((long) body.length * step / steps);
      out.write(body, from, (int) ((long) body.length * (step + 1) / steps) - from);
      out.flush();
      if (now == Mode.HALF && step >= steps / 2) {
        throw new IOException("half of it");
      }
      pause(100);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
