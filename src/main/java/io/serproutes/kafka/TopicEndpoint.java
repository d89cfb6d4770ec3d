package io.serproutes.kafka;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.service.ServiceHelper;

/**
 * A topic of the routes: read by Camel's own Kafka consumer, written by a {@link TopicProducer}.
 *
 * <p>A route with settings that would lose ids or items fails to start.
 */
final class TopicEndpoint extends DefaultEndpoint {

  private final SerpKafkaComponent component;
  private final KafkaEndpoint kafka;

  TopicEndpoint(String uri, SerpKafkaComponent component, KafkaEndpoint kafka) {
    super(uri, component);
    this.component = component;
    this.kafka = kafka;
  }

  KafkaConfiguration getConfiguration() {
    return kafka.getConfiguration();
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    component.getClients().check(getConfiguration());
    return kafka.createConsumer(processor);
  }

  @Override
  public Producer createProducer() {
    return component.producer(this, getConfiguration().getTopic());
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    ServiceHelper.startService(kafka);
  }

  @Override
  protected void doStop() throws Exception {
    ServiceHelper.stopService(kafka);
    super.doStop();
  }
}
