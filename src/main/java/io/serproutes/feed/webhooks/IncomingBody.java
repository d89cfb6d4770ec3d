package io.serproutes.feed.webhooks;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/**
 * A body that is written to disk while it comes: no more is read of the connection before a part is
 * written, so that memory holds one part of each. Belongs to the event loop; the disk is waited for
 * on other threads.
 */
final class IncomingBody {

  private final HttpServerRequest request;
  private final PostedBody file;
  private final Executor disk;
  private final Context loop;
  private final Consumer<Exception> failed;

  /**
   * A body of which nothing has come yet.
   *
   * @param failed told on the loop where it cannot be stored; it may be told more than once
   */
  IncomingBody(
      HttpServerRequest request,
      PostedBody file,
      Executor disk,
      Context loop,
      Consumer<Exception> failed) {
    this.request = request;
    this.file = file;
    this.disk = disk;
    this.loop = loop;
    this.failed = failed;
  }

  /** Writes what has come. */
  void part(Buffer part) {
    request.pause();
    onDisk(
        () -> {
          file.write(part.getBytes());
          return true;
        },
        written -> request.resume());
  }

  /**
   * Ends the body.
   *
   * @param next told on the loop: the file where it is to be kept, else null
   */
  void end(Consumer<PostedBody> next) {
    onDisk(file::end, isKept -> next.accept(isKept ? file : null));
  }

  private void onDisk(Callable<Boolean> step, Consumer<Boolean> next) {
    try {
      disk.execute(() -> run(step, next));
    } catch (RejectedExecutionException e) {
      failed.accept(e); // the server stops
    }
  }

  private void run(Callable<Boolean> step, Consumer<Boolean> next) {
    try {
      Boolean result = step.call();
      loop.runOnContext(nothing -> next.accept(result));
    } catch (Exception e) {
      loop.runOnContext(nothing -> failed.accept(e));
    }
  }

  /** Removes what was stored, unless it has its name; what still comes is passed over. */
  void discard() {
    request.resume();
    try {
      disk.execute(file::discard);
    } catch (RejectedExecutionException e) {
      file.discard();
    }
  }
}
