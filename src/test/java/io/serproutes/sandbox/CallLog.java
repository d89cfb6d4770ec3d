package io.serproutes.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.spi.InterceptStrategy;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.processor.DelegateAsyncProcessor;

/**
 * Counts the calls of task_get, and has them all fail where that is wanted. A call is in flight
 * until its answer is ready to be written. Camel finds it among the beans.
 */
final class CallLog extends RoutePolicySupport implements RoutePolicyFactory, InterceptStrategy {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STATUS = "call-log-status";

  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger maxInFlight = new AtomicInteger();
  private final Map<String, Integer> perStatus = new ConcurrentHashMap<>();
  private final Map<UUID, Integer> perId = new ConcurrentHashMap<>();
  private volatile SandboxId model;

  int calls() {
    return calls.get();
  }

  int maxInFlight() {
    return maxInFlight.get();
  }

  /** How often each id was asked for. */
  Map<UUID, Integer> perId() {
    return perId;
  }

  /** Answers by HTTP status and by the status code that decides, such as {@code 200/40602}. */
  Map<String, Integer> perStatus() {
    return perStatus;
  }

  /** From now on every id fails as this one; null ends it. */
  void failAllAs(SandboxId failing) {
    model = failing;
  }

  @Override
  public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
    return routeId.equals("serp-sandbox-task-get") ? this : null;
  }

  @Override
  public void onExchangeBegin(Route route, Exchange exchange) {
    calls.incrementAndGet();
    maxInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    SandboxId id = id(exchange);
    if (id != null) {
      perId.merge(UUID.fromString(id.text()), 1, Integer::sum);
    }
  }

  @Override
  public void onExchangeDone(Route route, Exchange exchange) {
    inFlight.decrementAndGet();
    perStatus.merge(exchange.getProperty(STATUS, String.class), 1, Integer::sum);
  }

  @Override
  public Processor wrapProcessorInInterceptors(
      CamelContext context, NamedNode node, Processor target, Processor next) {
    if (!node.getId().equals("serp-sandbox-answer-task")) {
      return target;
    }
    TaskResults results =
        new TaskResults(
            context.resolvePropertyPlaceholders("{{serp-value:serp.api.path}}"),
            InventedItems.of(
                context.resolvePropertyPlaceholders("{{serp-value:serp.sandbox.items}}")));
    TaskGet taskGet = new TaskGet(results, new PostedTasks(Clock.systemUTC(), Duration.ZERO));
    return new DelegateAsyncProcessor(target) {
      @Override
      public boolean process(Exchange exchange, AsyncCallback callback) {
        SandboxId id = id(exchange);
        SandboxId failing = model;
        AsyncCallback counted =
            done -> {
              exchange.setProperty(STATUS, status(exchange));
              callback.done(done);
            };
        if (failing == null || id == null) {
          return super.process(exchange, counted);
        }
        exchange.getMessage().setBody(taskGet.failure(id, failing.http(), failing.code()));
        counted.done(true);
        return true;
      }
    };
  }

  private static SandboxId id(Exchange exchange) {
    return SandboxId.of(exchange.getMessage().getHeader("id", String.class));
  }

  private static String status(Exchange exchange) {
    SandboxAnswer answer = exchange.getMessage().getBody(SandboxAnswer.class);
    if (!"application/json".equals(answer.contentType())) {
      return answer.http() + "/0";
    }
    try {
      JsonNode body = JSON.readTree(answer.body());
      JsonNode code = body.at("/tasks/0/status_code");
      return answer.http() + "/" + (code.isMissingNode() ? body.path("status_code") : code);
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }
}
