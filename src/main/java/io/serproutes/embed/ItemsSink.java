package io.serproutes.embed;

import io.serproutes.deliver.Recipients;
import io.serproutes.ids.Recipient;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;

/**
 * Sends the id's items to endpoints by their type, and its receipt and dead letter likewise.
 * Replies with the receipt, or with the parking record of an id that was parked.
 *
 * <p>The items of a parked id go to the sink of the context that has the same name, also after a
 * restart, or to {@code serp.endpoints.*} where there is none.
 */
public final class ItemsSink extends TaskForId {

  private final Map<String, String> endpoints = new HashMap<>();
  private String name;
  private Recipient recipient;
  private Recipients recipients;

  /** Sets the name by which parked ids find this sink. */
  public void setName(String newName) {
    name = newName;
  }

  /** Sets the endpoint of organic items. */
  public void setOrganic(String uri) {
    endpoints.put("organic", uri);
  }

  /** Sets the endpoint of paid items. */
  public void setPaid(String uri) {
    endpoints.put("paid", uri);
  }

  /** Sets the endpoint of items of any other type. */
  public void setOther(String uri) {
    endpoints.put("other", uri);
  }

  /** Sets the endpoint of receipts. */
  public void setReceipts(String uri) {
    endpoints.put("receipts", uri);
  }

  /** Sets the endpoint of dead letters. */
  public void setDeadLetters(String uri) {
    endpoints.put("dead-letters", uri);
  }

  @Override
  void loaded() {
    endpoints.values().forEach(getCamelContext()::getEndpoint); // a malformed one stops the start
    recipients =
        getCamelContext().getRegistry().lookupByNameAndType("serpRecipients", Recipients.class);
    recipient = new Endpoints(name, Map.copyOf(endpoints));
  }

  @Override
  protected void doInit() {
    if (recipient != null) {
      recipients.add(recipient);
    }
  }

  @Override
  protected void doShutdown() {
    if (recipient != null) {
      recipients.remove(recipient);
    }
  }

  @Override
  Recipient recipient() {
    return recipient;
  }

  @Override
  void reply(Exchange exchange, Recipient ofId, String receipt) {
    exchange.getMessage().setBody(receipt);
  }

  /** The endpoints of a sink by what is sent to them. */
  private record Endpoints(String name, Map<String, String> uris) implements Recipient {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public String endpoint(String kind) {
      return uris.get(kind);
    }
  }
}
