package io.serproutes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.ids.Delivery;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;

/** The core and its output to files in a Camel context, as in a host's. */
final class RoutesUnderTest implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final OutFolder out;

  private RoutesUnderTest(OutFolder out) {
    this.out = out;
  }

  /**
   * Starts the routes; a call is tried twice, with hardly a pause.
   *
   * @param folder where files go
   * @param keys pairs of key and value
   */
  static RoutesUnderTest start(URI api, Path folder, String... keys) {
    return start(api, folder, null, keys);
  }

  /** The same beside routes of the test; null for none. */
  static RoutesUnderTest start(URI api, Path folder, RouteBuilder more, String... keys) {
    RoutesUnderTest routes = new RoutesUnderTest(new OutFolder(folder));
    Map<String, String> all = new HashMap<>();
    all.put("serp.api.base-url", api.toString());
    all.put("serp.api.login", "login");
    all.put("serp.api.password", "password");
    all.put("serp.files.dir", folder.toString());
    all.put("serp.retry.max-attempts", "2");
    all.put("serp.retry.first-delay", "10ms");
    all.put("serp.api.calls-per-minute", "60000");
    for (int i = 0; i < keys.length; i += 2) {
      all.put(keys[i], keys[i + 1]);
    }
    routes.load(all, more);
    return routes;
  }

  private void load(Map<String, String> keys, RouteBuilder more) {
    Properties properties = new Properties();
    properties.putAll(keys);
    context.getPropertiesComponent().setOverrideProperties(properties);
    context.getShutdownStrategy().setTimeout(5);
    try {
      List<String> files = new ArrayList<>(RouteFiles.CORE);
      files.add(RouteFiles.output("files"));
      if (keys.getOrDefault("serp.to", "").contains(",")) {
        files.add(RouteFiles.SEVERAL);
      }
      for (String file : files) {
        PluginHelper.getRoutesLoader(context)
            .loadRoutes(
                PluginHelper.getResourceLoader(context)
                    .resolveResource("file:routes/" + file + ".camel.yaml"));
      }
      if (more != null) {
        context.addRoutes(more);
      }
      context.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  OutFolder out() {
    return out;
  }

  /** Gives an id to the core and returns the exchange, maybe with an exception. */
  Exchange send(String id, Map<String, Object> headers) {
    return context
        .createFluentProducerTemplate()
        .to("direct:serp-take-task")
        .withBody(id)
        .withHeaders(headers)
        .send();
  }

  /** Gives a body to an endpoint of the test. */
  Exchange sendTo(String endpoint, Object body) {
    return context.createFluentProducerTemplate().to(endpoint).withBody(body).send();
  }

  /** Gives an id to the core as an inlet does, without waiting. */
  void give(Delivery delivery) throws Exception {
    Endpoint core = context.getEndpoint("direct:serp-take-task");
    AsyncProducer producer = core.createAsyncProducer();
    producer.start();
    Exchange exchange = core.createExchange();
    exchange.getMessage().setBody(delivery);
    producer.process(exchange, doneSync -> {});
  }

  /** The receipt of an id. */
  JsonNode take(String id) throws Exception {
    Exchange exchange = send(id, Map.of());
    if (exchange.getException() != null) {
      throw exchange.getException();
    }
    return JSON.readTree(exchange.getMessage().getBody(String.class));
  }

  @Override
  public void close() {
    context.stop();
  }
}
