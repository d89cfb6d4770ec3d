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
   * Tells where messages go, without accepting one.
   *
   * @param kind as for {@link #take}
   * @return the URI of an endpoint; null where {@link #take} accepts them itself
   */
  String endpoint(String kind);

  /**
   * Accepts a message, or tells where it goes. The same message may come again after a failure.
   *
   * @param kind what it holds: {@code organic}, {@code paid} or {@code other} items, a receipt
   *     ({@code receipts}) or a dead letter ({@code dead-letters})
   * @return the URI of its endpoint; null where the message was accepted
   */
  String take(String kind, Message message);
}
