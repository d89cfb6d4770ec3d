package io.serproutes.sandbox;

import static java.util.Objects.requireNonNullElse;

import io.serproutes.HostHeader;
import io.serproutes.Keys;
import io.serproutes.RouteFiles;
import io.serproutes.Settings;
import io.vertx.core.VertxOptions;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.Locale;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.OnCamelContextStarted;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Runs the sandbox in a process, or at least a Camel context, of its own. On 127.0.0.1 only, and
 * only for calls to an IP address or localhost.
 *
 * <p>Its keys are {@code serp.sandbox.port} (0: any free port), {@code .latency}, {@code
 * .turnaround}, {@code .items}, {@code serp.api.login}, {@code .password} and {@code .path}; all
 * are required.
 */
public final class SandboxServer {

  private static final String HOST = "127.0.0.1";

  /** Camel's server keeps a thread for each request it has not answered; Vert.x has 20. */
  private static final int WAITING_REQUESTS = 128;

  private static final String MOST_BODY_BYTES = "1048576";

  private SandboxServer() {}

  /**
   * Runs until the process is told to stop; prints its address when it is ready.
   *
   * @return the exit code
   */
  public static int run(Settings keys) throws Exception {
    Main main = prepare(keys);
    main.setDefaultPropertyPlaceholderLocation("false"); // the caller has read the file
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterStart(BaseMainSupport started) {
            System.out.println("sandbox: " + address(started.getCamelContext()));
          }
        });
    main.run();
    return 0;
  }

  /**
   * Has {@code main} serve its platform-http routes on port {@code serp.sandbox.port} of 127.0.0.1,
   * with a thread for each of up to 128 waiting requests. To be called before it starts; the route
   * file is not added.
   *
   * @param keys what the sandbox's routes read
   */
  public static void listen(Main main, Settings keys) {
    main.bind("serpSandboxCredentials", new BasicCredentials(keys));
    main.bind("serpSandboxVertx", new VertxOptions().setWorkerPoolSize(WAITING_REQUESTS));
    main.addInitialProperty("camel.server.enabled", "true");
    main.addInitialProperty("camel.server.host", HOST);
    main.addInitialProperty("camel.server.port", keys.text(Keys.SANDBOX_PORT));
    main.addInitialProperty("camel.server.file-upload-enabled", "false");
    main.addInitialProperty("camel.server.max-body-size", MOST_BODY_BYTES);
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport starting) {
            keys.answerIn(starting.getCamelContext());
            OnCamelContextStarted started =
                context -> router(context).route().order(-1).handler(SandboxServer::check);
            starting
                .getCamelContext()
                .addLifecycleStrategy(LifecycleStrategySupport.adapt(started));
          }
        });
  }

  /**
   * A web page that takes a name of its own for 127.0.0.1 could have it call any port here. One
   * that posts a form would have files written to the working folder, whatever {@code
   * camel.server.file-upload-enabled} says.
   */
  private static void check(RoutingContext call) {
    String type = requireNonNullElse(call.request().getHeader("Content-Type"), "");
    if (!HostHeader.isOwn(String.valueOf(call.request().authority()))) {
      refuse(call, 421, "The sandbox does not answer under this name: call it at " + HOST + ".");
    } else if (type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
      refuse(call, 415, "The sandbox takes JSON, no forms.");
    } else {
      call.next();
    }
  }

  private static void refuse(RoutingContext call, int status, String why) {
    call.response()
        .setStatusCode(status)
        .putHeader("Content-Type", "text/plain; charset=utf-8")
        .end(why + "\n");
  }

  private static VertxPlatformHttpRouter router(CamelContext context) {
    return context.hasService(MainHttpServer.class).getRouter();
  }

  /** Where the server of a started context listens. */
  public static URI address(CamelContext context) {
    return URI.create("http://" + HOST + ":" + router(context).getServer().getPort());
  }

  /**
   * A sandbox that has not been started.
   *
   * @param keys all that it reads
   */
  static Main prepare(Settings keys) {
    Main main = new Main();
    listen(main, keys);
    main.configure()
        .withAutoConfigurationLogSummary(false)
        .withRoutesIncludePattern(RouteFiles.location(RouteFiles.SANDBOX));
    return main;
  }
}
