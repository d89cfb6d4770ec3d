package host;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;

/** A host with Kafka routes of its own beside ours, and its own broker settings. */
public class Host extends RouteBuilder {

  @Override
  public void configure() {
    from("kafka:serp.organic?groupId=host&autoOffsetReset=earliest")
        .routeId("organic")
        .log("organic: ${body}");
    from("direct:orders").routeId("orders").to("kafka:serp.task-ids");
  }

  public static void main(String[] args) throws Exception {
    new Main(Host.class).run(args);
  }
}
