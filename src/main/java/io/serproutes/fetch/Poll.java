package io.serproutes.fetch;

/**
 * A call that is for no id, such as one of the vendor's list of finished tasks. Belongs to one
 * exchange, as its {@link #VARIABLE}.
 */
public final class Poll implements Call {

  /** The exchange variable that holds it. */
  public static final String VARIABLE = "serpPoll";

  private final Tries tries = new Tries(0);
  private Verdict verdict;

  Poll() {}

  @Override
  public void asked(boolean asProbe, long now) {
    tries.callStarts(asProbe, now);
  }

  Tries tries() {
    return tries;
  }

  /** Notes what its answer means. */
  public void judged(Verdict newVerdict) {
    verdict = newVerdict;
  }

  /** What its answer means, or null before that is known. */
  public Verdict getVerdict() {
    return verdict;
  }
}
