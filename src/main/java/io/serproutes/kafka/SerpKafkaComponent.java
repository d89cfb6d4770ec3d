package io.serproutes.kafka;

import io.serproutes.fetch.Task;
import java.util.Map;
import java.util.concurrent.Executor;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
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
 * type to the host's values. It uses one that is in no registry, so that nothing is autowired into
 * it.
 */
public final class SerpKafkaComponent extends DefaultComponent {

  private final KafkaComponent kafka = new KafkaComponent();
  private final SharedProducer producer =
      new SharedProducer(() -> getClients().newProducer(getConfiguration()));
  private KafkaClients clients;
  private Executor workers;
  private KafkaRecords records;
  private Transactions transactions;

  /** A component without its clients, workers and records. */
  public SerpKafkaComponent() {
    kafka.setAutowiredEnabled(false);
  }

  KafkaClients getClients() {
    return clients;
  }

  /** Sets what makes the clients of its endpoints. */
  public void setClients(KafkaClients newClients) {
    clients = newClients;
    kafka.setKafkaManualCommitFactory(newClients.commits());
  }

  /** Sets the threads on which a task continues when its records have been acknowledged. */
  public void setWorkers(Executor newWorkers) {
    workers = newWorkers;
  }

  /** Sets what makes records of what is sent. */
  public void setRecords(KafkaRecords newRecords) {
    records = newRecords;
  }

  /** Sets the transactions for what tasks send; what is sent without a task has none. */
  public void setTransactions(Transactions newTransactions) {
    transactions = newTransactions;
  }

  /** The options all endpoints start from; the options of a URI change a copy. */
  public KafkaConfiguration getConfiguration() {
    return kafka.getConfiguration();
  }

  @Override
  public void setCamelContext(CamelContext context) {
    super.setCamelContext(context);
    kafka.setCamelContext(context);
  }

  @Override
  protected Endpoint createEndpoint(String uri, String topic, Map<String, Object> parameters)
      throws Exception {
    KafkaEndpoint camels = (KafkaEndpoint) kafka.createEndpoint("kafka:" + topic, parameters);
    camels.setKafkaClientFactory(clients.factory(topic));
    parameters.clear(); // all are known: Camel's component refuses others
    return new TopicEndpoint(uri, this, camels);
  }

  /** A producer of one topic; all of them send with the same client. */
  TopicProducer producer(TopicEndpoint endpoint, String topic) {
    clients.forProducer(getConfiguration()); // settings that would lose items fail the start
    return new TopicProducer(
        endpoint,
        clients.named(topic),
        producer,
        workers,
        exchange -> records.of(topic, exchange),
        exchange -> transactions.areOn() && isStaged(topic, exchange));
  }

  private boolean isStaged(String topic, Exchange exchange) {
    Task task = Task.of(exchange);
    if (task == null) {
      return false;
    }
    StagedRecords.of(task).stage(topic, exchange, records.staged(topic, exchange));
    return true;
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    getCamelContext().addService(kafka);
    Component component = kafka;
    if (component instanceof StartupListener listener) { // a later Camel starts consumers then
      getCamelContext().addStartupListener(listener);
    }
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    producer.open();
    transactions.begin(
        () -> clients.newTransactionalProducer(getConfiguration()), clients::stableOffsets);
  }

  @Override
  protected void doStop() throws Exception {
    transactions.end();
    producer.close();
    super.doStop();
  }
}
