package io.serproutes.page;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.reconcile.PointInTime;
import io.serproutes.results.Export;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends all results of a type as one file. Safe for use by many threads. */
final class Downloads {

  private static final Logger LOG = LoggerFactory.getLogger("serp-page");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MOST_AT_ONCE = 4;
  private static final int MOST_TICKETS = 100;
  private static final long TICKET_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Export export;
  private final boolean hasFiles;
  private final ExecutorService threads;
  private final Secrets secrets;
  private final Guard guard;
  private final LongSupplier nanoTime;
  private final Semaphore room = new Semaphore(MOST_AT_ONCE);
  private final Map<String, Long> tickets = new LinkedHashMap<>(); // until when; its own lock

  /** Downloads, where results are in files. */
  Downloads(
      Settings settings,
      boolean hasFiles,
      ExecutorService threads,
      Secrets secrets,
      Guard guard,
      LongSupplier nanoTime) {
    export = new Export(settings);
    this.hasFiles = hasFiles;
    this.threads = threads;
    this.secrets = secrets;
    this.guard = guard;
    this.nanoTime = nanoTime;
  }

  /** A ticket that stands for the token once, within 60 s. */
  Map<String, String> ticket() {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    String ticket = HexFormat.of().formatHex(random);
    synchronized (tickets) {
      tickets.put(ticket, nanoTime.getAsLong() + TICKET_NANOS);
      if (tickets.size() > MOST_TICKETS) {
        tickets.remove(tickets.keySet().iterator().next());
      }
    }
    return Map.of("ticket", ticket);
  }

  private boolean redeems(String ticket) {
    synchronized (tickets) {
      Long until = ticket == null ? null : tickets.remove(ticket);
      return until != null && nanoTime.getAsLong() - until < 0;
    }
  }

  /** Sends the results that a request asks for; checks by itself who may have them. */
  void send(HttpServerRequest request) {
    try {
      UnaryOperator<String> headers = Ways.headers(request);
      if (!redeems(request.getParam("ticket"))) {
        guard.checkDetails(headers);
      }
      if (!hasFiles) {
        throw new RefusedException(409, "serp.to names no files: the results are elsewhere.");
      }
      Export.Request asked = asked(request);
      if (!room.tryAcquire()) {
        throw new RefusedException(503, "Four downloads are under way; ask again.");
      }
      start(request, asked);
    } catch (RefusedException e) {
      Answers.refuse(request, e);
    }
  }

  private static Export.Request asked(HttpServerRequest request) throws RefusedException {
    try {
      LineKind type = Export.type(request.getParam("type"));
      Export.Format format = Export.Format.of(request.getParam("format"));
      String since = request.getParam("since");
      String separator = request.getParam("separator", ",");
      if (!separator.matches("[,;\t|]")) {
        throw new IllegalArgumentException("separator must be a comma, a semicolon, a tab or |");
      }
      boolean mark = !"no".equals(request.getParam("bom"));
      Instant from =
          since == null || since.isBlank()
              ? null
              : PointInTime.parse("since", since, Instant.now());
      return new Export.Request(type, format, from, separator.charAt(0), mark);
    } catch (IllegalArgumentException e) {
      throw new RefusedException(400, e.getMessage().replaceFirst("^--", "") + ".");
    }
  }

  private void start(HttpServerRequest request, Export.Request asked) {
    boolean isCsv = asked.format() == Export.Format.CSV;
    String file = asked.type() + "." + asked.format();
    HttpServerResponse response = request.response();
    response
        .putHeader("Content-Type", isCsv ? "text/csv; charset=utf-8" : "application/jsonl")
        .putHeader("Content-Disposition", "attachment; filename=\"" + file + "\"");
    if (request.method().equals(HttpMethod.HEAD)) {
      room.release();
      response.end();
      return;
    }
    response.setChunked(true);
    Context context = Vertx.currentContext();
    threads.execute(() -> write(request, asked, context));
  }

  // one that breaks off is cut off, so that no client takes it for whole
  private void write(HttpServerRequest request, Export.Request asked, Context context) {
    try (ResponseStream out = new ResponseStream(context, request.response())) {
      Export.Counts counts = export.write(asked, out, this::warn);
      out.close();
      context.runOnContext(now -> request.response().end());
      if (counts.problems() > Export.MOST_TOLD) {
        LOG.warn("left out of a download: {} more", counts.problems() - Export.MOST_TOLD);
      }
      LOG.debug("a download of {} lines", counts.lines());
    } catch (IOException | RuntimeException e) {
      LOG.warn("a download of {} results broke off: {}", asked.type(), quoted(e));
      context.runOnContext(now -> request.connection().close());
    } finally {
      room.release();
    }
  }

  private String quoted(Exception e) {
    return secrets.quote(String.valueOf(e.getMessage()));
  }

  private void warn(String problem) {
    LOG.warn("left out of a download: {}", secrets.quote(problem));
  }
}
