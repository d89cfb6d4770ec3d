package io.serproutes.embed;

import io.serproutes.InContext;
import io.serproutes.RouteFiles;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the route files that the keys of a host name, when it is given its context. A context loads
 * them once, however often Camel makes this bean.
 */
public final class IncludedRoutes extends InContext {

  private static final Logger LOG = LoggerFactory.getLogger("serp-routes");

  /**
   * Loads them.
   *
   * @throws io.serproutes.IllegalSettingException where a key or a jar is missing or wrong, or the
   *     host has included the files of the core as well
   */
  @Override
  protected void given(CamelContext context) {
    if (!CoreRoutes.of(context).include()) {
      LOG.info(
          "{} loads no route: serp.to is not set, or serp.enabled is false; set for example"
              + " serp.to=endpoints, and serp.from where ids come from a source",
          RouteFiles.location(RouteFiles.INCLUDE));
    }
  }
}
