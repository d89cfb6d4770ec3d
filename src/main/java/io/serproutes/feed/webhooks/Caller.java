package io.serproutes.feed.webhooks;

import io.serproutes.feed.webhooks.SignalCheck.Head;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.TimeUnit;

/**
 * One connection, which is good for one call. Belongs to the event loop of the server; other
 * threads look at its phase and, once it is being kept, at its head.
 */
final class Caller {

  /** How far a call has come, and how long that may take. */
  enum Phase {
    HEAD(5),
    BODY(10),
    KEEPING(5),
    /** What is still sent is read and dropped, so that the caller gets to read the answer. */
    ANSWERED(2);

    private final long nanos;

    Phase(int seconds) {
      nanos = TimeUnit.SECONDS.toNanos(seconds);
    }

    long nanos() {
      return nanos;
    }
  }

  final HttpConnection connection;
  volatile Phase phase;
  HttpServerRequest request; // null until its head is read
  Head head; // null until it is judged
  long bytes; // of its body, as far as it is read
  IncomingBody body; // null where it is passed over
  volatile PostedBody answer; // its body, once it is whole and to be kept; else null
  private long deadline;

  Caller(HttpConnection connection) {
    this.connection = connection;
    enter(Phase.HEAD);
  }

  /** What it says; with its answer, where that is to be kept. */
  Signal signal() {
    return new Signal(head.task(), answer);
  }

  void enter(Phase next) {
    phase = next;
    deadline = System.nanoTime() + next.nanos;
  }

  boolean isOverdue(long now) {
    return now - deadline >= 0;
  }
}
