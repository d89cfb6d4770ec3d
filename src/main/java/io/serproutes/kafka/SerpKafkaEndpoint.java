package io.serproutes.kafka;

import io.serproutes.fetch.Gate;
import org.apache.camel.Producer;
import org.apache.camel.component.kafka.KafkaEndpoint;

/** A topic of the routes: read as Camel reads it, written by a {@link RecordsProducer}. */
final class SerpKafkaEndpoint extends KafkaEndpoint {

  private final Gate gate;

  SerpKafkaEndpoint(String uri, SerpKafkaComponent component, Gate gate) {
    super(uri, component);
    this.gate = gate;
  }

  @Override
  public Producer createProducer() {
    return new RecordsProducer(this, gate);
  }
}
