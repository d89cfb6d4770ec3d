package io.serproutes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/**
 * A platform that has routes of its own and ours in a plain Camel context; each of its endpoints
 * keeps what it is given.
 */
final class HostUnderTest implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Map<String, BlockingQueue<Message>> taken = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<String> refusing = new CopyOnWriteArrayList<>();

  /**
   * A host that is not started yet.
   *
   * @param folder where ids are parked
   * @param keys pairs of key and value
   */
  HostUnderTest(StandIn api, Path folder, String... keys) throws Exception {
    Properties properties = new Properties();
    properties.put("serp.api.base-url", api.address().toString());
    properties.put("serp.api.login", api.login());
    properties.put("serp.api.password", api.password());
    properties.put("serp.files.dir", folder.toString());
    properties.put("serp.to", "endpoints");
    properties.put("serp.retry.max-attempts", "2");
    properties.put("serp.retry.first-delay", "10ms");
    for (int i = 0; i < keys.length; i += 2) {
      properties.put(keys[i], keys[i + 1]);
    }
    context.getPropertiesComponent().setInitialProperties(properties);
    context.getShutdownStrategy().setTimeout(9);
    context.addRoutes(endpoints());
  }

  private RouteBuilder endpoints() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        for (String name : List.of("organic", "paid", "other", "receipts", "dead-letters")) {
          from("direct:serp-" + name).routeId("host-" + name).process(e -> keep(name, e));
        }
      }
    };
  }

  private void keep(String endpoint, Exchange exchange) {
    if (refusing.contains(endpoint)) {
      throw new IllegalStateException(endpoint + " is closed");
    }
    taken(endpoint).add(exchange.getMessage().copy());
  }

  /** The context, for what a host adds before it starts. */
  DefaultCamelContext context() {
    return context;
  }

  /** Takes a key away that the host would have. */
  HostUnderTest without(String key) {
    ((org.apache.camel.component.properties.PropertiesComponent) context.getPropertiesComponent())
        .getInitialProperties()
        .remove(key);
    return this;
  }

  HostUnderTest start() throws Exception {
    for (String file : RouteFiles.CORE) {
      load(file);
    }
    load(RouteFiles.output("endpoints"));
    context.start();
    return this;
  }

  /** Loads one of our route files. */
  void load(String file) throws Exception {
    PluginHelper.getRoutesLoader(context)
        .loadRoutes(
            PluginHelper.getResourceLoader(context).resolveResource(RouteFiles.location(file)));
  }

  /** Starts with the core included as a folder, whose files come in this order. */
  HostUnderTest start(Comparator<Resource> order) throws Exception {
    List<Resource> files =
        new ArrayList<>(
            PluginHelper.getPackageScanResourceResolver(context)
                .findResources(RouteFiles.location("core/*")));
    files.sort(order);
    files.add(
        PluginHelper.getResourceLoader(context)
            .resolveResource(RouteFiles.location(RouteFiles.output("endpoints"))));
    PluginHelper.getRoutesLoader(context).loadRoutes(files);
    context.start();
    return this;
  }

  /** From now on one of the host's endpoints fails. */
  void refuse(String endpoint) {
    refusing.add(endpoint);
  }

  /** From now on it works again. */
  void accept(String endpoint) {
    refusing.remove(endpoint);
  }

  /** What an endpoint of the host was given, oldest first. */
  BlockingQueue<Message> taken(String endpoint) {
    return taken.computeIfAbsent(endpoint, key -> new LinkedBlockingQueue<>());
  }

  /** The next that an endpoint of the host is given, within the patience of a test. */
  Message next(String endpoint) throws InterruptedException {
    Message message = taken(endpoint).poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("nothing came to " + endpoint);
    }
    return message;
  }

  /** Gives an id to the core; the exchange that comes back may have an exception. */
  Exchange send(String id, Map<String, Object> headers)
      throws InterruptedException, ExecutionException {
    return sendTo("direct:serp-take-task", id, headers);
  }

  /** Gives an id to a route of the host. */
  Exchange sendTo(String endpoint, String id, Map<String, Object> headers)
      throws InterruptedException, ExecutionException {
    try {
      return context
          .createFluentProducerTemplate()
          .to(endpoint)
          .withBody(id)
          .withHeaders(headers)
          .asyncSend()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError(id + " was never answered", e);
    }
  }

  /** The receipt of an id. */
  JsonNode take(String id) throws Exception {
    Exchange exchange = send(id, Map.of());
    if (exchange.getException() != null) {
      throw exchange.getException();
    }
    return json(exchange.getMessage());
  }

  static JsonNode json(Message message) throws Exception {
    return JSON.readTree(message.getBody(String.class));
  }

  /** The names of threads that there were not before, but for those of the stand-in. */
  static Set<String> newThreads(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> !name.startsWith("vert.x") && !name.startsWith("awaitility"))
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    context.stop();
  }
}
