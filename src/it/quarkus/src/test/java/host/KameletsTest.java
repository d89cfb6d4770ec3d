package host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The Kamelets in Quarkus, beside the one include: they share its core. */
@QuarkusTest
@QuarkusTestResource(SandboxResource.class)
@Timeout(60)
class KameletsTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";
  private static final String NOT_READY = "00000000-0000-0000-0000-000000040602";

  @Inject CamelContext context;
  @Inject ProducerTemplate template;

  private Exchange send(String to, String id) {
    return template.request("direct:" + to, e -> e.getMessage().setBody(id));
  }

  @Test
  void itemsComeOut() throws Exception {
    Queue<Object> sunk = new ConcurrentLinkedQueue<>();
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:ask").to("kamelet:serp-naver-organic-action");
            from("direct:sort").to("kamelet:serp-items-sink?organic=direct:sunk");
            from("direct:sunk").process(e -> sunk.add(e.getMessage().getBody()));
          }
        });
    Exchange reply = send("ask", ID);
    assertEquals("delivered", reply.getMessage().getHeader("serp.outcome"));
    assertFalse(reply.getMessage().getBody(List.class).isEmpty());
    reply = send("ask", NOT_READY);
    assertEquals("not-ready", reply.getMessage().getHeader("serp.outcome"));
    assertEquals(NOT_READY, reply.getMessage().getHeader("serp.task-id"));
    assertEquals(List.of(), reply.getMessage().getBody());
    String receipt = send("sort", ID).getMessage().getBody(String.class);
    assertTrue(receipt.contains("\"outcome\":\"delivered\""), receipt);
    assertFalse(((List<?>) sunk.remove()).isEmpty());
  }
}
