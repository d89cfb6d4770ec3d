package io.serproutes;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.model.AggregateDefinition;
import org.apache.camel.model.LoopDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.StopDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.WireTapDefinition;

/** The routes through which ids come, of which none may do what would lose them or their items. */
final class WayOfIds {

  private static final String BY_TYPE = "serpItemsByType";
  private static final String TOPIC = "serp-kafka:";
  private static final String ITEMS_TO = "direct:serp-items-to-";
  private static final List<String> RESULTS =
      List.of("direct:serp-items-", "direct:serp-dead-letter", "direct:serp-receipt");

  private final List<RouteDefinition> routes;
  private final boolean exactlyOnce;

  WayOfIds(Model model, boolean exactlyOnce) {
    this.routes = onTheWay(model);
    this.exactlyOnce = exactlyOnce;
  }

  /** What one of them does wrong, in one line; null for nothing. */
  String wrong() {
    return Stream.<Supplier<String>>of(this::sentInRounds, this::stop, this::handedOnLate)
        .map(Supplier::get)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  // what a later round sends would be taken for a repeated step's: only the inner index is known
  private String sentInRounds() {
    for (RouteDefinition route : exactlyOnce ? routes : List.<RouteDefinition>of()) {
      Stream<SplitDefinition> inner =
          Steps.inAll(SplitDefinition.class, route)
              .filter(split -> !BY_TYPE.equals(split.getExpression().getExpression()))
              .flatMap(split -> Steps.inAll(SplitDefinition.class, split));
      if (sendToTopic(Stream.concat(inner, Steps.inAll(LoopDefinition.class, route)))) {
        return ("with serp.kafka.delivery=exactly-once the route %s must not send to a topic from a"
                + " split in a split, nor from a loop: all but the records of the last round would"
                + " be missing")
            .formatted(route.getRouteId());
      }
    }
    return null;
  }

  private static boolean sendToTopic(Stream<? extends ProcessorDefinition<?>> steps) {
    return steps
        .flatMap(step -> Steps.inAll(ToDefinition.class, step))
        .anyMatch(to -> String.valueOf(to.getUri()).startsWith(TOPIC));
  }

  private String stop() {
    for (RouteDefinition route : routes) {
      if (Steps.inAll(StopDefinition.class, route).findAny().isPresent()) {
        return ("the route %s has a step stop, after which its ids would never end; a filter or"
                + " choice around the steps to leave out does what is wanted")
            .formatted(route.getRouteId());
      }
    }
    return null;
  }

  // of another exchange, whose end nobody waits for: the answer with the items is closed by then
  private String handedOnLate() {
    for (RouteDefinition route : routes) {
      boolean isLate =
          Steps.inAll(AggregateDefinition.class, route)
                  .flatMap(one -> Steps.inAll(ProcessorDefinition.class, one))
                  .flatMap(Steps::directNames)
                  .anyMatch(WayOfIds::isResult)
              || exactlyOnce && sendToTopic(Steps.inAll(AggregateDefinition.class, route))
              || Steps.inAll(WireTapDefinition.class, route)
                  .map(tap -> String.valueOf(tap.getUri()))
                  .anyMatch(uri -> isResult(uri) || exactlyOnce && uri.startsWith(TOPIC));
      if (isLate) {
        return ("the route %s hands items on by an aggregate or a wireTap, which nobody waits for:"
                + " the receipt would come before them; do that in an output of your own%s")
            .formatted(
                route.getRouteId(), exactlyOnce ? ", with serp.kafka.delivery=at-least-once" : "");
      }
    }
    return null;
  }

  private static boolean isResult(String uri) {
    return RESULTS.stream().anyMatch(uri::startsWith);
  }

  // our routes, and those of somebody's own that they send the exchange itself to; whatever comes
  // by another component, such as seda, is an exchange of its own
  private static List<RouteDefinition> onTheWay(Model model) {
    List<RouteDefinition> others = new ArrayList<>(model.getRouteDefinitions());
    List<RouteDefinition> found = new ArrayList<>();
    for (RouteDefinition route : model.getRouteDefinitions()) {
      String configuration = String.valueOf(route.getRouteConfigurationId());
      if (configuration.startsWith("serp-") && !isOwnOutput(route)) {
        found.add(route);
      }
    }
    others.removeAll(found);
    for (int i = 0; i < found.size(); i++) {
      Set<String> to =
          Steps.inAll(ProcessorDefinition.class, found.get(i))
              .flatMap(Steps::directNames)
              .collect(toSet());
      others.removeIf(route -> to.contains(Steps.from(route)) && found.add(route));
    }
    return found;
  }

  // it gets an exchange of its own
  private static boolean isOwnOutput(RouteDefinition route) {
    String uri = Steps.from(route);
    return uri.startsWith(ITEMS_TO)
        && !RouteFiles.isBuiltIn(RouteFiles.output(uri.substring(ITEMS_TO.length())))
        && !uri.equals(ITEMS_TO + "outputs");
  }
}
