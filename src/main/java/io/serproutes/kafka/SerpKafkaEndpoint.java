package io.serproutes.kafka;

import java.util.concurrent.Executor;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaEndpoint;

/**
 * A topic of the routes: read as Camel reads it, written by a {@link RecordsProducer}.
 *
 * <p>Refuses to be used with settings that would lose ids or items; the start of its route fails.
 */
final class SerpKafkaEndpoint extends KafkaEndpoint {

  private final KafkaClients clients;
  private final Executor workers;
  private final KafkaRecords records;

  SerpKafkaEndpoint(
      String uri,
      KafkaComponent component,
      KafkaClients clients,
      Executor workers,
      KafkaRecords records) {
    super(uri, component);
    this.clients = clients;
    this.workers = workers;
    this.records = records;
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    clients.forConsumer(getConfiguration().createConsumerProperties());
    clients.joining(getConfiguration().getTopic()); // no share of the limits before it has joined
    return super.createConsumer(processor);
  }

  @Override
  public Producer createProducer() {
    clients.forProducer(getConfiguration().createProducerProperties());
    return new RecordsProducer(this, workers, records::of);
  }
}
