package io.serproutes.deliver;

import io.serproutes.Failures;
import io.serproutes.FatalErrors;
import io.serproutes.Secrets;
import io.serproutes.fetch.ItemsRejectedException;
import io.serproutes.fetch.Task;
import io.serproutes.items.ItemBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a task's items of one type to {@code direct:serp-items-to-NAME}, the route of an output of
 * the user's own. Safe for use by many threads.
 *
 * <p>The body is what {@link ItemBatch#forReceiver} returns; headers are {@code serp.task-id},
 * {@code serp.item-type}, {@code serp.item-count} (of all types) and {@code content-type}.
 *
 * <p>Whatever the route throws becomes an {@link OutputUnavailableException}, after which the items
 * are sent again. An id whose items it refuses three times while those of other ids pass is to
 * blame itself: it is rejected, with an {@link ItemsRejectedException}.
 */
final class OwnOutput extends DefaultAsyncProducer {

  private static final Logger LOG = LoggerFactory.getLogger("serp-items-to-output");
  private static final int MOST_REFUSALS = 3;

  private final String name;
  private final Secrets secrets;
  private final Sender sender;
  private final Endpoint route;
  private final AtomicLong passes = new AtomicLong();

  /** A producer for the output of a name. */
  OwnOutput(Endpoint endpoint, String name, Secrets secrets) {
    super(endpoint);
    this.name = name;
    this.secrets = secrets;
    sender = new Sender(endpoint.getCamelContext(), this);
    route = endpoint.getCamelContext().getEndpoint(OutputComponent.ROUTE + name);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    sender.start();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Task task = Task.of(exchange);
    ItemBatch batch = exchange.getMessage().getBody(ItemBatch.class);
    Exchange copy = sender.copyOf(exchange);
    Message message = copy.getMessage();
    message.setBody(batch.forReceiver());
    Sender.describe(message, task, batch);
    return sender.send(copy, route, failure -> ended(exchange, task, failure), callback);
  }

  private void ended(Exchange exchange, Task task, Throwable failure) {
    if (failure == null) {
      passes.incrementAndGet();
      Refusals.of(task).forget(name); // its own pass must not count against its next items
      return;
    }
    LOG.debug("items-to-{} refuses {}", name, task, failure);
    Throwable error = FatalErrors.in(failure); // else Camel would choose the policy by the cause
    String words = secrets.quote(name + ": " + Failures.inWords(failure));
    if (Refusals.of(task).count(name, passes.get()) < MOST_REFUSALS) {
      exchange.setException(
          new OutputUnavailableException(
              words, "Repair what items-to-" + name + ".camel.yaml sends to", error));
    } else {
      exchange.setException(new ItemsRejectedException(words, error));
    }
  }

  /** How often outputs refused one task while others passed. */
  private static final class Refusals implements Runnable {

    private record Refusal(int count, long passes) {}

    private final Map<String, Refusal> byOutput = new HashMap<>();

    static Refusals of(Task task) {
      return task.keep(Refusals.class, Refusals::new);
    }

    // counts only where another task has passed since the last refusal
    int count(String output, long passes) {
      return byOutput.merge(output, new Refusal(1, passes), Refusals::next).count;
    }

    void forget(String output) {
      byOutput.remove(output);
    }

    private static Refusal next(Refusal last, Refusal now) {
      return new Refusal(last.count + (now.passes > last.passes ? 1 : 0), now.passes);
    }

    @Override
    public void run() {
      byOutput.clear();
    }
  }
}
