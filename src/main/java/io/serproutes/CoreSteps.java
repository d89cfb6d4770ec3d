package io.serproutes;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.camel.model.FilterDefinition;
import org.apache.camel.model.LogDefinition;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;

/** The steps that the core needs, which a copy of a route file may have lost or separated. */
final class CoreSteps {

  private static final String FILE = "task-results.camel.yaml: ";
  private static final String BEGIN = "serpBeginTask";
  private static final String SETTLE = "serpSettleTask";
  private static final String GATE = "serpPassGate";
  private static final String END_CALL = "serpEndCall";
  private static final String AWAIT = "serpAwaitItems";
  private static final String MARK = "serpMarkDurable";
  private static final String TOPIC_IDS = "serpTopicIds";
  private static final String TO_IDS = "direct:serp-take-ids";
  private static final String TO_TASK = "direct:serp-take-task";
  private static final String TO_RECEIPT = "direct:serp-receipt";
  private static final String RECEIPT = "direct:serp-receipt-to-outputs";
  private static final String PARKING = "{{serp-chosen:parking}}";

  /** The steps of our own by which the way of an id begins, calls and ends, each with its route. */
  private static final List<Map.Entry<String, String>> PROCESSES =
      List.of(
          Map.entry("serp-take-task", BEGIN),
          Map.entry("serp-fetch-task", GATE),
          Map.entry("serp-receipt", "serpReceipts"));

  private final Model model;

  /** The steps of a core that has all its routes. */
  CoreSteps(Model model) {
    this.model = model;
  }

  /** What is wrong with them, in one line; null for nothing. */
  String wrong() {
    return Stream.<Supplier<String>>of(
            this::lackingProcess,
            this::lackingBegin,
            this::lackingEndOfCall,
            this::lackingEachTask,
            this::lackingHandOver,
            this::lackingParking,
            this::lackingMark,
            this::lackingAwait,
            this::lackingReceipt,
            this::lateStep)
        .map(Supplier::get)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private String lackingProcess() {
    for (Map.Entry<String, String> process : PROCESSES) {
      if (steps(process.getKey()).stream()
          .noneMatch(step -> Steps.isProcess(process.getValue(), step))) {
        return FILE
            + "%s lacks a process with the ref %s, as that of this version has; make the copy anew"
                .formatted(process.getKey(), process.getValue());
      }
    }
    return null;
  }

  // before its task is begun, an id that a step passes over or fails with would be in work for ever
  private String lackingBegin() {
    List<ProcessorDefinition<?>> task = steps("serp-take-task");
    return task.size() > 1
            && Steps.isProcess(BEGIN, task.get(0))
            && Steps.isTryThatEndsWith(SETTLE, task.get(1))
        ? null
        : FILE
            + ("serp-take-task must begin with the process with the ref %s, right behind it the"
                    + " doTry, and doFinally with the ref %s: an id that another step before these"
                    + " fails with never ends")
                .formatted(BEGIN, SETTLE);
  }

  private String lackingEndOfCall() {
    for (String route : List.of("serp-fetch-task", "serp-read-posted")) {
      List<ProcessorDefinition<?>> call = steps(route);
      int end = 1;
      while (end < call.size() && !Steps.isProcess(GATE, call.get(end - 1))) {
        end++;
      }
      if (end >= call.size() || !Steps.isTryThatEndsWith(END_CALL, call.get(end))) {
        return FILE
            + ("right behind the process with the ref %s, %s must have the doTry, and doFinally"
                    + " with the ref %s: a call that another step before these fails with never"
                    + " ends, and keeps its place")
                .formatted(GATE, route, END_CALL);
      }
    }
    return null;
  }

  private String lackingEachTask() {
    return steps("serp-take-ids").stream().anyMatch(CoreSteps::isEachTask)
        ? null
        : FILE
            + ("serp-take-ids must split, and the first step of the split must be the wireTap to %s:"
                    + " an id that another step passes over or fails with never ends; leave ids out"
                    + " before they reach their source")
                .formatted(TO_TASK);
  }

  private static boolean isEachTask(ProcessorDefinition<?> step) {
    List<ProcessorDefinition<?>> parts = Steps.of(step);
    return step instanceof SplitDefinition
        && !parts.isEmpty()
        && Steps.isHandedOn(TO_TASK, parts.get(0));
  }

  private String lackingHandOver() {
    for (RouteDefinition route : model.getRouteDefinitions()) {
      if (Steps.from(route).startsWith("serp-kafka:") && !handsRecordsOn(Steps.of(route))) {
        return ("the route %s must hand each record on: a step of its own with the ref %s, and right"
                + " behind it the wireTap to %s; a record that is passed over never ends, and one"
                + " whose body a step sets to [] has no ids")
            .formatted(route.getRouteId(), TOPIC_IDS, TO_IDS);
      }
    }
    return null;
  }

  private static boolean handsRecordsOn(List<ProcessorDefinition<?>> steps) {
    for (int at = 0; at < steps.size(); at++) {
      String ref = Steps.ref(steps.get(at));
      if (TOPIC_IDS.equals(ref)) {
        return at + 1 < steps.size() && Steps.isHandedOn(TO_IDS, steps.get(at + 1));
      }
      if ("serpParkedTopic".equals(ref)) {
        return true;
      }
    }
    return false;
  }

  private String lackingParking() {
    return isThere("serp-park-task", PARKING)
        ? null
        : FILE + "serp-park-task lacks the step to " + PARKING + ", which keeps an id";
  }

  private String lackingMark() {
    for (String route : List.of("serp-receipt", "serp-park-task")) {
      List<ProcessorDefinition<?>> steps = steps(route);
      if (steps.isEmpty() || !Steps.isProcess(MARK, steps.get(steps.size() - 1))) {
        return FILE
            + ("the last step of %s must be a process with the ref %s, by which the source of an id"
                    + " learns that it may forget it")
                .formatted(route, MARK);
      }
    }
    return null;
  }

  private String lackingAwait() {
    return waitsForItems(steps("serp-split-items"))
        ? null
        : FILE
            + ("serp-split-items lacks a process with the ref %s between the split and %s, which"
                    + " waits until all items are out")
                .formatted(AWAIT, TO_RECEIPT);
  }

  private static boolean waitsForItems(List<ProcessorDefinition<?>> steps) {
    for (int at = steps.size() - 1; at >= 0; at--) {
      ProcessorDefinition<?> step = steps.get(at);
      if (Steps.isProcess(AWAIT, step)) {
        return steps.subList(0, at).stream().noneMatch(one -> Steps.isTo(TO_RECEIPT, one));
      }
      if (step instanceof SplitDefinition) {
        return false; // what it sends, nobody waits for
      }
    }
    return false;
  }

  private String lackingReceipt() {
    for (String route : List.of("serp-split-items", "serp-dead-letter")) {
      if (!isThere(route, TO_RECEIPT)) {
        return FILE
            + ("%s lacks the step to %s, which ends an id and must stand in no other step; without"
                    + " it the id is asked for again and again")
                .formatted(route, TO_RECEIPT);
      }
    }
    return null;
  }

  // else each try of such a step writes what is before it once more, and sends out of a transaction
  private String lateStep() {
    return Steps.isTo(PARKING, lastBefore(1, steps("serp-park-task")))
            && sendsReceipt(lastBefore(1, steps("serp-receipt")))
        ? null
        : FILE
            + ("nothing but a log may stand between the last step of serp-receipt and the filter"
                    + " with %s, nor between the last step of serp-park-task and %s: where such a"
                    + " step fails, receipt or parked id is written again; put it behind the step"
                    + " to direct:serp-receipt or direct:serp-park-task")
                .formatted(RECEIPT, PARKING);
  }

  private static boolean sendsReceipt(ProcessorDefinition<?> step) {
    return step instanceof FilterDefinition filter
        && Steps.isTo(RECEIPT, lastBefore(0, filter.getOutputs()));
  }

  // the last without the given number of steps at the end, and without logs
  private static ProcessorDefinition<?> lastBefore(int end, List<ProcessorDefinition<?>> steps) {
    return steps.stream()
        .limit(Math.max(0, steps.size() - end))
        .filter(step -> !(step instanceof LogDefinition))
        .reduce((earlier, later) -> later)
        .orElse(null);
  }

  private boolean isThere(String route, String uri) {
    return steps(route).stream().anyMatch(step -> Steps.isTo(uri, step));
  }

  private List<ProcessorDefinition<?>> steps(String route) {
    return Steps.of(model.getRouteDefinition(route));
  }
}
