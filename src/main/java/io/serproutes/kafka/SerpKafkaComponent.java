package io.serproutes.kafka;

import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.StartupListener;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.support.DefaultComponent;

/**
 * The Kafka component of the routes. What a host configures for its own Kafka component does not
 * reach it, nor the reverse.
 *
 * <p>It is no {@link KafkaComponent}, since starters and customizers set every component of that
 * type to the host's values. The one it works with is in no registry, so that nothing is autowired
 * into it and it gives nothing to others.
 */
public final class SerpKafkaComponent extends DefaultComponent {

  private final Own own = new Own();
  private KafkaClients clients;
  private Executor workers;
  private KafkaRecords records;

  /** A component that still wants its clients, its workers and its records. */
  public SerpKafkaComponent() {
    own.setAutowiredEnabled(false);
  }

  /** What its endpoints read and write with. */
  public void setClients(KafkaClients newClients) {
    clients = newClients;
    own.setKafkaClientFactory(newClients.factory());
  }

  /** What goes on with a task when its records have been acknowledged. */
  public void setWorkers(Executor newWorkers) {
    workers = newWorkers;
  }

  /** What makes records of what is sent. */
  public void setRecords(KafkaRecords newRecords) {
    records = newRecords;
  }

  /** What its endpoints start from; each has a copy, which the options of its URI change. */
  public KafkaConfiguration getConfiguration() {
    return own.getConfiguration();
  }

  @Override
  public void setCamelContext(CamelContext context) {
    super.setCamelContext(context);
    own.setCamelContext(context);
  }

  @Override
  protected Endpoint createEndpoint(String uri, String topic, Map<String, Object> parameters)
      throws Exception {
    return own.createEndpoint(uri, topic, parameters);
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    getCamelContext().addService(own);
    Component component = own;
    if (component instanceof StartupListener listener) { // a later Camel starts consumers then
      getCamelContext().addStartupListener(listener);
    }
  }

  /** Camel's component; the annotation has Camel find the options of its endpoints. */
  @org.apache.camel.spi.annotations.Component("kafka")
  private final class Own extends KafkaComponent {

    @Override
    protected KafkaEndpoint createEndpoint(String uri, String topic, Map<String, Object> parameters)
        throws Exception {
      KafkaEndpoint endpoint = new SerpKafkaEndpoint(uri, this, clients, workers, records);
      endpoint.setConfiguration(getConfiguration().copy());
      setProperties(endpoint, parameters);
      endpoint.getConfiguration().setTopic(topic);
      return endpoint;
    }
  }
}
