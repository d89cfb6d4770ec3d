package io.serproutes.program;

import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.impl.HttpServerImpl;
import org.apache.camel.CamelContext;
import org.apache.camel.Ordered;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.main.ManagementHttpServer;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;

/**
 * Stops the start, before a route consumes, if a server of this program does not listen: another
 * program may have taken its port after {@link Surroundings#checkPort}. Camel (4.18.0) only warns,
 * so this program would run without health checks, or ask the sandbox of the other one.
 */
final class ServerPorts extends MainListenerSupport implements StartupListener, Ordered {

  @Override
  public void afterConfigure(BaseMainSupport main) {
    try {
      main.getCamelContext().addStartupListener(this);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public int getOrder() {
    return LOWEST; // after the services of the context
  }

  /** Called when the services run and no consumer of a route does. */
  @Override
  public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
    MainHttpServer sandbox = context.hasService(MainHttpServer.class);
    if (sandbox != null) {
      require(sandbox.getRouter().getServer().getServer(), Keys.SANDBOX_PORT);
    }
    ManagementHttpServer health = context.hasService(ManagementHttpServer.class);
    if (health != null) {
      require(health.getRouter().getServer().getServer(), Keys.SERVER_PORT);
    }
  }

  // no public method of Vert.x says so: actualPort() is the wanted port after a failure, too
  private static void require(HttpServer server, Key<Integer> key) {
    if (((HttpServerImpl) server).isClosed()) {
      throw new IllegalSettingException(
          key
              + "="
              + server.actualPort()
              + " cannot be used: another program has just taken it; start again, or set "
              + key
              + " to a free port, or to 0 for any");
    }
  }
}
