package io.serproutes.feed.webhooks;

import io.serproutes.Failures;
import io.serproutes.FatalErrors;
import io.serproutes.IllegalSettingException;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.feed.webhooks.Caller.Phase;
import io.serproutes.feed.webhooks.Signal.Kind;
import io.serproutes.feed.webhooks.SignalCheck.Head;
import io.serproutes.ids.TaskId;
import io.serproutes.items.AnswerReader;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server that the vendor calls. It answers 200 once the id of a call is durable, and holds to
 * its limits whatever comes; what it hands on is the id and an answer that is posted, and no other
 * part of a call.
 *
 * <p>Each answer ends its connection: a call that is sent into one which is just being closed for
 * idleness would be lost. All state belongs to the one thread of its event loop.
 */
final class SignalServer {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-webhooks");
  private static final int MOST_CONNECTIONS = 256;
  private static final int LONGEST_LINE = 64 * 1024; // the path and the method are judged first
  private static final int LONGEST_HEADERS = 16 * 1024;
  private static final long TICK_MILLIS = 100;
  private static final long START_SECONDS = 20;

  private final String host;
  private final int port;
  private final long mostBytes;
  private final SignalCheck check;
  private final SignalLog log;
  private final Predicate<List<Signal>> keep;
  private final Function<TaskId, PostedBody> bodies;
  private final Map<HttpConnection, Caller> callers = new LinkedHashMap<>(); // the oldest first
  private volatile CompletableFuture<Void> stopping;
  private Vertx vertx;
  private HttpServer server;
  private Context loop;
  private Executor disk;
  private KeptTogether kept;

  /**
   * A server for the keys {@code serp.webhooks.*}.
   *
   * @param keep makes ids durable and says whether they are; called by one thread at a time
   * @param bodies where the body of a postback goes; null where bodies are read and dropped
   */
  SignalServer(
      Settings settings,
      SignalLog log,
      Predicate<List<Signal>> keep,
      Function<TaskId, PostedBody> bodies) {
    host = settings.get(Keys.WEBHOOKS_HOST);
    port = settings.get(Keys.WEBHOOKS_PORT);
    mostBytes = settings.get(Keys.WEBHOOKS_MAX_BODY);
    check = new SignalCheck(settings);
    this.log = log;
    this.keep = keep;
    this.bodies = bodies;
  }

  /**
   * Listens.
   *
   * @param executor runs what keeps ids
   * @param newDisk runs what writes bodies; a body waits for one of its threads
   */
  void start(Executor executor, Executor newDisk) throws Exception {
    kept = new KeptTogether(executor, keep, this::kept);
    disk = newDisk;
    stopping = null;
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    vertx.exceptionHandler(SignalServer::failed);
    loop = vertx.getOrCreateContext();
    CompletableFuture<HttpServer> listening = new CompletableFuture<>();
    loop.runOnContext(nothing -> listen(listening));
    try {
      server = listening.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      close();
      Throwable why = e.getCause() == null ? e : e.getCause();
      throw new IllegalSettingException(
          "serp.webhooks.host="
              + host
              + ", serp.webhooks.port="
              + port
              + " cannot be used: "
              + why(why));
    }
  }

  // what fails on the event loop concerns one call, or the whole process
  private static void failed(Throwable failure) {
    FatalErrors.report(failure);
    LOG.debug("a call failed", failure);
  }

  private static String why(Throwable failure) {
    String why = Failures.inWords(failure);
    return why.contains("already in use") ? "another program uses the port" : why;
  }

  private void listen(CompletableFuture<HttpServer> listening) {
    try {
      SocketAddress address =
          SocketAddress.inetSocketAddress(new InetSocketAddress(InetAddress.getByName(host), port));
      vertx
          .createHttpServer(options())
          .connectionHandler(this::connected)
          .requestHandler(this::headRead)
          .invalidRequestHandler(this::malformed)
          .exceptionHandler(e -> LOG.debug("a connection failed", e))
          .listen(address)
          .onSuccess(listening::complete)
          .onFailure(listening::completeExceptionally);
      vertx.setPeriodic(TICK_MILLIS, timer -> endOverdue());
    } catch (Exception e) {
      listening.completeExceptionally(e);
    }
  }

  private static HttpServerOptions options() {
    return new HttpServerOptions()
        .setHttp2ClearTextEnabled(false)
        .setMaxInitialLineLength(LONGEST_LINE)
        .setMaxHeaderSize(LONGEST_HEADERS)
        .setDecompressionSupported(false)
        .setPerFrameWebSocketCompressionSupported(false)
        .setPerMessageWebSocketCompressionSupported(false)
        .setAcceptBacklog(1024);
  }

  /** Where it listens, as a URL. */
  String address() {
    String named = host.contains(":") ? "[" + host + "]" : host;
    return "http://" + named + ":" + server.actualPort();
  }

  private void connected(HttpConnection connection) {
    if (callers.size() >= MOST_CONNECTIONS && !cutOffOldest()) {
      connection.close();
      return;
    }
    callers.put(connection, new Caller(connection));
    connection.closeHandler(nothing -> gone(connection));
    connection.exceptionHandler(e -> LOG.debug("a connection failed", e));
  }

  private void gone(HttpConnection connection) {
    Caller caller = callers.remove(connection);
    if (caller != null) {
      discardBody(caller);
    }
  }

  // what has its name stays
  private static void discardBody(Caller caller) {
    if (caller.body != null) {
      caller.body.discard();
      caller.body = null;
    }
  }

  // one whose id is being kept has an answer coming
  private boolean cutOffOldest() {
    for (Caller caller : callers.values()) {
      if (caller.phase != Phase.KEEPING) {
        cutOff(caller);
        return true;
      }
    }
    return false;
  }

  private void cutOff(Caller caller) {
    if (caller.phase != Phase.ANSWERED) {
      log.answered(caller.head == null ? null : caller.head.kind(), 0, null);
    }
    close(caller);
  }

  private void close(Caller caller) {
    callers.remove(caller.connection);
    discardBody(caller);
    caller.phase = Phase.ANSWERED;
    caller.connection.close();
  }

  private void malformed(HttpServerRequest request) {
    Caller caller = callers.get(request.connection());
    if (caller == null || caller.request != null) {
      request.connection().close();
      return;
    }
    caller.request = request;
    Throwable cause = request.decoderResult().cause();
    String what = cause == null ? "" : cause.getClass().getSimpleName();
    answer(caller, what.contains("TooLongHttpLine") ? 414 : what.contains("TooLong") ? 431 : 400);
  }

  private void headRead(HttpServerRequest request) {
    Caller caller = callers.get(request.connection());
    if (caller == null || caller.request != null) {
      return; // cut off, or a second call on a connection that is good for one
    }
    caller.request = request;
    caller.enter(Phase.BODY);
    caller.head = check.check(request);
    if (bodies != null && caller.head.status() == 0 && caller.head.kind() == Kind.POSTBACK) {
      PostedBody file = bodies.apply(caller.head.task());
      caller.body = new IncomingBody(request, file, disk, loop, why -> notStored(caller, why));
    }
    request.exceptionHandler(e -> LOG.debug("a call broke off", e));
    request.handler(part -> partRead(caller, part));
    request.endHandler(nothing -> bodyRead(caller));
    if (caller.head.status() != 0) {
      answer(caller, caller.head.status());
    } else if (announced(request) > mostBytes) {
      answer(caller, 413);
    } else if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
  }

  private static long announced(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }

  private void partRead(Caller caller, Buffer part) {
    caller.bytes += part.length();
    if (caller.bytes > mostBytes) {
      answer(caller, 413);
    } else if (caller.body != null) {
      caller.body.part(part);
    }
  }

  private void notStored(Caller caller, Exception why) {
    if (caller.body == null) {
      return; // it has its answer, or has gone
    }
    boolean isTooLarge = why instanceof AnswerReader.TooLargeException;
    if (!isTooLarge) {
      log.notStored(why);
    }
    answer(caller, isTooLarge ? 413 : 503);
  }

  private void bodyRead(Caller caller) {
    if (caller.phase == Phase.ANSWERED) {
      close(caller);
    } else if (stopping != null) {
      answer(caller, 503);
    } else {
      caller.enter(Phase.KEEPING);
      if (caller.body == null) {
        keepSoon(caller);
      } else {
        caller.body.end(file -> bodyStored(caller, file));
      }
    }
  }

  private void bodyStored(Caller caller, PostedBody file) {
    if (caller.phase == Phase.KEEPING) {
      caller.answer = file;
      keepSoon(caller);
    }
  }

  private void keepSoon(Caller caller) {
    try {
      kept.add(caller);
    } catch (RejectedExecutionException e) {
      answer(caller, 503);
    }
  }

  private void kept(List<Caller> batch, boolean isKept) {
    loop.runOnContext(nothing -> batch.forEach(caller -> answer(caller, isKept ? 200 : 503)));
  }

  private void answer(Caller caller, int status) {
    if (caller.phase == Phase.ANSWERED || !callers.containsKey(caller.connection)) {
      return; // it has its answer, or has gone
    }
    boolean isRead = caller.phase == Phase.KEEPING || caller.request.isEnded();
    caller.enter(Phase.ANSWERED);
    discardBody(caller);
    Head head = caller.head;
    log.answered(head == null ? null : head.kind(), status, head == null ? null : head.id());
    caller.request.response().setStatusCode(status).putHeader("Connection", "close");
    if (status == 405) {
      caller.request.response().putHeader("Allow", head.kind().method());
    }
    caller
        .request
        .response()
        .end()
        .onComplete(
            done -> {
              if (isRead || done.failed()) {
                close(caller);
              }
            });
    tellIfDrained();
  }

  private void endOverdue() {
    long now = System.nanoTime();
    for (Caller caller : List.copyOf(callers.values())) {
      if (caller.isOverdue(now)) {
        switch (caller.phase) {
          case BODY -> answer(caller, 408);
          case KEEPING -> answer(caller, 503);
          default -> cutOff(caller);
        }
      }
    }
    tellIfDrained();
  }

  private void tellIfDrained() {
    CompletableFuture<Void> drained = stopping;
    if (drained != null && callers.values().stream().noneMatch(c -> c.phase == Phase.KEEPING)) {
      drained.complete(null);
    }
  }

  /** Keeps what it has read, refuses what comes, and ends after at most 5 seconds. */
  void stop() throws Exception {
    if (server == null) {
      return;
    }
    stopping = new CompletableFuture<>();
    try {
      stopping.get(Phase.KEEPING.nanos() + TimeUnit.SECONDS.toNanos(1), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.debug("some calls were not answered", e);
    } finally {
      close();
    }
  }

  private void close() throws Exception {
    server = null;
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("closing the server of webhooks", e);
    }
  }
}
