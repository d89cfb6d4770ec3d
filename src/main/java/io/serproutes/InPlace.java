package io.serproutes;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.camel.util.concurrent.SynchronousExecutorService;

/**
 * Has its caller do what it is given, at once. Reports an error, which Camel's own executor keeps
 * in a future that nobody asks.
 */
public final class InPlace extends SynchronousExecutorService {

  @Override
  public Future<?> submit(Runnable task) {
    try {
      task.run();
      return CompletableFuture.completedFuture(null);
    } catch (Exception e) {
      return CompletableFuture.failedFuture(e);
    } catch (Error e) {
      FatalErrors.threadDied(e);
      throw e;
    }
  }
}
