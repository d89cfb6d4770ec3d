package io.serproutes.kafka;

import io.serproutes.fetch.Gate;
import java.util.Map;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.spi.annotations.Component;

/**
 * The Kafka component of the routes.
 *
 * <p>Its clients are known to it alone: a {@code KafkaClientFactory} in the registry would be used
 * by a host's own Kafka component, too, since Camel's is autowired by type. The annotation has
 * Camel find the options of its own component.
 */
@Component("kafka")
public final class SerpKafkaComponent extends KafkaComponent {

  private Gate gate;

  /** A component that still wants its clients and its gate. */
  public SerpKafkaComponent() {}

  /** What its endpoints read and write with. */
  public void setClients(KafkaClients clients) {
    setKafkaClientFactory(clients.factory());
  }

  /** Whose threads go on with a task when its records have been acknowledged. */
  public void setGate(Gate gate) {
    this.gate = gate;
  }

  @Override
  protected KafkaEndpoint createEndpoint(String uri, String topic, Map<String, Object> parameters)
      throws Exception {
    KafkaEndpoint endpoint = new SerpKafkaEndpoint(uri, this, gate);
    endpoint.setConfiguration(getConfiguration().copy());
    setProperties(endpoint, parameters);
    endpoint.getConfiguration().setTopic(topic);
    return endpoint;
  }
}
