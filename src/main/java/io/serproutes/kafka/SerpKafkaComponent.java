package io.serproutes.kafka;

import org.apache.camel.component.kafka.KafkaComponent;
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

  /** A component that still wants its clients. */
  public SerpKafkaComponent() {}

  /** What its endpoints read and write with. */
  public void setClients(KafkaClients clients) {
    setKafkaClientFactory(clients.factory());
  }
}
