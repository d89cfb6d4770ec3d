package io.serproutes.fetch;

/** A call failed in a way that may pass; the id is asked for again after a back-off. */
public final class TransientFailureException extends Exception {

  TransientFailureException(Verdict verdict) {
    super(verdict.inWords(), null, false, false);
  }
}
