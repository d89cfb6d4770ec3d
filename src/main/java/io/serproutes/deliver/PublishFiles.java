package io.serproutes.deliver;

import io.serproutes.FatalErrors;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the receipt in the body and lets it and the task's items appear; the receipt comes last.
 *
 * <p>Group commit: one thread publishes whatever has come together while it published the last
 * batch, so that tasks share the syncs of folders, and hold no thread meanwhile. When many wait for
 * a slow disk a thread waits, too, so that answers do not pile up in memory.
 */
public final class PublishFiles extends AsyncProcessorSupport implements CamelContextAware {

  /** Tasks, each with its answer, that may wait to be published without a thread. */
  static final int MOST_WAITING = 32;

  private static final Logger LOG = LoggerFactory.getLogger("serp-receipt");

  private final ResultFiles files;
  private final Executor workers;
  private final Semaphore room = new Semaphore(MOST_WAITING);
  private CamelContext context;
  private ExecutorService publisher;
  private List<Publication> waiting = new ArrayList<>(MOST_WAITING);
  private List<Publication> published = new ArrayList<>(MOST_WAITING);
  private boolean publishing;

  /** Publishes {@code files}; tasks go on on the threads of {@code workers}. */
  public PublishFiles(ResultFiles files, Executor workers) {
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
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    try {
      Task task = Task.of(exchange);
      Publication publication =
          files.stageReceipt(task, exchange.getMessage().getMandatoryBody(byte[].class));
      publication.begin(failure -> goOn(exchange, callback, failure));
      room.acquire();
      publish(publication);
      return false;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      exchange.setException(e);
      callback.done(true);
      return true;
    }
  }

  private void goOn(Exchange exchange, AsyncCallback callback, Exception failure) {
    // what comes next, such as a host's route, must not hold up the publisher
    workers.execute(
        () -> {
          if (failure != null) {
            exchange.setException(failure);
          }
          callback.done(false);
        });
  }

  // from here on nothing may be thrown: the publication is published, and its task goes on by that
  private void publish(Publication publication) {
    synchronized (this) {
      waiting.add(publication);
      if (publishing) {
        return;
      }
      publishing = true;
    }
    try {
      publisher.execute(this::publishAll);
    } catch (RejectedExecutionException e) {
      publishAll(); // the route has been stopped under an id in work
    } catch (Error e) {
      FatalErrors.report(e); // no thread, or no memory for one
      publishAll();
    }
  }

  private void publishAll() {
    for (List<Publication> batch; !(batch = take()).isEmpty(); batch.clear()) {
      Error error = null;
      try {
        files.publish(batch);
      } catch (Error e) {
        FatalErrors.report(e);
        error = e;
      }
      room.release(batch.size());
      for (int i = 0; i < batch.size(); i++) {
        end(batch.get(i), error);
      }
    }
  }

  // one that cannot be ended must not keep the others from it
  private static void end(Publication one, Error error) {
    try {
      if (error != null) {
        one.failed(new IllegalStateException("files not published: " + error, error));
      }
      one.end();
    } catch (RuntimeException | Error e) {
      FatalErrors.report(e);
      LOG.warn("{} does not go on after its files were published: {}", one.task(), e.toString());
    }
  }

  // two lists change places: there need not be memory for a new one
  private synchronized List<Publication> take() {
    List<Publication> taken = waiting;
    waiting = published;
    published = taken;
    publishing = !taken.isEmpty();
    return taken;
  }
}
