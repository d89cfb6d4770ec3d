package io.serproutes.fetch;

import io.serproutes.items.Answer;
import io.serproutes.items.Envelope;
import java.time.Instant;

/**
 * What one call brought.
 *
 * @param verdict what it means
 * @param answer the body, or null where none came whole; closed with the next call or the task
 * @param envelope what the body says, or null where it could not be read
 * @param at when it was judged, or null where the verdict is ours and not that of a call
 */
record CallResult(Verdict verdict, Answer answer, Envelope envelope, Instant at) {

  /** A verdict on an id that no answer has been read for. */
  static CallResult ofNoCall(Verdict verdict) {
    return new CallResult(verdict, null, null, null);
  }

  CallResult withVerdict(Verdict other) {
    return new CallResult(other, answer, envelope, at);
  }

  void close() {
    if (answer != null) {
      answer.close();
    }
  }
}
