package host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The host whose only change from empty is the dependency and three lines, in JVM mode. */
@QuarkusTest
@QuarkusTestResource(SandboxResource.class)
@Timeout(60)
class HostTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";

  @Inject CamelContext context;
  @Inject ProducerTemplate template;

  private Queue<Object> keep(String route) throws Exception {
    Queue<Object> taken = new ConcurrentLinkedQueue<>();
    AdviceWith.adviceWith(
        context,
        route,
        advice -> advice.weaveAddLast().process(e -> taken.add(e.getMessage().getBody())));
    return taken;
  }

  @Test
  void anIdGoesInAndItemsComeOut() throws Exception {
    Queue<Object> organic = keep("organic");
    Queue<Object> paid = keep("paid");
    String receipt = template.requestBody("direct:orders", ID, String.class);
    assertTrue(receipt.contains("\"outcome\":\"delivered\""), receipt);
    List<?> items = (List<?>) organic.remove();
    assertTrue(items.get(0).toString().startsWith("{\"type\":\"organic\""));
    items = (List<?>) paid.remove();
    assertTrue(items.get(0).toString().startsWith("{\"type\":\"paid\""));
    String letter =
        template.requestBody(
            "direct:orders", "00000000-0000-0000-0000-000000040401", String.class);
    assertTrue(letter.contains("\"reason\":\"not-found\""), letter);
  }

  @Test
  void theHostsOwnErrorHandlingIsAsItWas() throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            onException(IllegalStateException.class).handled(true).setBody(constant("handled"));
            from("direct:host-fails").throwException(new IllegalStateException("host"));
          }
        });
    assertEquals("handled", template.requestBody("direct:host-fails", (Object) ""));
  }

  /** What would come along uninvited. */
  @Test
  void nothingOfKafkaAServerOrMetricsIsThere() {
    for (String name :
        List.of(
            "org.apache.kafka.clients.producer.KafkaProducer",
            "org.apache.camel.component.platform.http.PlatformHttpComponent",
            "io.micrometer.core.instrument.MeterRegistry",
            "org.apache.logging.log4j.core.Logger")) {
      assertThrows(ClassNotFoundException.class, () -> Class.forName(name));
    }
  }
}
