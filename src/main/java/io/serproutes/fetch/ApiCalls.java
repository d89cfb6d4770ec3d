package io.serproutes.fetch;

import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.HttpClientResponseHandler;
import org.apache.hc.core5.util.Timeout;

/**
 * Calls of the vendor's API by commands, outside of the routes: with the account's credentials, a
 * deadline for the whole answer, and nothing done unasked, such as a repeat or a redirect.
 */
public final class ApiCalls implements Closeable {

  private final Secrets secrets;
  private final Duration timeout;
  private final ApiConnections connections;
  private final CloseableHttpClient http;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          new CamelThreadFactory("#name#", "serp-call-deadline", true));

  /** Calls that take no longer than {@code timeout} each. */
  public ApiCalls(Settings settings, Secrets secrets, Duration timeout) {
    this.secrets = secrets;
    this.timeout = timeout;
    connections = new ApiConnections(settings);
    Duration connect = settings.get(Keys.CONNECT_TIMEOUT);
    connections.setDefaultConnectionConfig(
        ConnectionConfig.custom()
            .setConnectTimeout(Timeout.of(connect.compareTo(timeout) < 0 ? connect : timeout))
            .build());
    http =
        HttpClientBuilder.create()
            .setConnectionManager(connections)
            .setRoutePlanner(ApiConnections.routes())
            .disableAutomaticRetries()
            .disableCookieManagement()
            .disableRedirectHandling()
            .disableAuthCaching()
            .build();
  }

  /**
   * Makes a call.
   *
   * @param handler reads the answer
   * @throws IOException where there is no whole answer in time, or the handler throws it
   */
  public <T> T make(HttpUriRequestBase request, HttpClientResponseHandler<T> handler)
      throws IOException {
    request.setHeader(HttpHeaders.AUTHORIZATION, secrets.authorization());
    long start = System.nanoTime();
    Future<?> deadline = clock.schedule(request::abort, timeout.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return http.execute(request, handler);
    } catch (IOException e) {
      if (System.nanoTime() - start >= timeout.toNanos()) { // then we aborted it
        throw new InterruptedIOException("no whole answer within " + timeout.toMillis() + " ms");
      }
      throw e;
    } finally {
      deadline.cancel(false);
    }
  }

  /** The value of an answer's header {@code Retry-After}, or null. */
  public static String retryAfter(HttpResponse response) {
    Header header = response.getFirstHeader(HttpHeaders.RETRY_AFTER);
    return header == null ? null : header.getValue();
  }

  @Override
  public void close() throws IOException {
    clock.shutdownNow();
    http.close();
    connections.end();
  }
}
