package io.serproutes.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.serproutes.FatalErrors;
import io.serproutes.page.Page;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server of health and metrics has beyond Camel's: the page, an index, answers to HEAD for
 * health and metrics, and metrics of the JVM and the process. Does nothing where the program has no
 * server.
 */
final class ServerExtras extends MainListenerSupport {

  private static final Logger LOG = LoggerFactory.getLogger("serp-page");
  private static final String INDEX =
      """
      <!DOCTYPE html>
      <html lang="en">
      <meta charset="utf-8">
      <title>serp-routes</title>
      <h1>serp-routes</h1>
      <ul>
      <li><a href="/observe/health/ready">/observe/health/ready</a>: readiness; 503 while the \
      circuit is open, with the reason
      <li><a href="/observe/health/live">/observe/health/live</a>: liveness; 503 when only a \
      restart helps
      <li><a href="/observe/health">/observe/health</a>: both
      <li><a href="/observe/metrics">/observe/metrics</a>: metrics for Prometheus
      </ul>
      </html>
      """;

  @Override
  public void afterStart(BaseMainSupport main) {
    CamelContext context = main.getCamelContext();
    ManagementHttpServer server = context.hasService(ManagementHttpServer.class);
    if (server != null) {
      VertxPlatformHttpRouter router = server.getRouter();
      router.route().order(-2).handler(ServerExtras::answer);
      router
          .route("/observe/health*")
          .method(HttpMethod.HEAD)
          .order(-1)
          .blockingHandler(request -> answerHead(context, request)); // a check may wait
      refuseMalformed(router.getServer().getServer());
      reportErrors(router.vertx(), router);
      try {
        Page.open(context, router, INDEX.getBytes(UTF_8));
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
      context.getRegistry().findByType(MeterRegistry.class).stream()
          .findFirst()
          .ifPresent(ServerExtras::measure);
    }
  }

  // without these, Vert.x logs an ERROR for each request without a valid path or host
  private static void refuseMalformed(HttpServer server) {
    if (server.requestHandler() instanceof Router root) {
      for (int status : new int[] {400, 404}) {
        root.errorHandler(status, request -> request.response().setStatusCode(status).end());
      }
    }
  }

  /**
   * Reports errors that concern the whole process, which Vert.x would log and survive. What else
   * fails before a handler is called concerns one request, such as one with {@code %00} in its
   * host, which gets no answer.
   */
  static void reportErrors(Vertx vertx, Router router) {
    vertx.exceptionHandler(
        failure -> {
          FatalErrors.report(failure);
          LOG.debug("a request failed", failure);
        });
    router
        .route()
        .order(-3)
        .failureHandler(
            request -> {
              FatalErrors.report(request.failure());
              request.next();
            });
  }

  /**
   * The first to see a request. Closes the connection of one that has not taken the answers before:
   * those to requests of somebody who reads nothing would fill the memory, as would the requests if
   * they waited. A close by Vert.x itself waits until the answers are taken. HTTP/2 bounds how many
   * requests are open.
   */
  static void answer(RoutingContext request) {
    if (request.request().version() != HttpVersion.HTTP_2
        && request.response().writeQueueFull()
        && request.request().connection() instanceof ConnectionBase connection) {
      connection.channel().close();
      return;
    }
    boolean isHead = request.request().method().equals(HttpMethod.HEAD);
    if (isHead && request.normalizedPath().equals("/observe/metrics")) {
      request.response().end(); // a monitor that only looks whether it is there
    } else {
      request.next();
    }
  }

  // Camel answers GET alone, and Vert.x would send a body of HTTP/2
  private static void answerHead(CamelContext context, RoutingContext request) {
    String path = request.normalizedPath();
    boolean isReadiness = path.equals("/observe/health/ready");
    Collection<HealthCheck.Result> results;
    if (isReadiness) {
      results = HealthCheckHelper.invokeReadiness(context);
    } else if (path.equals("/observe/health/live")) {
      results = HealthCheckHelper.invokeLiveness(context);
    } else if (path.equals("/observe/health")) {
      results = HealthCheckHelper.invoke(context);
    } else {
      request.next();
      return;
    }
    boolean isUp = HealthCheckHelper.isResultsUp(results, isReadiness);
    request.response().setStatusCode(isUp ? 200 : 503).end();
  }

  private static void measure(MeterRegistry registry) {
    List<MeterBinder> binders =
        List.of(
            new JvmInfoMetrics(),
            new JvmMemoryMetrics(),
            new JvmGcMetrics(),
            new JvmThreadMetrics(),
            new ProcessorMetrics(),
            new FileDescriptorMetrics(),
            new UptimeMetrics());
    binders.forEach(binder -> binder.bindTo(registry));
  }
}
