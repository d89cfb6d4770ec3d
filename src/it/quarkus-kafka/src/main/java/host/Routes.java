package host;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.camel.builder.RouteBuilder;

/** A Kafka route of the host beside ours. */
@ApplicationScoped
public class Routes extends RouteBuilder {

  @Override
  public void configure() {
    from("direct:orders").to("kafka:serp.task-ids?brokers={{serp.kafka.brokers}}");
  }
}
