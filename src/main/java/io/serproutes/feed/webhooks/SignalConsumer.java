package io.serproutes.feed.webhooks;

import io.serproutes.Failures;
import io.serproutes.FatalErrors;
import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.feed.FedMemory;
import io.serproutes.fetch.Workers;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the route for the signals that came while it ran before: on one thread, so that one sync or
 * one round to the broker keeps all of them.
 */
final class SignalConsumer extends DefaultConsumer {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-webhooks");
  private static final int WRITERS = 4; // each may hold a large answer
  private static final long WARN_EVERY = TimeUnit.MINUTES.toNanos(1);

  private final SignalServer server;
  private final Secrets secrets;
  private final String mode;
  private ExecutorService keeper;
  private ExecutorService disk;
  private Long warnedAt;

  SignalConsumer(
      Endpoint endpoint,
      Processor processor,
      Settings settings,
      Secrets secrets,
      SignalCounts counts,
      Postbacks postbacks) {
    super(endpoint, processor);
    this.secrets = secrets;
    mode = settings.get(Keys.WEBHOOKS_POSTBACK);
    server =
        new SignalServer(
            settings,
            new SignalLog(counts, secrets),
            this::keep,
            postbacks.storesBodies() ? postbacks::begin : null);
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    // what is delivered before the first signal counts, too
    fed().listen();
    ExecutorServiceManager threads = getEndpoint().getCamelContext().getExecutorServiceManager();
    keeper = threads.newSingleThreadExecutor(this, "serp-webhooks");
    disk =
        threads.newThreadPool(this, "serp-postbacks", Workers.profile("serp-postbacks", WRITERS));
    server.start(keeper, disk);
    LOG.info("signals of finished tasks are taken at {}; postbacks: {}", server.address(), mode);
  }

  @Override
  protected void doStop() throws Exception {
    server.stop();
    for (ExecutorService threads : Stream.of(keeper, disk).filter(Objects::nonNull).toList()) {
      getEndpoint().getCamelContext().getExecutorServiceManager().shutdownNow(threads);
    }
    super.doStop();
  }

  /** Whether the ids of these signals are durable now. */
  private boolean keep(List<Signal> signals) {
    Throwable failure = failure(signals);
    FatalErrors.report(failure);
    if (failure != null) {
      fed().signalsNotKept();
      warn(failure);
    }
    return failure == null;
  }

  private FedMemory fed() {
    return getEndpoint().getCamelContext().getRegistry().findSingleByType(FedMemory.class);
  }

  // null for none; read before the release, which makes a pooled exchange forget it
  private Throwable failure(List<Signal> signals) {
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setBody(signals);
      getProcessor().process(exchange);
      return exchange.getException();
    } catch (Exception e) {
      return e;
    } finally {
      releaseExchange(exchange, false);
    }
  }

  private void warn(Throwable failure) {
    long now = System.nanoTime();
    if (warnedAt == null || now - warnedAt >= WARN_EVERY) {
      warnedAt = now;
      String why = Failures.inWords(failure);
      LOG.warn(
          "ids of signals cannot be kept, and the calls are answered with 503: {}; the vendor's list"
              + " of finished tasks shows these tasks",
          secrets.quote(why));
    }
    LOG.debug("ids of signals cannot be kept", failure);
  }
}
