package io.serproutes.fetch;

/**
 * Why no calls are made, in the words that the log, the health check and a host's exception share.
 *
 * @param problem what is wrong, in one line: {@code the account has no money left (HTTP 402)}
 * @param cure what a person can do: {@code Top it up}
 * @param isHopeless whether waiting cannot help: the API knows neither login nor password
 */
record Halt(Cause cause, String problem, String cure, boolean isHopeless) {

  /** What the circuit opens for; what closes it depends on it. */
  enum Cause {
    /** The API refuses the account or our address; any other answer to a probe closes it. */
    ACCOUNT("the API accepts the account again"),
    /** No call comes through; a probe that does not fail as transient closes it. */
    UNREACHABLE("the API answers again"),
    /** An output is unavailable; a delivery closes it. */
    CANNOT_DELIVER("the output is available again");

    /** What can be said when it has closed. */
    final String over;

    Cause(String over) {
      this.over = over;
    }
  }

  /** The API refuses the account or our address. */
  static Halt refused(Verdict verdict) {
    Refusal refusal = StatusCodes.refusal(verdict.statusCode(), verdict.httpStatus());
    String problem = refusal.problem + " (" + verdict.codes() + ")";
    return new Halt(Cause.ACCOUNT, problem, refusal.cure, refusal == Refusal.LOGIN);
  }

  /** No call comes through to the address, or none brings a usable answer. */
  static Halt unreachable(String address, Verdict verdict) {
    boolean noAnswer = verdict.httpStatus() == null;
    String problem = noAnswer ? " cannot be reached (" : " gives no usable answer (";
    String cure = noAnswer ? "Check serp.api.base-url and the network" : "Wait, or ask the vendor";
    if (!noAnswer && verdict.httpStatus() / 100 == 4) {
      cure = "Check serp.api.base-url and whatever proxy or gateway stands in between";
    }
    return new Halt(Cause.UNREACHABLE, address + problem + verdict.inWords() + ")", cure, false);
  }

  /** An output is unavailable. */
  static Halt cannotDeliver(String why, String cure) {
    return new Halt(Cause.CANNOT_DELIVER, "cannot deliver: " + why, cure, false);
  }

  /**
   * All that a person has to know.
   *
   * @param kept how many ids are kept: {@code 1 id is kept}
   * @param nextTry when the next call is made: {@code in 60 s}
   */
  String inWords(String kept, String nextTry) {
    return problem + ". " + kept + ". " + cure + "; the next try is " + nextTry + ".";
  }
}
