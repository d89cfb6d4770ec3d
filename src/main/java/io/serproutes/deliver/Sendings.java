package io.serproutes.deliver;

import io.serproutes.FatalErrors;
import io.serproutes.fetch.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/**
 * The items of a task that an output has begun to send. Its types so need not wait for each other:
 * {@link AwaitItems} waits for all of them. Safe for use by many threads.
 */
public final class Sendings implements Runnable {

  /** Items that are on their way. */
  public interface Sending {

    /**
     * Done once the output has all of them for good. They are sent again where what this returned
     * before has failed.
     */
    CompletableFuture<Void> outcome();
  }

  private final List<Sending> all = new ArrayList<>();

  /** Those of a task. */
  public static Sendings of(Task task) {
    return task.keep(Sendings.class, Sendings::new);
  }

  /** Notes items that the receipt has to wait for. */
  public synchronized void add(Sending items) {
    all.add(items);
  }

  /** Done once outputs have all of them for good; fails with what one of them failed with. */
  public synchronized CompletableFuture<Void> outcome() {
    return CompletableFuture.allOf(
        all.stream().map(Sending::outcome).toArray(CompletableFuture[]::new));
  }

  /**
   * Continues a route when something sent has an outcome, and fails its exchange where that is a
   * failure. Holds no thread meanwhile.
   *
   * @param workers continue it: what completes the outcome may be the only thread that sends
   * @return whether it has continued, as of an {@link org.apache.camel.AsyncProcessor}
   */
  public static boolean await(
      CompletableFuture<Void> outcome,
      Executor workers,
      Exchange exchange,
      AsyncCallback callback) {
    if (outcome.isDone()) {
      outcome.whenComplete((sent, failure) -> fail(exchange, failure));
      callback.done(true);
      return true;
    }
    FatalErrors.watch(
        outcome.handleAsync( // not whenComplete, which hides an error of the route in the failure
            (sent, failure) -> {
              FatalErrors.report(failure);
              fail(exchange, failure);
              callback.done(false);
              return null;
            },
            workers));
    return false;
  }

  private static void fail(Exchange exchange, Throwable failure) {
    if (failure != null) {
      boolean isOfSeveral = failure instanceof CompletionException;
      exchange.setException(isOfSeveral ? failure.getCause() : failure);
    }
  }

  @Override
  public synchronized void run() {
    all.clear();
  }
}
