package io.serproutes;

import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.model.Model;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Stops the start of a context whose core lacks what it cannot do without, such as the routes of an
 * output, or the step that ends an id in a route file that somebody has edited: ids would wait for
 * it and be given up, or be asked for again and again.
 */
final class RoutesCheck extends LifecycleStrategySupport {

  private static final List<String> CORE =
      List.of(
          "serp-take-ids",
          "serp-work-task",
          "serp-fetch-task",
          "serp-read-posted",
          "serp-split-items",
          "serp-dead-letter",
          "serp-receipt",
          "serp-park-task",
          "serp-items-to-outputs",
          "serp-dead-letter-to-outputs",
          "serp-receipt-to-outputs");
  private static final List<String> POLICIES = List.of("serp-call-policy", "serp-delivery-policy");

  private final Settings settings;

  RoutesCheck(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void onContextStarting(CamelContext context) throws VetoCamelContextStartException {
    Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
    if (model.getRouteDefinition("serp-take-task") == null) {
      return; // loaded later, or not at all
    }
    ApiAddress.warn(settings);
    String lacking = lacking(model);
    if (lacking != null) {
      throw new IllegalSettingException(lacking).asVeto(context);
    }
  }

  /** What the core lacks, in one line; null for nothing. */
  private String lacking(Model model) {
    return Stream.<Supplier<String>>of(
            () -> lackingRoute(model),
            new CoreSteps(model)::wrong,
            new WayOfIds(model, settings.isExactlyOnce())::wrong,
            () -> lackingPolicy(model),
            () -> lackingOutput(model))
        .map(Supplier::get)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static String lackingRoute(Model model) {
    for (String route : CORE) {
      if (model.getRouteDefinition(route) == null) {
        return "task-results.camel.yaml lacks the route " + route;
      }
    }
    return null;
  }

  private static String lackingPolicy(Model model) {
    for (String policy : POLICIES) {
      if (model.getRouteConfigurationDefinition(policy) == null) {
        return "failure-policy.camel.yaml lacks the route configuration " + policy;
      }
    }
    return null;
  }

  private String lackingOutput(Model model) {
    Outputs outputs = Outputs.of(settings);
    for (String output : outputs.names()) {
      String items = outputs.route("items", output);
      if (isMissing(model, items)) {
        return wanted(items, outputs.file(output));
      }
    }
    for (String output : outputs.ofReceipts()) {
      for (String what : List.of("receipt", "dead-letter")) {
        String route = outputs.route(what, output);
        if (isMissing(model, route)) {
          return wanted(route, outputs.file(output));
        }
      }
    }
    for (String what : List.of("items", "dead-letter", "receipt")) {
      String route = "serp-" + what + "-for-several";
      if (outputs.areSeveral() && isMissing(model, route)) {
        return wanted(route, RouteFiles.SEVERAL);
      }
    }
    String parking = "serp-park-in-" + outputs.parking();
    if (isMissing(model, parking)) {
      return wanted(parking, RouteFiles.parking(outputs.parking()));
    }
    boolean isTopic = outputs.parking().equals("kafka") && settings.arguments().isEmpty();
    boolean noteMissing = model.getRouteDefinition("serp-note-parked-in-kafka") == null;
    boolean dueMissing = model.getRouteDefinition("serp-ids-from-parked-kafka") == null;
    return isTopic && (noteMissing || dueMissing)
        ? "serp.to="
            + settings.text(Keys.TO)
            + " parks ids on a topic, and nothing asks for them again; add "
            + RouteFiles.location(RouteFiles.PARKED_IN_KAFKA)
        : null;
  }

  private static boolean isMissing(Model model, String route) {
    String uri = "direct:" + route;
    return model.getRouteDefinitions().stream().noneMatch(r -> uri.equals(Steps.from(r)));
  }

  private String wanted(String route, String file) {
    String name = file.substring(file.indexOf('/') + 1) + ".camel.yaml";
    return "serp.to="
        + settings.text(Keys.TO)
        + " needs a route from direct:"
        + route
        + (RouteFiles.isBuiltIn(file)
            ? "; load " + RouteFiles.location(file) + ", too, or mend your copy of " + name
            : "; " + name + " has none");
  }
}
