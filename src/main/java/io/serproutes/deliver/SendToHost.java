package io.serproutes.deliver;

import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Recipient;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.camel.spi.ProducerCache;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.cache.DefaultProducerCache;

/**
 * Hands the message to an endpoint of the host, in an exchange of its own that expects no reply:
 * what the host's route does to it, such as {@code stop()} or an error it has handled itself, does
 * not reach ours. Holds no thread while a host works asynchronously.
 *
 * <p>The endpoint is that of {@code serp.endpoints.*}, or what the {@link Recipient} of the id
 * says. For a Kafka topic the record's key is the task's id.
 *
 * <p>Ends with an {@link OutputUnavailableException} where the endpoint fails.
 */
public final class SendToHost extends AsyncProcessorSupport implements CamelContextAware {

  /** The exchange variable that says what the message is; the last part of a key of its own. */
  static final String KIND = "serpKind";

  private static final String CONTENT_TYPE = "content-type";
  private static final String TASK_ID = "serp.task-id";
  // the record's key to Camel's Kafka up to 4.18.2 and from 4.18.3 on; neither goes onto the wire
  private static final List<String> RECORD_KEY = List.of("kafka.KEY", "CamelKafkaKey");

  private final Settings settings;
  private final Recipients recipients;
  private CamelContext context;
  private ProducerCache producers;

  /** The way to the endpoints of {@code serp.endpoints.*}, and to those who take ids of theirs. */
  public SendToHost(Settings settings, Recipients recipients) {
    this.settings = settings;
    this.recipients = recipients;
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    if (camelContext == context) {
      return; // told twice
    }
    context = camelContext;
    producers = new DefaultProducerCache(this, context, 0);
    context.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStarting(CamelContext starting)
              throws VetoCamelContextStartException {
            checkEndpoints();
          }
        });
  }

  private void checkEndpoints() throws VetoCamelContextStartException {
    for (Key<String> key : Keys.ENDPOINTS.values()) {
      try {
        context.getEndpoint(settings.get(key));
      } catch (RuntimeException e) {
        throw new VetoCamelContextStartException(key + ": " + e.getMessage(), context, true);
      }
    }
  }

  @Override
  protected void doStart() throws Exception {
    context.addService(producers); // with the context, not with the first route that stops
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Exchange apart = new DefaultExchange(context, ExchangePattern.InOnly);
    apart.getMessage().setBody(exchange.getMessage().getBody());
    exchange
        .getMessage()
        .getHeaders()
        .forEach(
            (name, value) -> {
              if (name.startsWith("serp.") || name.equalsIgnoreCase(CONTENT_TYPE)) {
                apart.getMessage().setHeader(name, value);
              }
            });
    CompletableFuture<Exchange> sent;
    try {
      String uri = endpoint(exchange, apart.getMessage());
      if (uri == null) {
        callback.done(true);
        return true;
      }
      Endpoint endpoint = context.getEndpoint(uri);
      if (isTopic(endpoint)) {
        Object id = apart.getMessage().getHeader(TASK_ID);
        RECORD_KEY.forEach(header -> apart.getMessage().setHeader(header, id));
      }
      sent = producers.asyncSendExchange(endpoint, ExchangePattern.InOnly, null, null, apart, null);
    } catch (RuntimeException e) {
      sent = CompletableFuture.failedFuture(e);
    }
    boolean atOnce = sent.isDone();
    sent.whenComplete(
        (done, failure) -> {
          refuse(exchange, failure == null ? done.getException() : failure);
          callback.done(atOnce);
        });
    return atOnce;
  }

  private String endpoint(Exchange exchange, Message message) {
    String kind = String.valueOf(exchange.getVariable(KIND));
    Recipient recipient = recipients.of(Task.of(exchange));
    return recipient == null
        ? settings.get(Keys.ENDPOINTS.get(kind))
        : recipient.take(kind, message);
  }

  /** Whether what the message is goes to a Kafka topic of the host. */
  boolean isForTopic(Exchange exchange) {
    String kind = String.valueOf(exchange.getVariable(KIND));
    Recipient recipient = recipients.of(Task.of(exchange));
    String uri =
        recipient == null ? settings.get(Keys.ENDPOINTS.get(kind)) : recipient.endpoint(kind);
    return uri != null && isTopic(context.getEndpoint(uri));
  }

  private static boolean isTopic(Endpoint endpoint) {
    if (endpoint instanceof InterceptSendToEndpoint intercepted) {
      return isTopic(intercepted.getOriginalEndpoint());
    }
    return endpoint instanceof EndpointServiceLocation service
        && "kafka".equals(service.getServiceProtocol());
  }

  private void refuse(Exchange exchange, Throwable failure) {
    if (failure == null) {
      return;
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String words = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    Task task = Task.of(exchange);
    if (task.getRecipientName() != null && recipients.of(task) == null) {
      words = "no sink has the name " + task.getRecipientName() + ", and " + words;
    }
    exchange.setException(
        new OutputUnavailableException("an endpoint of the host failed: " + words, cause));
  }
}
