package io.serproutes.deliver;

import io.serproutes.fetch.Task;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Waits, without holding a thread, until outputs have for good what they have begun to send of a
 * task's items. Fails with what the sending of items failed with; repeated, it has sent again what
 * failed.
 */
public final class AwaitItems extends AsyncProcessorSupport {

  private final Executor workers;

  /**
   * A step that waits.
   *
   * @param workers continue the route
   */
  public AwaitItems(Executor workers) {
    this.workers = workers;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    return Sendings.await(Sendings.of(Task.of(exchange)).outcome(), workers, exchange, callback);
  }
}
