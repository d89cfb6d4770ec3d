package host;

import jakarta.enterprise.context.ApplicationScoped;
import org.apache.camel.builder.RouteBuilder;

@ApplicationScoped
public class Routes extends RouteBuilder {

  @Override
  public void configure() {
    from("direct:orders").to("direct:serp-take-task").log("${body}");

    from("direct:serp-organic").routeId("organic").log("organic: ${body}");
    from("direct:serp-paid").routeId("paid").log("paid: ${body}");
    from("direct:serp-other").log("other: ${body}");
    from("direct:serp-receipts").log("receipt: ${body}");
    from("direct:serp-dead-letters").log("dead letter: ${body}");
  }
}
