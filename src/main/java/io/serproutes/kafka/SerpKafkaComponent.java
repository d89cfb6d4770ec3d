package io.serproutes.kafka;

import io.serproutes.fetch.Gate;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.service.ServiceHelper;

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
  private Gate gate;
  private KafkaRecords records;

  /** A component that still wants its clients, its gate and its records. */
  public SerpKafkaComponent() {
    own.setAutowiredEnabled(false);
  }

  /** What its endpoints read and write with. */
  public void setClients(KafkaClients newClients) {
    clients = newClients;
    own.setKafkaClientFactory(newClients.factory());
  }

  /** Whose threads go on with a task when its records have been acknowledged. */
  public void setGate(Gate newGate) {
    gate = newGate;
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
  protected void doBuild() throws Exception {
    super.doBuild();
    ServiceHelper.buildService(own);
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    ServiceHelper.initService(own);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    ServiceHelper.startService(own);
  }

  @Override
  protected void doStop() throws Exception {
    ServiceHelper.stopService(own);
    super.doStop();
  }

  @Override
  protected void doShutdown() throws Exception {
    ServiceHelper.stopAndShutdownService(own);
    super.doShutdown();
  }

  /** Camel's component; the annotation has Camel find the options of its endpoints. */
  @Component("kafka")
  private final class Own extends KafkaComponent {

    @Override
    protected KafkaEndpoint createEndpoint(String uri, String topic, Map<String, Object> parameters)
        throws Exception {
      KafkaEndpoint endpoint = new SerpKafkaEndpoint(uri, this, clients, gate, records);
      endpoint.setConfiguration(getConfiguration().copy());
      setProperties(endpoint, parameters);
      endpoint.getConfiguration().setTopic(topic);
      return endpoint;
    }
  }
}
