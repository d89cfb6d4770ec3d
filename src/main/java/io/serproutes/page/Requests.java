package io.serproutes.page;

import io.serproutes.Failures;
import io.serproutes.Secrets;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what a request asks for on threads that may wait for disk and broker, never on those of
 * Vert.x. So many at a time; more are refused.
 */
final class Requests {

  private static final Logger LOG = LoggerFactory.getLogger("serp-page");
  private static final int MOST_BODY = 1 << 20;
  private static final long BODY_MILLIS = 30_000;
  private static final int MOST_BODIES = 4; // they and what is made of them lie in memory

  private final Executor threads;
  private final Secrets secrets;
  private final Semaphore bodies = new Semaphore(MOST_BODIES);

  /** What a request asks for. */
  @FunctionalInterface
  interface Work {
    /** The answer, as an object for JSON; null where it has been given. */
    Object run() throws IOException, RefusedException;
  }

  /** What a request with a small body asks for. */
  @FunctionalInterface
  interface WorkOnBody {
    Object run(Buffer body) throws IOException, RefusedException;
  }

  Requests(Executor threads, Secrets secrets) {
    this.threads = threads;
    this.secrets = secrets;
  }

  /** Answers a request with what some work brings. */
  void run(HttpServerRequest request, Work work) {
    run(request, work, () -> {});
  }

  private void run(HttpServerRequest request, Work work, Runnable over) {
    Context context = Vertx.currentContext();
    try {
      threads.execute(
          () -> {
            try {
              answer(request, context, work);
            } finally {
              over.run();
            }
          });
    } catch (RejectedExecutionException e) {
      over.run();
      refuseForNow(request);
    }
  }

  private static void refuseForNow(HttpServerRequest request) {
    Answers.refuse(request, new RefusedException(503, "Too many requests at once; ask again."));
  }

  private void answer(HttpServerRequest request, Context context, Work work) {
    try {
      Object answer = work.run();
      if (answer != null) {
        context.runOnContext(now -> Answers.json(request, answer));
      }
    } catch (IOException | RuntimeException | RefusedException e) {
      RefusedException refused = refusal(e);
      context.runOnContext(now -> Answers.refuse(request, refused));
    }
  }

  /** What a failure means to the person who asked. */
  RefusedException refusal(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof RefusedException refused) {
      return refused;
    }
    String words = secrets.quote(Failures.inWords(cause));
    LOG.debug("a request of the page failed", cause);
    if (cause instanceof IOException e) {
      int status = Failures.isNoSpace(e) ? 507 : 503;
      return new RefusedException(status, "That failed: " + words + ".");
    }
    LOG.warn("a request of the page failed: {}", words);
    return new RefusedException(500, "That failed: " + words + ".");
  }

  /** Reads a body of at most 1 MiB within 30 s, then runs the work. So many at a time. */
  void runOnBody(HttpServerRequest request, WorkOnBody work) {
    if (!bodies.tryAcquire()) {
      refuseForNow(request);
      return;
    }
    Vertx vertx = Vertx.currentContext().owner();
    long timer =
        vertx.setTimer(
            BODY_MILLIS,
            late -> Answers.refuse(request, new RefusedException(408, "The body took too long.")));
    AtomicBoolean isReading = new AtomicBoolean(true);
    Runnable broken =
        () -> {
          vertx.cancelTimer(timer);
          if (isReading.getAndSet(false)) {
            bodies.release();
          }
        };
    request.response().endHandler(refused -> broken.run());
    request.response().closeHandler(gone -> broken.run());
    request.exceptionHandler(gone -> broken.run());
    read(
        request,
        body -> {
          vertx.cancelTimer(timer);
          if (isReading.getAndSet(false)) {
            run(request, () -> work.run(body), bodies::release);
          }
        });
  }

  private static void read(HttpServerRequest request, Consumer<Buffer> whole) {
    Buffer body = Buffer.buffer();
    request.endHandler(end -> whole.accept(body));
    request.handler(
        bytes -> {
          body.appendBuffer(bytes);
          if (body.length() > MOST_BODY) {
            request.endHandler(end -> {});
            Answers.refuse(request, new RefusedException(413, "The body is larger than 1 MiB."));
          }
        });
    proceed(request);
  }

  /** Tells a client that waits for it that its body is wanted. */
  static void proceed(HttpServerRequest request) {
    if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
      request.response().writeContinue();
    }
  }
}
