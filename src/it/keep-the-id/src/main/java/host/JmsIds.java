package host;

import io.serproutes.fetch.CircuitOpenException;
import org.apache.camel.builder.RouteBuilder;

public class JmsIds extends RouteBuilder {

  @Override
  public void configure() {
    onException(CircuitOpenException.class).maximumRedeliveries(-1).redeliveryDelay(2000);

    from("jms:ids?transacted=true&lazyCreateTransactionManager=false")
        .to("direct:serp-take-task");
  }
}
