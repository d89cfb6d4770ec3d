package io.serproutes.deliver;

import io.serproutes.FatalErrors;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the results of a task, of which the body is the last.
 *
 * <p>Group commit: one thread publishes everything that has arrived while it published the batch
 * before, so that tasks share the syncs of folders and hold no thread meanwhile. When many wait for
 * a slow disk, their threads wait too, so that answers do not pile up in memory.
 */
public final class PublishFiles<P extends Publication> extends AsyncProcessorSupport
    implements CamelContextAware {

  /** Tasks, each with its answer, that may wait to be published without a thread. */
  static final int MOST_WAITING = 32;

  private static final Logger LOG = LoggerFactory.getLogger("serp-receipt");

  private final GroupCommit<P> files;
  private final Executor workers;
  private final BlockingQueue<P> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private CamelContext context;
  private ExecutorService publisher;

  /** Publishes {@code files}; tasks continue on the threads of {@code workers}. */
  public PublishFiles(GroupCommit<P> files, Executor workers) {
    this.files = files;
    this.workers = workers;
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    context = camelContext;
  }

  @Override
  protected void doStart() {
    publisher =
        context
            .getExecutorServiceManager()
            .newThreadPool(this, "serp-publish", Workers.profile("serp-publish", 1));
  }

  @Override
  protected void doStop() {
    context.getExecutorServiceManager().shutdown(publisher);
    files.finish();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    try {
      Task task = Task.of(exchange);
      P publication = files.stage(task, exchange.getMessage().getMandatoryBody(byte[].class));
      publication.begin(failure -> resume(exchange, callback, failure));
      waiting.put(publication);
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      exchange.setException(e);
      callback.done(true);
      return true;
    }
    publish();
    return false;
  }

  // what follows, such as a host's route, must not hold up the publisher
  private void resume(Exchange exchange, AsyncCallback callback, Exception failure) {
    workers.execute(
        () -> {
          if (failure != null) {
            exchange.setException(failure);
          }
          callback.done(false);
        });
  }

  // throws nothing: the task is queued, and whoever publishes it resumes it
  private void publish() {
    try {
      publisher.execute(this::publishWaiting);
    } catch (RejectedExecutionException e) {
      publishWaiting(); // the route was stopped while the task was in work
    } catch (Error e) {
      FatalErrors.report(e); // no thread, or no memory for one
      publishWaiting();
    }
  }

  private void publishWaiting() {
    List<P> batch = new ArrayList<>(MOST_WAITING);
    waiting.drainTo(batch);
    Error error = null;
    try {
      files.publish(batch);
    } catch (Error e) {
      FatalErrors.report(e);
      error = e;
    }
    for (P one : batch) {
      end(one, error);
    }
  }

  // one that cannot be ended must not keep the others from their end
  private static void end(Publication one, Error error) {
    try {
      if (error != null) {
        one.failed(new IllegalStateException("files not published: " + error, error));
      }
      one.end();
    } catch (RuntimeException | Error e) {
      FatalErrors.report(e);
      LOG.warn("{} stops after its files were published: {}", one.task(), e.toString());
    }
  }
}
