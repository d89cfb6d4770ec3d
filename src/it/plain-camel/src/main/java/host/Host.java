package host;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

public class Host extends RouteBuilder {

  @Override
  public void configure() {
    from("direct:orders").to("direct:serp-take-task").log("${body}");

    from("direct:serp-organic").routeId("organic").log("organic: ${body}");
    from("direct:serp-paid").routeId("paid").log("paid: ${body}");
    from("direct:serp-other").log("other: ${body}");
    from("direct:serp-receipts").log("receipt: ${body}");
    from("direct:serp-dead-letters").log("dead letter: ${body}");
  }

  public static void main(String[] args) throws Exception {
    new Main(Host.class).run(args);
  }
}
