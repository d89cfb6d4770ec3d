package io.serproutes.ids;

import org.apache.camel.Message;

/**
 * Receives the results of an id in place of the context's {@code serp.endpoints.*}.
 *
 * <p>A host sets it as the exchange variable {@link #VARIABLE} when it sends the id to the core.
 */
public interface Recipient {

  /** The exchange variable with the recipient of the id in the body; removed once it is read. */
  String VARIABLE = "serpRecipient";

  /**
   * The name by which a parked id finds its recipient again, also after a restart.
   *
   * @return null where ids are not parked: one whose task is not ready is returned to the host
   */
  String getName();

  /**
   * Tells where messages go.
   *
   * @param kind what they hold: {@code organic}, {@code paid} or {@code other} items, a receipt
   *     ({@code receipts}) or a dead letter ({@code dead-letters})
   * @return the URI of an endpoint; null where {@link #accept} takes them
   */
  String endpoint(String kind);

  /** Accepts a message that has no endpoint. The same one may come again after a failure. */
  default void accept(String kind, Message message) {}
}
