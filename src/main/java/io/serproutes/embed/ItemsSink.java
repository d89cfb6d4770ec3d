package io.serproutes.embed;

import io.serproutes.deliver.Recipients;
import io.serproutes.ids.Recipient;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * Has the items of the id go to endpoints by their type, and its receipt and dead letter likewise;
 * the reply is the receipt, for an id that was parked its parking record.
 *
 * <p>What comes of a parked id later goes to the sink of its context with the same name, after a
 * restart, too; to {@code serp.endpoints.*} where there is none.
 */
public final class ItemsSink extends TaskForId {

  private final Map<String, String> endpoints = new HashMap<>();
  private String name;
  private Recipient recipient;
  private Recipients recipients;

  /** The sink of one Kamelet. */
  public ItemsSink() {}

  /** The name by which parked ids find this sink. */
  public void setName(String newName) {
    name = newName;
  }

  /** The endpoint that takes organic items. */
  public void setOrganic(String uri) {
    endpoints.put("organic", uri);
  }

  /** The endpoint that takes paid items. */
  public void setPaid(String uri) {
    endpoints.put("paid", uri);
  }

  /** The endpoint that takes items of any other type. */
  public void setOther(String uri) {
    endpoints.put("other", uri);
  }

  /** The endpoint that takes receipts. */
  public void setReceipts(String uri) {
    endpoints.put("receipts", uri);
  }

  /** The endpoint that takes dead letters. */
  public void setDeadLetters(String uri) {
    endpoints.put("dead-letters", uri);
  }

  @Override
  public void load() throws Exception {
    super.load();
    endpoints.values().forEach(getCamelContext()::getEndpoint); // one that is none stops the start
    recipients =
        getCamelContext().getRegistry().lookupByNameAndType("serpRecipients", Recipients.class);
    recipient = new Endpoints(name, Map.copyOf(endpoints));
  }

  @Override
  protected void doInit() {
    recipients.add(recipient);
  }

  @Override
  protected void doShutdown() {
    recipients.remove(recipient);
  }

  @Override
  Recipient recipient() {
    return recipient;
  }

  @Override
  void reply(Exchange exchange, Recipient ofId, String receipt) {
    exchange.getMessage().setBody(receipt);
  }

  /** The endpoints of a sink by what they take. */
  private record Endpoints(String name, Map<String, String> uris) implements Recipient {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public String endpoint(String kind) {
      return uris.get(kind);
    }

    @Override
    public String take(String kind, Message message) {
      return endpoint(kind);
    }
  }
}
