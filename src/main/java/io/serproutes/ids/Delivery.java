package io.serproutes.ids;

import java.time.Instant;

/**
 * One id as an inlet took it from its source, and the way to tell that source how it ended.
 *
 * <p>The core calls {@link Settlement#settled} exactly once, from any thread.
 *
 * @param text what stood in the source; not yet known to be an id
 * @param source where it stood
 * @param history what is remembered of an id that was asked for before; null for a fresh one
 * @param settlement told once whether the source may let go of the id
 */
public record Delivery(String text, Source source, History history, Settlement settlement) {

  /** A delivery of an id that was not asked for before. */
  public static Delivery fresh(String text, Source source, Settlement settlement) {
    return new Delivery(text, source, null, settlement);
  }

  @Override
  public String toString() {
    return "id of " + source;
  }

  /** What a source does when the work on one of its ids is over. */
  @FunctionalInterface
  public interface Settlement {

    /**
     * @param ended true: receipt or parking record are durable, let go of the id; false: the
     *     program stops or something unforeseen happened, keep it
     */
    void settled(boolean ended);

    /** Whether the source still wants the id asked for; one that was taken away does not. */
    default boolean isWanted() {
      return true;
    }
  }

  /** Whether the id was parked before. */
  public boolean isParkedBefore() {
    return history != null && history.asks() > 0;
  }

  /**
   * What the record of a parked id tells.
   *
   * @param firstAskedAt when the id was asked for the first time; its deadline counts from here
   * @param asks how many times it has been not ready
   * @param attempts calls made so far
   * @param tag the host's own value, or null
   * @param recipient the name of the {@link Recipient}, or null where there is none
   */
  public record History(
      Instant firstAskedAt, int asks, int attempts, String tag, String recipient) {}
}
