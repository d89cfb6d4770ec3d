package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.sandbox.SandboxServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes in somebody else's Camel context, which starts no server and no inlet of ours. */
class EmbeddedInPlainCamelTest {

  private static final String ZERO = "00000000-0000-0000-0000-000000000000";
  private static final String NOT_READY = "00000000-0000-0000-0000-000000040602";
  private static final String UNKNOWN = "00000000-0000-0000-0000-000000040401";
  private static final List<String> FILES =
      List.of("beans", "failure-policy", "task-results", "items-to-endpoints", "parked-in-files");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static SandboxServer api;

  @TempDir Path folder;

  @BeforeAll
  static void startApi() {
    api = SandboxServer.start(Map.of("serp.sandbox.port", "0", "serp.sandbox.items", "10"));
  }

  @AfterAll
  static void stopApi() {
    api.close();
  }

  private CamelContext host(Map<String, String> keys) throws Exception {
    Properties properties = new Properties();
    properties.setProperty("serp.to", "endpoints");
    properties.setProperty("serp.files.dir", folder.toString());
    properties.setProperty("serp.api.base-url", api.address().toString());
    properties.setProperty("serp.api.login", "sandbox");
    properties.setProperty("serp.api.password", "sandbox");
    for (String kind : List.of("organic", "paid", "other", "receipts", "dead-letters")) {
      properties.setProperty("serp.endpoints." + kind, "mock:" + kind);
    }
    properties.putAll(keys);
    CamelContext context = new DefaultCamelContext();
    context.getPropertiesComponent().setInitialProperties(properties);
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            onException(IllegalStateException.class).handled(true).setBody(constant("the host's"));
            from("direct:host").to("direct:serp-take-task").to("mock:answers");
          }
        });
    List<Resource> resources = new ArrayList<>();
    for (String file : FILES) {
      String location = "classpath:serp-routes/" + file + ".camel.yaml";
      resources.add(PluginHelper.getResourceLoader(context).resolveResource(location));
    }
    PluginHelper.getRoutesLoader(context).loadRoutes(resources);
    context.start();
    return context;
  }

  private static JsonNode ask(CamelContext context, String id) throws Exception {
    String receipt = context.createProducerTemplate().requestBody("direct:host", id, String.class);
    return JSON.readTree(receipt);
  }

  @Test
  void itemsGoToTheHostsEndpointsAndTheAnswerIsTheReceipt() throws Exception {
    try (CamelContext context = host(Map.of())) {
      MockEndpoint organic = context.getEndpoint("mock:organic", MockEndpoint.class);
      MockEndpoint receipts = context.getEndpoint("mock:receipts", MockEndpoint.class);
      JsonNode receipt = ask(context, ZERO);
      assertThat(receipt.path("outcome").asText()).isEqualTo("delivered");
      List<?> items = organic.getExchanges().get(0).getMessage().getBody(List.class);
      assertThat(items).hasSize(receipt.path("organic").asInt());
      assertThat(JSON.readTree((String) items.get(0)).path("task").path("id").asText())
          .isEqualTo(ZERO);
      assertThat(receipts.getExchanges()).hasSize(1);
    }
  }

  @Test
  void itemsGoOneByOneWhereTheHostWantsThemSo() throws Exception {
    try (CamelContext context = host(Map.of("serp.endpoints.each", "item"))) {
      MockEndpoint paid = context.getEndpoint("mock:paid", MockEndpoint.class);
      JsonNode receipt = ask(context, ZERO);
      assertThat(paid.getExchanges()).hasSize(receipt.path("paid").asInt());
      assertThat(paid.getExchanges())
          .allSatisfy(
              exchange ->
                  assertThat(exchange.getMessage().getHeader("serp.task-id")).isEqualTo(ZERO));
    }
  }

  @Test
  void headersOfTheHostStayAsTheyAreAndNoneOfOursIsAdded() throws Exception {
    try (CamelContext context = host(Map.of())) {
      Map<String, Object> headers = new HashMap<>();
      headers.put("CamelHttpUri", "http://127.0.0.1:1/elsewhere");
      headers.put("CamelHttpPath", "/elsewhere");
      headers.put("serp.tag", "the host's tag");
      headers.put("own", 42);
      Exchange answer =
          context
              .createProducerTemplate()
              .request(
                  "direct:host",
                  exchange -> {
                    exchange.getMessage().setBody(ZERO);
                    exchange.getMessage().setHeaders(new HashMap<>(headers));
                  });
      assertThat(answer.getMessage().getHeaders()).containsExactlyInAnyOrderEntriesOf(headers);
      assertThat(answer.getVariables()).isEmpty();
      JsonNode receipt = JSON.readTree(answer.getMessage().getBody(String.class));
      assertThat(receipt.path("tag").asText()).isEqualTo("the host's tag");
      assertThat(receipt.path("outcome").asText()).isEqualTo("delivered");
    }
  }

  @Test
  void anIdThatIsGivenUpAnswersWithItsReceiptAndOneThatIsNotReadyWithItsParking() throws Exception {
    try (CamelContext context = host(Map.of())) {
      assertThat(ask(context, UNKNOWN).path("reason").asText()).isEqualTo("not-found");
      assertThat(ask(context, "../../etc/passwd").path("reason").asText()).isEqualTo("invalid-id");
      JsonNode parked = ask(context, NOT_READY);
      assertThat(parked.path("outcome").asText()).isEqualTo("parked");
      assertThat(folder.resolve("parked").resolve(NOT_READY + ".json")).exists();
    }
  }

  @Test
  void twoAccountsAreTwoContextsAndARefusedOneKeepsTheIdWithTheHost() throws Exception {
    try (CamelContext good = host(Map.of());
        CamelContext refused = host(Map.of("serp.api.password", "wrong"))) {
      assertThatThrownBy(() -> ask(refused, ZERO))
          .hasRootCauseInstanceOf(CircuitOpenException.class);
      assertThatThrownBy(() -> ask(refused, ZERO))
          .hasRootCauseInstanceOf(CircuitOpenException.class);
      assertThat(ask(good, ZERO).path("outcome").asText()).isEqualTo("delivered");
    }
  }

  @Test
  void anEndpointOfTheHostThatFailsOpensTheCircuitAndTheHostKeepsTheId() throws Exception {
    try (CamelContext context = host(Map.of("serp.endpoints.organic", "direct:nobody-there"))) {
      assertThatThrownBy(() -> ask(context, ZERO)).hasCauseInstanceOf(CircuitOpenException.class);
    }
  }
}
