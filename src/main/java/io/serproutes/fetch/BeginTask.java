package io.serproutes.fetch;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Recipient;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Takes an id into work once no other exchange works on the same id; {@link SettleTask} ends that.
 *
 * <p>The message body is a {@link Delivery} of a source of ours, or a host's id as text, with the
 * optional headers {@code serp.tag} and {@code serp.source} and maybe a {@link Recipient}.
 */
public final class BeginTask extends AsyncProcessorSupport {

  /** The exchange variable that holds the id as text; not set for input that is no id. */
  private static final String TASK_ID = "serpTaskId";

  /** The exchange variable that says whether the id waits while the circuit is open. */
  private static final String WAITS_FOR_CIRCUIT = "serpWaitsForCircuit";

  private static final String HOST = "host";

  private final IdLocks locks = new IdLocks();

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Recipient recipient = exchange.getVariable(Recipient.VARIABLE, Recipient.class);
    exchange.removeVariable(Recipient.VARIABLE);
    Task task = task(exchange, recipient);
    exchange.setVariable(Task.VARIABLE, task);
    exchange.setVariable(WAITS_FOR_CIRCUIT, task.waitsForCircuit());
    if (task.isValid()) {
      exchange.setVariable(TASK_ID, task.getId().value());
    }
    if (!task.isValid() || locks.enter(task.getId().value(), () -> callback.done(false))) {
      callback.done(true);
      return true;
    }
    return false;
  }

  private static Task task(Exchange exchange, Recipient recipient) {
    Message message = exchange.getMessage();
    if (message.getBody() instanceof Delivery delivery) {
      String tag = delivery.history() == null ? null : delivery.history().tag();
      return new Task(delivery, tag, true, recipient, HostMessage.layAside(exchange));
    }
    String text = message.getBody(String.class);
    String source = message.getHeader("serp.source", HOST, String.class);
    Delivery delivery = Delivery.fresh(text, Source.named(source), ended -> {});
    String tag = message.getHeader("serp.tag", String.class);
    return new Task(delivery, tag, false, recipient, HostMessage.layAside(exchange));
  }

  void leave(Task task) {
    if (task.isValid()) {
      locks.leave(task.getId().value());
    }
  }

  /** Whether an id is in work. */
  public boolean isInWork(TaskId id) {
    return locks.isLocked(id.value());
  }

  /** Ids in work: asked for, waiting to be, or being delivered. */
  public int inWork() {
    return locks.size();
  }
}
