package io.serproutes.embed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.serproutes.Account;
import io.serproutes.Settings;
import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.ids.Recipient;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Gives the id in the body to the core of the context, and says in headers how it ended. Loads the
 * core if the context has none. Holds no thread meanwhile.
 *
 * <p>It sets the headers {@code serp.outcome}, {@code serp.task-id}, and for an id that was given
 * up {@code serp.reason}. While the circuit is open, and where {@code serp.enabled=false}, the
 * exchange ends with a {@link CircuitOpenException} and the id is still its body.
 */
public abstract class TaskForId extends AsyncProcessorSupport implements CamelContextAware {

  private static final String OUTCOME = "serp.outcome";
  private static final ObjectMapper JSON = new ObjectMapper();

  private CamelContext context;
  private String entry;
  private String login;
  private String password;
  private String baseUrl;
  private AsyncProducer core;
  private boolean isEnabled;

  @Override
  public final CamelContext getCamelContext() {
    return context;
  }

  @Override
  public final void setCamelContext(CamelContext camelContext) {
    context = camelContext;
  }

  /** Sets the endpoint of ids. */
  public final void setEntry(String uri) {
    entry = uri;
  }

  /** Sets the login of the API; empty: that of {@code serp.api.login}. */
  public final void setLogin(String newLogin) {
    login = newLogin;
  }

  /** Sets the password of the API; empty: that of {@code serp.api.password}. */
  public final void setPassword(String newPassword) {
    password = newPassword;
  }

  /** Sets the address of the API; empty: that of {@code serp.api.base-url}. */
  public final void setBaseUrl(String newBaseUrl) {
    baseUrl = newBaseUrl;
  }

  /**
   * Loads the core, if the host has not switched it off; called by Camel when all properties are
   * set.
   *
   * @throws io.serproutes.IllegalSettingException where they do not fit the context
   */
  public final void load() throws Exception {
    isEnabled = Settings.isEnabled(context);
    if (isEnabled) {
      CoreRoutes.of(context).load(new Account(login, password, baseUrl));
      loaded();
    }
  }

  /** Completes it when the core is there. */
  void loaded() {}

  @Override
  protected void doStart() throws Exception {
    if (!isEnabled) {
      return;
    }
    core = context.getEndpoint(entry).createAsyncProducer();
    ServiceHelper.startService(core);
  }

  @Override
  protected void doStop() {
    ServiceHelper.stopAndShutdownService(core);
  }

  @Override
  public final boolean process(Exchange exchange, AsyncCallback callback) {
    if (!isEnabled) {
      exchange.setException(new CircuitOpenException("serp.enabled=false"));
      callback.done(true);
      return true;
    }
    Recipient recipient = recipient();
    exchange.setVariable(Recipient.VARIABLE, recipient);
    return core.process(
        exchange,
        doneSync -> {
          exchange.removeVariable(Recipient.VARIABLE);
          if (exchange.getException() == null) {
            try {
              answer(exchange, recipient);
            } catch (RuntimeException e) {
              exchange.setException(e); // else nobody would be called back
            }
          }
          callback.done(doneSync);
        });
  }

  abstract Recipient recipient();

  /**
   * Makes the reply.
   *
   * @param receipt what the core answered; null for an id that it gave back
   */
  abstract void reply(Exchange exchange, Recipient recipient, String receipt);

  private void answer(Exchange exchange, Recipient recipient) {
    Message message = exchange.getMessage();
    try {
      // a receipt is bytes; an id that is given back is the text that came
      byte[] bytes =
          message.getBody() instanceof byte[] b && b.length > 0 && b[0] == '{' ? b : null;
      JsonNode receipt = bytes == null ? JSON.createObjectNode() : JSON.readTree(bytes);
      message.setHeader(OUTCOME, receipt.path("outcome").asText("not-ready"));
      set(message, "serp.reason", receipt.path("reason"));
      set(message, "serp.task-id", bytes == null ? givenBack(message) : receipt.path("task_id"));
      reply(exchange, recipient, bytes == null ? null : new String(bytes, UTF_8));
    } catch (IOException e) {
      exchange.setException(e);
    }
  }

  private static JsonNode givenBack(Message message) {
    return TextNode.valueOf(TaskId.parse(message.getBody(String.class)).value());
  }

  private static void set(Message message, String header, JsonNode value) {
    message.removeHeader(header); // from an earlier id
    if (value.isTextual()) {
      message.setHeader(header, value.textValue());
    }
  }
}
