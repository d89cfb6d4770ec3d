package io.serproutes.program;

import io.serproutes.FatalErrors;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.apache.camel.util.concurrent.RejectableScheduledThreadPoolExecutor;
import org.apache.camel.util.concurrent.RejectableThreadPoolExecutor;
import org.apache.camel.util.concurrent.SizedScheduledExecutorService;

/**
 * Camel's thread pools, which report what ends a task for good: an error of any task, and whatever
 * ends a periodic one. Java keeps both in a {@code Future} that nobody asks.
 */
final class WatchedThreadPools extends DefaultThreadPoolFactory {

  @Override
  public ExecutorService newCachedThreadPool(ThreadFactory threads) {
    return new Pool((ThreadPoolExecutor) super.newCachedThreadPool(threads));
  }

  @Override
  public ExecutorService newThreadPool(ThreadPoolProfile profile, ThreadFactory threads) {
    return new Pool((ThreadPoolExecutor) super.newThreadPool(profile, threads));
  }

  // without Camel's limit of 1,000 tasks: a back-off beyond would be refused, and its id left in
  // its source until a restart; there are no more ids than Intake admits
  @Override
  public ScheduledExecutorService newScheduledThreadPool(
      ThreadPoolProfile profile, ThreadFactory threads) {
    ScheduledExecutorService pool = super.newScheduledThreadPool(profile, threads);
    return new ScheduledPool(
        pool instanceof SizedScheduledExecutorService sized
            ? sized.getScheduledThreadPoolExecutor()
            : (ScheduledThreadPoolExecutor) pool);
  }

  private static final class Pool extends RejectableThreadPoolExecutor {

    /** A pool like another, which has not been used and is not used from now on. */
    Pool(ThreadPoolExecutor like) {
      super(
          like.getCorePoolSize(),
          like.getMaximumPoolSize(),
          like.getKeepAliveTime(TimeUnit.NANOSECONDS),
          TimeUnit.NANOSECONDS,
          like.getQueue(),
          like.getThreadFactory(),
          like.getRejectedExecutionHandler());
      allowCoreThreadTimeOut(like.allowsCoreThreadTimeOut());
    }

    @Override
    protected void afterExecute(Runnable task, Throwable thrown) {
      super.afterExecute(task, thrown);
      FatalErrors.afterExecute(task);
    }
  }

  private static final class ScheduledPool extends RejectableScheduledThreadPoolExecutor {

    /** A pool like another, which has not been used and is not used from now on. */
    ScheduledPool(ScheduledThreadPoolExecutor like) {
      super(like.getCorePoolSize(), like.getThreadFactory(), like.getRejectedExecutionHandler());
      setRemoveOnCancelPolicy(like.getRemoveOnCancelPolicy());
    }

    @Override
    protected void afterExecute(Runnable task, Throwable thrown) {
      super.afterExecute(task, thrown);
      FatalErrors.afterExecute(task);
    }
  }
}
