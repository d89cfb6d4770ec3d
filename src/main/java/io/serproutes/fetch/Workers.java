package io.serproutes.fetch;

import io.serproutes.FatalErrors;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * The threads {@code serp-fetch}, on which tasks go on whenever they have waited: for a call, for
 * Kafka, for a disk. As many as make calls, and as many again, since a thread goes on with delivery
 * when its call is over and the next one may start.
 *
 * <p>Once the program has stopped, work is done by the thread that hands it in.
 */
public final class Workers implements Executor {

  private final int threads;
  private volatile ExecutorService pool;

  /** Twice {@code serp.api.max-concurrent} threads. */
  public Workers(Settings settings) {
    threads = 2 * settings.get(Keys.MAX_CONCURRENT);
  }

  void start(CamelContext context) {
    pool =
        context
            .getExecutorServiceManager()
            .newThreadPool(this, "serp-fetch", profile("serp-fetch", threads));
  }

  @Override
  public void execute(Runnable work) {
    try {
      pool.execute(work);
    } catch (RejectedExecutionException e) {
      work.run();
    } catch (Error e) {
      FatalErrors.report(e); // the task stands still, and its caller is a client's callback
      throw e;
    }
  }

  /**
   * So many threads that stay. What comes after their end is refused: Camel's default would drop it
   * without a word, and run in the caller what comes while 1,000 wait.
   */
  public static ThreadPoolProfile profile(String name, int count) {
    return new ThreadPoolProfileBuilder(name)
        .poolSize(count)
        .maxPoolSize(count)
        .allowCoreThreadTimeOut(false)
        .maxQueueSize(Integer.MAX_VALUE)
        .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
        .build();
  }
}
