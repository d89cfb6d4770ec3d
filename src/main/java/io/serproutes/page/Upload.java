package io.serproutes.page;

import io.serproutes.FatalErrors;
import io.serproutes.page.GivenFiles.Part;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that is being received: a block is asked for when the one before it has been written, so
 * memory does not grow with the file. What is cut off, or sends nothing for a minute, leaves
 * nothing behind, nor does what is a minute behind a byte a millisecond.
 */
final class Upload {

  private static final Logger LOG = LoggerFactory.getLogger("serp-page");

  /** Milliseconds that may be waited in all for bytes, of which each gives back one. */
  static final long PATIENCE = 60_000;

  private final HttpServerRequest request;
  private final IdInlet inlet;
  private final Requests requests;
  private final Executor threads;
  private final Runnable over;
  private final String name;
  private final long mostPatience;
  private final Context context = Vertx.currentContext();

  private CompletableFuture<Void> work; // what is done with the file, one step after the other
  private Part part; // of the steps
  private long timer; // runs while a block is awaited
  private long askedAt;
  private long patience; // that is left
  private boolean isOver; // it and the timer: on the thread of Vert.x

  /**
   * A file that the request brings.
   *
   * @param name the name that it is to have in the inbox
   * @param patience such as {@link #PATIENCE}
   * @param over run once when all has been done
   */
  Upload(
      HttpServerRequest request,
      IdInlet inlet,
      Requests requests,
      Executor threads,
      String name,
      long patience,
      Runnable over) {
    this.request = request;
    this.inlet = inlet;
    this.requests = requests;
    this.threads = threads;
    this.name = name;
    this.patience = patience;
    this.over = over;
    mostPatience = patience;
  }

  /** A step that may wait for the disk. */
  @FunctionalInterface
  private interface Step {
    void run() throws IOException, RefusedException;
  }

  /**
   * Begins to receive it.
   *
   * @param bytes how long it will be; 0 where that is not known
   */
  void receive(long bytes) {
    request.pause();
    request.handler(this::write);
    request.endHandler(
        end -> {
          stopWaiting();
          then(this::show, () -> {});
        });
    request.exceptionHandler(gone -> abort(null));
    work = CompletableFuture.runAsync(() -> part = begin(bytes), threads);
    then(() -> {}, this::askForMore);
    Requests.proceed(request);
  }

  private Part begin(long bytes) {
    try {
      return inlet.begin(bytes);
    } catch (IOException | RefusedException e) {
      throw new CompletionException(e);
    }
  }

  private void then(Step step, Runnable next) {
    work =
        work.thenRunAsync(
            () -> {
              try {
                step.run();
              } catch (IOException | RefusedException e) {
                throw new CompletionException(e);
              }
            },
            threads);
    work.whenComplete(
        (done, failure) ->
            context.runOnContext(
                now -> {
                  if (failure != null) {
                    abort(failure);
                  } else if (!isOver) {
                    next.run();
                  }
                }));
  }

  private void askForMore() {
    askedAt = System.nanoTime();
    RefusedException late = new RefusedException(408, "No more of the file came in time.");
    timer = context.owner().setTimer(Math.max(1, patience), over -> abort(late));
    request.fetch(1);
  }

  private void stopWaiting() {
    context.owner().cancelTimer(timer);
  }

  private void write(Buffer bytes) {
    stopWaiting();
    long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - askedAt);
    patience = Math.min(mostPatience, patience - waited + bytes.length());
    ByteBuffer block = bytes.getByteBuf().nioBuffer();
    then(
        () -> {
          part.write(block);
          if (part.written() > inlet.mostBytes()) {
            throw Actions.tooLarge(inlet);
          }
        },
        this::askForMore);
  }

  private void show() throws IOException, RefusedException {
    IdInlet.Given given = inlet.file(part, name);
    LOG.info("a file of {} B from the page to {}", part.written(), given.to());
    context.runOnContext(
        now -> {
          if (end()) {
            Answers.json(request, given);
          }
        });
  }

  private void abort(Throwable why) {
    FatalErrors.report(why); // the future keeps it, and nobody else reads that
    if (end() && why != null) {
      Answers.refuse(request, requests.refusal(why));
    }
  }

  // whether it is the first end; what was not shown is removed after the step that runs
  private boolean end() {
    if (isOver) {
      return false;
    }
    isOver = true;
    stopWaiting();
    work.handleAsync(
        (done, failure) -> {
          try {
            if (part != null) {
              part.close();
            }
          } finally {
            over.run();
          }
          return null;
        },
        threads);
    return true;
  }
}
