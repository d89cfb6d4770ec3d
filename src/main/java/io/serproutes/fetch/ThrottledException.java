package io.serproutes.fetch;

/** The API asked for fewer calls; the id is asked for again once the gate lets it in. */
public final class ThrottledException extends Exception {

  ThrottledException(Verdict verdict) {
    super(verdict.inWords(), null, false, false);
  }
}
