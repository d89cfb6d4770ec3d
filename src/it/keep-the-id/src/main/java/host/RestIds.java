package host;

import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.fetch.StoppingException;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

public class RestIds extends RouteBuilder {

  @Override
  public void configure() {
    onException(CircuitOpenException.class, StoppingException.class)
        .handled(true)
        .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(503))
        .setHeader("Retry-After", constant(60))
        .setBody(constant("not accepted; send the id again\n"));

    from("platform-http:/ids?httpMethodRestrict=POST")
        .convertBodyTo(String.class)
        .to("direct:serp-take-task");
  }
}
