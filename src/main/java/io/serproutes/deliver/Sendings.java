package io.serproutes.deliver;

import io.serproutes.fetch.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

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

  @Override
  public synchronized void run() {
    all.clear();
  }
}
