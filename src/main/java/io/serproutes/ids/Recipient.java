package io.serproutes.ids;

import org.apache.camel.Message;

/**
 * Who takes what comes of an id, where that is not {@code serp.endpoints.*} of the whole context.
 *
 * <p>Stands in the exchange variable {@link #VARIABLE} when the id is given to the core.
 */
public interface Recipient {

  /** The exchange variable that holds the recipient of the id in the body; gone once it is read. */
  String VARIABLE = "serpRecipient";

  /**
   * The name by which a parked id finds its recipient again, also after a restart.
   *
   * @return null for one that does not wait: an id whose task is not ready is given back to it
   */
  String getName();

  /**
   * Where messages go; nothing is taken yet.
   *
   * @param kind as for {@link #take}
   * @return the URI of an endpoint; null where they are taken here
   */
  String endpoint(String kind);

  /**
   * Takes a message, or says where it goes. The same may come again after a failure.
   *
   * @param kind what it is: {@code organic}, {@code paid} or {@code other} items, of {@code
   *     receipts} or of {@code dead-letters}
   * @return the URI of its endpoint; null where it has been taken here
   */
  String take(String kind, Message message);
}
