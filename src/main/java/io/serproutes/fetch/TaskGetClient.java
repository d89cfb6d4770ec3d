package io.serproutes.fetch;

import io.serproutes.Keys;
import io.serproutes.RepeatingTask;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.classic.methods.HttpUriRequest;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * What Camel's HTTP client needs for the vendor's API beyond its options.
 *
 * <p>Credentials go straight into the request's header, so that no endpoint URI contains them and
 * they may hold any character. A call that takes longer than {@code serp.api.response-timeout} in
 * all is aborted: the client's own time-out restarts with every byte. The client's hidden retries
 * are off: the gate counts every call.
 */
public final class TaskGetClient implements HttpClientConfigurer {

  private static final long CHECK_EVERY_MILLIS = 100;
  private static final long PATIENCE_AT_STOP_NANOS = Duration.ofSeconds(5).toNanos();

  private final Secrets secrets;
  private final long timeoutNanos;
  private final LongSupplier nanoTime;
  private final Map<Thread, Call> calls = new ConcurrentHashMap<>();
  private volatile Long stopNanos;

  /** A call in flight, on the thread that makes it. */
  private record Call(HttpUriRequest request, long deadline) {}

  public TaskGetClient(Settings settings, Secrets secrets) {
    this(settings, secrets, System::nanoTime);
  }

  TaskGetClient(Settings settings, Secrets secrets, LongSupplier nanoTime) {
    this.secrets = secrets;
    this.nanoTime = nanoTime;
    timeoutNanos = settings.get(Keys.RESPONSE_TIMEOUT).toNanos();
  }

  void start(ScheduledExecutorService clock) {
    stopNanos = null;
    clock.scheduleWithFixedDelay(
        new RepeatingTask("the deadline of calls", this::breakOffLateCalls),
        CHECK_EVERY_MILLIS,
        CHECK_EVERY_MILLIS,
        TimeUnit.MILLISECONDS);
  }

  /** Aborts what is still in flight in five seconds: the ids stay in their source. */
  void stop() {
    stopNanos = nanoTime.getAsLong() + PATIENCE_AT_STOP_NANOS;
  }

  @Override
  public void configureHttpClient(HttpClientBuilder builder) {
    builder
        .setRoutePlanner(ApiConnections.routes()) // and no proxy of a host
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .addRequestInterceptorFirst(
            (request, entity, context) ->
                request.setHeader(HttpHeaders.AUTHORIZATION, secrets.authorization()))
        .addExecInterceptorFirst(
            "serp-deadline",
            (request, scope, chain) -> {
              begin(scope.originalRequest);
              return AnswerBody.in(chain.proceed(request, scope));
            });
  }

  private void begin(ClassicHttpRequest request) {
    if (request instanceof HttpUriRequest call) {
      calls.put(Thread.currentThread(), new Call(call, nanoTime.getAsLong() + timeoutNanos));
    }
  }

  /** Whether the call of this thread took too long. */
  boolean isLate() {
    Call call = calls.get(Thread.currentThread());
    return call != null && nanoTime.getAsLong() - call.deadline > 0;
  }

  /** Why there is no answer to a call that took too long. */
  String late() {
    return "no whole answer within " + Duration.ofNanos(timeoutNanos).toMillis() + " ms";
  }

  /** Ends the call of this thread: aborts an answer that was not read to its end. */
  public void end() {
    Call call = calls.remove(Thread.currentThread());
    if (call != null) {
      call.request.abort();
    }
  }

  /** Whether the time that calls in flight have at a stop is over: all of them are aborted. */
  boolean isStopped() {
    Long stop = stopNanos;
    return stop != null && nanoTime.getAsLong() - stop > 0;
  }

  private void breakOffLateCalls() {
    long now = nanoTime.getAsLong();
    boolean stopped = isStopped();
    for (Call call : calls.values()) {
      if (stopped || now - call.deadline > 0) {
        call.request.abort();
      }
    }
  }
}
