package io.serproutes.fetch;

/**
 * A call that is for no id, such as one of the vendor's list of finished tasks. Belongs to one
 * exchange, as its {@link #VARIABLE}.
 */
public final class Poll extends Call {

  /** The exchange variable that holds it. */
  public static final String VARIABLE = "serpPoll";

  private Verdict verdict;

  Poll() {
    super(0);
  }

  /** Notes what its answer means. */
  public void judged(Verdict newVerdict) {
    verdict = newVerdict;
  }

  @Override
  public Verdict getVerdict() {
    return verdict;
  }
}
