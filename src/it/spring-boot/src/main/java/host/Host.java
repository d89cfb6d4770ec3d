package host;

import org.apache.camel.builder.RouteBuilder;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Component;

@SpringBootApplication
public class Host {

  public static void main(String[] args) {
    SpringApplication.run(Host.class, args);
  }

  @Component
  static class Routes extends RouteBuilder {

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
}
