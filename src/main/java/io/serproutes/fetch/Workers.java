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
 * The threads {@code serp-fetch}, on which tasks continue after every wait: for a call, for Kafka,
 * for a disk. There are twice as many as calls may be in flight, because a thread continues with
 * the delivery when its call has ended and the next one may start.
 *
 * <p>Once the program has stopped, work runs on the thread that submits it.
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
      FatalErrors.report(e); // the task is stuck, and the caller is a client's callback
      throw e;
    }
  }

  /**
   * A fixed number of threads. Work that is submitted after their end is rejected; Camel's default
   * would drop it silently, and would run work on the caller's thread while 1,000 wait.
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
