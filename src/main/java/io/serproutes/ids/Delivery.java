package io.serproutes.ids;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/**
 * One id as it was read from its source, and the way to tell that source how the work on it ended.
 *
 * <p>The core calls {@link Settlement#settled} exactly once, from any thread.
 *
 * @param text what the source holds; not yet known to be an id
 * @param source where it was read
 * @param history what is known of an id that was requested before; null for a new one
 * @param headers what is passed on to all that comes of it, as in {@link PassedHeaders}; maybe
 *     empty
 * @param settlement told once how the work ended
 * @param answer the file with the answer that came with the id, packed with gzip; null for none:
 *     the id is asked for
 */
public record Delivery(
    String text,
    Source source,
    History history,
    Map<String, byte[]> headers,
    Settlement settlement,
    Path answer) {

  /** A delivery without headers, of an id without an answer. */
  public Delivery(String text, Source source, History history, Settlement settlement) {
    this(text, source, history, Map.of(), settlement, null);
  }

  /** A delivery of an id that was not requested before. */
  public static Delivery fresh(String text, Source source, Settlement settlement) {
    return new Delivery(text, source, null, settlement);
  }

  /** Returns the same with these headers. */
  public Delivery with(Map<String, byte[]> newHeaders) {
    return newHeaders.isEmpty()
        ? this
        : new Delivery(text, source, history, newHeaders, settlement, answer);
  }

  @Override
  public String toString() {
    return "id of " + source;
  }

  /** How the work on an id ended. */
  public enum Outcome {
    /** Its items and its receipt are durable. */
    DELIVERED,
    /** The record that parks it is durable: another source requests it again when it is due. */
    PARKED,
    /** Its dead letter is durable, and its receipt where it has one. */
    DEAD_LETTERED,
    /** Nothing durable tells of it: the program stops, or the routes failed. */
    KEPT;

    /** Whether the source may forget the id; else it must deliver it again. */
    public boolean isAcknowledged() {
      return this != KEPT;
    }
  }

  /** What a source does when the work on one of its ids is over. */
  @FunctionalInterface
  public interface Settlement {

    /** Told that the id does not, or no longer, wait for its first call; maybe more than once. */
    default void outOfLine() {}

    /** Acknowledges the id, or keeps it: see {@link Outcome#isAcknowledged}. */
    void settled(Outcome outcome);

    /**
     * Told of a dead letter of the id that is durable, before {@link #settled}.
     *
     * @return whether it is worth a log line; false where the source counts it among many others
     */
    default boolean logsDeadLetter(String reason) {
      return true;
    }

    /**
     * What an output needs that ends the id in its source together with its own records; null where
     * nothing does.
     */
    default Object origin() {
      return null;
    }

    /** Whether the id is still to be requested; not, for example, after its partition was lost. */
    default boolean isWanted() {
      return true;
    }
  }

  /** Whether the id was parked before. */
  public boolean isParkedBefore() {
    return history != null && history.asks() > 0;
  }

  /**
   * What the record of a parked id says.
   *
   * @param firstAskedAt when the id was first requested; its deadline counts from here
   * @param asks how many times its task was not ready
   * @param attempts calls made so far
   * @param tag the host's own value, or null
   * @param recipient the name of the {@link Recipient}, or null where it has none
   */
  public record History(
      Instant firstAskedAt, int asks, int attempts, String tag, String recipient) {}
}
