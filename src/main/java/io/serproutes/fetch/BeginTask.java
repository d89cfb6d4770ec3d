package io.serproutes.fetch;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Recipient;
import io.serproutes.ids.Source;
import io.serproutes.items.Sliceable;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.util.CaseInsensitiveMap;

/**
 * Takes an id into work once no other exchange works on the same id.
 *
 * <p>The message body is a {@link Delivery} of an inlet of ours, or a host's id as text, with the
 * optional headers {@code serp.tag} and {@code serp.source} and maybe a {@link Recipient}. The
 * message's headers are laid aside until {@link SettleTask} gives them back: none of them reaches
 * the API or an outlet.
 */
public final class BeginTask extends AsyncProcessorSupport {

  /** The exchange variable that holds the {@link Task}. */
  public static final String TASK = Sliceable.VARIABLE;

  /** The exchange variable that holds the id as text; not set for input that is no id. */
  static final String TASK_ID = "serpTaskId";

  /** The exchange variable that says whether the id waits while the circuit is open. */
  static final String WAITS_FOR_CIRCUIT = "serpWaitsForCircuit";

  /** The exchange variable that holds the failure a host is handling, if any. */
  static final String HOST_FAILURE = "serpHostFailure";

  /** The exchange variable that holds the body as it came. */
  static final String HOST_BODY = "serpHostBody";

  private static final String HOST = "host";

  private final IdLocks turns = new IdLocks();

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Task task = task(exchange.getMessage());
    task.setRecipient(exchange.getVariable(Recipient.VARIABLE, Recipient.class));
    exchange.removeVariable(Recipient.VARIABLE);
    exchange.setVariable(TASK, task);
    exchange.setVariable(WAITS_FOR_CIRCUIT, task.waitsForCircuit());
    exchange.setVariable(HOST_BODY, exchange.getMessage().getBody());
    exchange.setVariable(HOST_FAILURE, exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT));
    if (task.isValid()) {
      exchange.setVariable(TASK_ID, task.getId().value());
    }
    exchange.getMessage().setHeaders(new CaseInsensitiveMap());
    if (!task.isValid() || turns.enter(task.getId().value(), () -> callback.done(false))) {
      callback.done(true);
      return true;
    }
    return false;
  }

  private static Task task(Message message) {
    if (message.getBody() instanceof Delivery delivery) {
      String tag = delivery.history() == null ? null : delivery.history().tag();
      return new Task(delivery, tag, true, message.getHeaders());
    }
    String text = message.getBody(String.class);
    String source = message.getHeader("serp.source", HOST, String.class);
    Delivery delivery = Delivery.fresh(text, Source.named(source), ended -> {});
    String tag = message.getHeader("serp.tag", String.class);
    return new Task(delivery, tag, false, message.getHeaders());
  }

  void leave(Task task) {
    if (task.isValid()) {
      turns.leave(task.getId().value());
    }
  }

  /** Ids in work: asked for, waiting to be, or being delivered. */
  public int inWork() {
    return turns.size();
  }
}
