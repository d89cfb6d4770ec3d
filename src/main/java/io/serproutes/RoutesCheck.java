package io.serproutes;

import org.apache.camel.CamelContext;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.model.Model;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Stops the start of a context that loads the core without the routes of its way out or of its
 * parking place: ids would wait for them and be given up.
 */
final class RoutesCheck extends LifecycleStrategySupport {

  private final Settings settings;

  RoutesCheck(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void onContextStarting(CamelContext context) throws VetoCamelContextStartException {
    Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
    if (model.getRouteDefinition("serp-split-items") == null) {
      return; // loaded later, or not at all
    }
    ApiAddress.warn(settings);
    String output = settings.output();
    require(context, model, "serp-items-to-" + output, RouteFiles.output(output));
    String parking = settings.parking();
    require(context, model, "serp-park-in-" + parking, RouteFiles.parking(parking));
  }

  private static void require(CamelContext context, Model model, String route, String file)
      throws VetoCamelContextStartException {
    String uri = "direct:" + route;
    if (model.getRouteDefinitions().stream().noneMatch(r -> uri.equals(r.getEndpointUrl()))) {
      throw new VetoCamelContextStartException(
          "serp.to wants the route " + route + ": load " + RouteFiles.location(file) + ", too",
          context,
          true);
    }
  }
}
