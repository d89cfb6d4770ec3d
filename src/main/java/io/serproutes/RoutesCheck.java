package io.serproutes;

import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.VetoCamelContextStartException;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.apache.camel.model.StopDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.util.StringHelper;

/**
 * Stops the start of a context whose core lacks what it cannot do without, such as the routes of an
 * output, or the step that ends an id in a route file that somebody has edited: ids would wait for
 * it and be given up, or be asked for again and again.
 */
final class RoutesCheck extends LifecycleStrategySupport {

  private static final String DIRECT = "direct:";
  private static final String MARK = "serpMarkDurable";
  private static final String AWAIT = "serpAwaitItems";
  private static final String TO_RECEIPT = "direct:serp-receipt";
  private static final String RECEIPT = "direct:serp-receipt-to-outputs";
  private static final String ITEMS_TO = "direct:serp-items-to-";
  private static final String PARKING = "{{serp-chosen:parking}}";
  private static final String BEGIN = "serpBeginTask";
  private static final String SETTLE = "serpSettleTask";
  private static final String GATE = "serpPassGate";
  private static final String TO_TASK = "direct:serp-take-task";
  private static final String TO_IDS = "direct:serp-take-ids";
  private static final String TOPIC = "serp-kafka:";
  private static final String TOPIC_IDS = "serpTopicIds";
  private static final Pattern DIRECT_NAME = Pattern.compile("direct:[^?,\\s'\"}]+");

  /** The steps of our own by which the way of an id begins, calls and ends. */
  private static final Map<String, String> STEPS =
      Map.of(
          "serp-take-task", BEGIN,
          "serp-fetch-task", GATE,
          "serp-receipt", "serpReceipts");

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
    for (String route :
        List.of(
            "work-task",
            "fetch-task",
            "read-posted",
            "split-items",
            "dead-letter",
            "receipt",
            "park-task",
            "items-to-outputs",
            "dead-letter-to-outputs",
            "receipt-to-outputs")) {
      if (model.getRouteDefinition("serp-" + route) == null) {
        return "task-results.camel.yaml lacks the route serp-" + route;
      }
    }
    for (Map.Entry<String, String> step : STEPS.entrySet()) {
      if (!hasProcess(model.getRouteDefinition(step.getKey()), step.getValue())) {
        return "task-results.camel.yaml: "
            + step.getKey()
            + " lacks a process with the ref "
            + step.getValue()
            + ", as that of this version has; make the copy anew";
      }
    }
    String before = lackingBeforeTask(model);
    if (before != null) {
      return before;
    }
    if (isMissingIn(model.getRouteDefinition("serp-park-task"), PARKING)) {
      return "task-results.camel.yaml: serp-park-task lacks the step to "
          + PARKING
          + ", which keeps an id";
    }
    for (String route : List.of("serp-receipt", "serp-park-task")) {
      if (!endsWithMark(model.getRouteDefinition(route))) {
        return "task-results.camel.yaml: the last step of "
            + route
            + " must be a process with the ref "
            + MARK
            + ", by which the source of an id learns that it may forget it";
      }
    }
    if (!waitsForItems(model.getRouteDefinition("serp-split-items"))) {
      return "task-results.camel.yaml: serp-split-items lacks a process with the ref "
          + AWAIT
          + " between the split and "
          + TO_RECEIPT
          + ", which waits until all items are out";
    }
    for (String route : List.of("serp-split-items", "serp-dead-letter")) {
      if (isMissingIn(model.getRouteDefinition(route), TO_RECEIPT)) {
        return "task-results.camel.yaml: "
            + route
            + " lacks the step to "
            + TO_RECEIPT
            + ", which ends an id and must stand in no other step; without it the id is asked for"
            + " again and again";
      }
    }
    if (settings.isExactlyOnce() && !endInTransaction(model)) {
      return "task-results.camel.yaml: with serp.kafka.delivery=exactly-once nothing may stand between the"
          + " last step of serp-receipt and the filter with "
          + RECEIPT
          + ", nor between the last step of serp-park-task and "
          + PARKING
          + ": these commit";
    }
    for (RouteDefinition route : onTheWay(model)) {
      if (steps(StopDefinition.class, route).findAny().isPresent()) {
        return "the route "
            + route.getRouteId()
            + " has a step stop, after which its ids would never end; a filter or choice around the"
            + " steps to leave out does what is wanted";
      }
    }
    for (String policy : List.of("serp-call-policy", "serp-delivery-policy")) {
      if (model.getRouteConfigurationDefinition(policy) == null) {
        return "failure-policy.camel.yaml lacks the route configuration " + policy;
      }
    }
    return lackingOutput(model);
  }

  // before its task is begun, an id that a step passes over or fails with would be in work for ever
  private static String lackingBeforeTask(Model model) {
    List<ProcessorDefinition<?>> task = enabled(model.getRouteDefinition("serp-take-task"));
    if (task.size() < 2 || !isProcess(BEGIN, task.get(0)) || !endsWith(SETTLE, task.get(1))) {
      return "task-results.camel.yaml: serp-take-task must begin with the process with the ref "
          + BEGIN
          + ", right behind it the doTry, and doFinally with the ref "
          + SETTLE
          + ": an id that another step before these fails with never ends";
    }
    for (String route : List.of("serp-fetch-task", "serp-read-posted")) {
      List<ProcessorDefinition<?>> call = enabled(model.getRouteDefinition(route));
      int end = 1;
      while (end < call.size() && !isProcess(GATE, call.get(end - 1))) {
        end++;
      }
      if (end >= call.size() || !endsWith("serpEndCall", call.get(end))) {
        return "task-results.camel.yaml: right behind the process with the ref "
            + GATE
            + ", "
            + route
            + " must have the doTry, and doFinally with the ref serpEndCall: a call that another step"
            + " before these fails with never ends, and keeps its place";
      }
    }
    RouteDefinition ids = model.getRouteDefinition("serp-take-ids");
    if (ids == null || enabled(ids).stream().noneMatch(RoutesCheck::isEachTask)) {
      return "task-results.camel.yaml: serp-take-ids must split, and the first step of the split must be the"
          + " wireTap to "
          + TO_TASK
          + ": an id that another step passes over or fails with never ends; leave ids out before"
          + " they reach their source";
    }
    for (RouteDefinition route : model.getRouteDefinitions()) {
      if (from(route).startsWith(TOPIC) && !handsRecordsOn(enabled(route))) {
        return "the route "
            + route.getRouteId()
            + " must hand each record on: a step of its own with the ref "
            + TOPIC_IDS
            + ", and right behind it the wireTap to "
            + TO_IDS
            + "; a record that is passed over never ends, and one whose body a step sets to [] has no ids";
      }
    }
    return null;
  }

  // without what Camel puts in front of a route, such as an onException of a host
  private static List<ProcessorDefinition<?>> enabled(ProcessorDefinition<?> parent) {
    return parent.getOutputs().stream()
        .filter(step -> isEnabled(step) && !step.isAbstract())
        .toList();
  }

  private static boolean endsWith(String ref, ProcessorDefinition<?> step) {
    return step instanceof TryDefinition way
        && way.getFinallyClause() != null
        && !enabled(way.getFinallyClause()).isEmpty()
        && isProcess(ref, enabled(way.getFinallyClause()).get(0));
  }

  private static boolean isEachTask(ProcessorDefinition<?> step) {
    return step instanceof SplitDefinition
        && !enabled(step).isEmpty()
        && handsOn(TO_TASK, enabled(step).get(0));
  }

  private static boolean handsRecordsOn(List<ProcessorDefinition<?>> steps) {
    for (int at = 0; at < steps.size(); at++) {
      if (TOPIC_IDS.equals(ref(steps.get(at)))) {
        return at + 1 < steps.size() && handsOn(TO_IDS, steps.get(at + 1));
      }
      if ("serpParkedTopic".equals(ref(steps.get(at)))) {
        return true;
      }
    }
    return false;
  }

  private static String ref(ProcessorDefinition<?> step) {
    if (step instanceof ProcessDefinition process) {
      return process.getRef();
    }
    return step instanceof BeanDefinition bean ? bean.getRef() : null;
  }

  private static boolean handsOn(String uri, ProcessorDefinition<?> step) {
    return isTo(uri, step) || step instanceof WireTapDefinition<?> tap && uri.equals(tap.getUri());
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
          steps(ProcessorDefinition.class, found.get(i))
              .flatMap(step -> DIRECT_NAME.matcher(to(step)).results())
              .map(MatchResult::group)
              .collect(toSet());
      others.removeIf(route -> to.contains(from(route)) && found.add(route));
    }
    return found;
  }

  // where a step sends the exchange, or copies whose stop comes back with them
  private static String to(ProcessorDefinition<?> step) {
    String to = null;
    if (step instanceof ToDefinition one) {
      to = one.getUri();
    } else if (step instanceof ToDynamicDefinition one && !(step instanceof WireTapDefinition)) {
      to = one.getUri();
    } else if (step instanceof ExpressionNode several && several.getExpression() != null) {
      to = several.getExpression().getExpression(); // such as those of a recipient list
    }
    return String.valueOf(to);
  }

  @SuppressWarnings("rawtypes") // the class of all steps has no other
  private static <T extends ProcessorDefinition> Stream<T> steps(
      Class<T> type, RouteDefinition route) {
    return ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), type).stream()
        .filter(RoutesCheck::isEnabled);
  }

  // it gets an exchange of its own
  private static boolean isOwnOutput(RouteDefinition route) {
    String uri = from(route);
    return uri.startsWith(ITEMS_TO)
        && !RouteFiles.isBuiltIn(RouteFiles.output(uri.substring(ITEMS_TO.length())))
        && !uri.equals(ITEMS_TO + "outputs");
  }

  private static boolean hasProcess(RouteDefinition route, String ref) {
    return route.getOutputs().stream().anyMatch(step -> isProcess(ref, step));
  }

  private static boolean isProcess(String ref, ProcessorDefinition<?> step) {
    return step instanceof ProcessDefinition process
        && isEnabled(process)
        && ref.equals(process.getRef());
  }

  private static boolean isMissingIn(RouteDefinition route, String uri) {
    return route.getOutputs().stream().noneMatch(step -> isTo(uri, step));
  }

  private static boolean endsWithMark(RouteDefinition route) {
    List<ProcessorDefinition<?>> steps = route.getOutputs();
    return !steps.isEmpty() && isProcess(MARK, steps.get(steps.size() - 1));
  }

  private static boolean waitsForItems(RouteDefinition route) {
    List<ProcessorDefinition<?>> steps = route.getOutputs();
    for (int at = steps.size() - 1; at >= 0; at--) {
      ProcessorDefinition<?> step = steps.get(at);
      if (step instanceof ProcessDefinition wait && AWAIT.equals(wait.getRef())) {
        return steps.subList(0, at).stream().noneMatch(RoutesCheck::isReceipt);
      }
      if (step instanceof SplitDefinition) {
        return false; // what it sends, nobody waits for
      }
    }
    return false;
  }

  // what is sent after the commit would be part of no transaction
  private static boolean endInTransaction(Model model) {
    ProcessorDefinition<?> parking = beforeLast(model.getRouteDefinition("serp-park-task"));
    ProcessorDefinition<?> receipt = beforeLast(model.getRouteDefinition("serp-receipt"));
    boolean isFilter = receipt instanceof FilterDefinition && !receipt.getOutputs().isEmpty();
    return isTo(PARKING, parking)
        && isFilter
        && isTo(RECEIPT, receipt.getOutputs().get(receipt.getOutputs().size() - 1));
  }

  private static ProcessorDefinition<?> beforeLast(RouteDefinition route) {
    List<ProcessorDefinition<?>> steps = route.getOutputs();
    return steps.size() < 2 ? null : steps.get(steps.size() - 2);
  }

  private static boolean isTo(String uri, ProcessorDefinition<?> step) {
    return step instanceof ToDefinition to && isEnabled(to) && uri.equals(to.getUri());
  }

  private static boolean isReceipt(ProcessorDefinition<?> step) {
    return isTo(TO_RECEIPT, step);
  }

  private static boolean isEnabled(ProcessorDefinition<?> step) {
    return !"true".equals(step.getDisabled());
  }

  // without its options
  private static String from(RouteDefinition route) {
    String uri = String.valueOf(route.getEndpointUrl());
    return StringHelper.before(uri, "?", uri);
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
    String uri = DIRECT + route;
    return model.getRouteDefinitions().stream().noneMatch(r -> uri.equals(from(r)));
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
