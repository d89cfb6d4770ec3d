package io.serproutes.deliver;

import io.serproutes.Failures;
import io.serproutes.FatalErrors;
import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Recipient;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.InterceptSendToEndpoint;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.LifecycleStrategySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the message to an endpoint of {@code serp.endpoints.*}, or to the {@link Recipient} of the
 * id. A Kafka topic gets the task's id as the record's key.
 *
 * <p>Ends with an {@link OutputUnavailableException} where the endpoint fails.
 */
public final class SendToHost extends AsyncProcessorSupport implements CamelContextAware {

  /** The exchange variable that says what the message is; the last part of a key of its own. */
  static final String KIND = "serpKind";

  private static final Logger LOG = LoggerFactory.getLogger("serp-items-to-endpoints");
  private static final String TASK_ID = "serp.task-id";
  // the record's key to Camel's Kafka up to 4.18.2 and from 4.18.3 on; neither is sent as a header
  private static final List<String> RECORD_KEY = List.of("kafka.KEY", "CamelKafkaKey");

  private final Settings settings;
  private final Recipients recipients;
  private final Secrets secrets;
  private CamelContext context;
  private Sender sender;

  /** Sends to the endpoints of {@code serp.endpoints.*}, or to recipients. */
  public SendToHost(Settings settings, Recipients recipients) {
    this.settings = settings;
    this.recipients = recipients;
    secrets = new Secrets(settings);
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
    sender = new Sender(context, this);
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
        throw new IllegalSettingException(key + ": " + e.getMessage()).asVeto(context);
      }
    }
  }

  @Override
  protected void doStart() throws Exception {
    sender.start();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Task task = Task.of(exchange);
    try {
      Exchange copy = sender.copyOf(exchange);
      Recipient recipient = recipients.of(task);
      String kind = kind(exchange);
      String uri = endpoint(recipient, kind);
      if (uri == null) {
        recipient.accept(kind, copy.getMessage());
        callback.done(true);
        return true;
      }
      Endpoint endpoint = context.getEndpoint(uri);
      if (isTopic(endpoint)) {
        Object id = copy.getMessage().getHeader(TASK_ID);
        RECORD_KEY.forEach(header -> copy.getMessage().setHeader(header, id));
        task.getDelivery().headers().forEach(copy.getMessage()::setHeader); // bytes as they were
      }
      return sender.send(copy, endpoint, failure -> ended(exchange, task, failure), callback);
    } catch (RuntimeException e) {
      ended(exchange, task, e);
      callback.done(true);
      return true;
    }
  }

  private static String kind(Exchange exchange) {
    return String.valueOf(exchange.getVariable(KIND));
  }

  private String endpoint(Recipient recipient, String kind) {
    return recipient == null ? settings.get(Keys.ENDPOINTS.get(kind)) : recipient.endpoint(kind);
  }

  /** Whether the message goes to a Kafka topic of the host. */
  boolean isForTopic(Exchange exchange) {
    String uri = endpoint(recipients.of(Task.of(exchange)), kind(exchange));
    return uri != null && isTopic(context.getEndpoint(uri));
  }

  private static boolean isTopic(Endpoint endpoint) {
    if (endpoint instanceof InterceptSendToEndpoint intercepted) {
      return isTopic(intercepted.getOriginalEndpoint());
    }
    return endpoint instanceof EndpointServiceLocation service
        && "kafka".equals(service.getServiceProtocol());
  }

  private void ended(Exchange exchange, Task task, Throwable failure) {
    if (failure == null) {
      return;
    }
    LOG.debug("an endpoint refuses what came of {}", task, failure);
    String words = secrets.redact(Failures.inWords(failure)); // may quote what was sent
    if (task.getRecipientName() != null && recipients.of(task) == null) {
      words = "no sink has the name " + task.getRecipientName() + ", and " + words;
    }
    exchange.setException(
        new OutputUnavailableException(
            "the endpoint of " + kind(exchange) + " failed: " + words,
            "Repair the endpoint",
            FatalErrors.in(failure))); // else Camel would choose the policy by the cause
  }
}
