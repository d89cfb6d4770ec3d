package host;

import io.serproutes.fetch.CircuitOpenException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;

public class KafkaIds extends RouteBuilder {

  @Override
  public void configure() {
    onException(CircuitOpenException.class)
        .maximumRedeliveries(3)
        .redeliveryDelay(2000)
        .logExhaustedMessageHistory(false);

    from("kafka:ids?groupId=orders&autoOffsetReset=earliest"
            + "&autoCommitEnable=false&allowManualCommit=true&breakOnFirstError=true"
            + "&pollOnError=RECONNECT&maxPollRecords=20")
        .to("direct:serp-take-task")
        .process(KafkaIds::commit);
  }

  private static void commit(Exchange exchange) {
    exchange
        .getMessage()
        .getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class)
        .commit();
  }
}
