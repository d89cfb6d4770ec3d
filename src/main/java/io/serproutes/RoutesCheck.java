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
    require(context, model, "serp-items-to-", settings.output(), "items-to-");
    require(context, model, "serp-park-in-", settings.parking(), "parked-in-");
  }

  private static void require(
      CamelContext context, Model model, String route, String name, String file)
      throws VetoCamelContextStartException {
    String uri = "direct:" + route + name;
    if (model.getRouteDefinitions().stream().noneMatch(r -> uri.equals(r.getEndpointUrl()))) {
      throw new VetoCamelContextStartException(
          "serp.to wants the route "
              + route
              + name
              + ": load classpath:serp-routes/"
              + file
              + name
              + ".camel.yaml, too",
          context,
          true);
    }
  }
}
