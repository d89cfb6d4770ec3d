package io.serproutes.kafka;

import io.serproutes.fetch.Task;
import io.serproutes.items.TypeOfItems;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What a task sends, kept until its transaction. A step that is repeated replaces what it staged
 * before. One thread at a time; the transaction reads while the route waits for it.
 */
final class StagedRecords implements Runnable {

  /** A step of the routes, and what it sends to its topic of items that a route has split. */
  private record Step(String id, String topic, String typeOfItems, Integer index) {}

  private final Map<Step, Iterable<ProducerRecord<String, byte[]>>> steps = new LinkedHashMap<>();
  private boolean committed;

  /** What has been staged of a task. */
  static StagedRecords of(Task task) {
    return task.keep(StagedRecords.class, StagedRecords::new);
  }

  /**
   * Keeps the records of a step.
   *
   * @param exchange at the step, whose id tells it from others that send to the topic
   * @param records can be iterated as long as the task is in work, as often as wanted
   * @throws IllegalStateException where the task has been committed
   */
  void stage(String topic, Exchange exchange, Iterable<ProducerRecord<String, byte[]>> records) {
    if (committed) {
      throw new IllegalStateException(
          "the task is committed, and this would never be sent to "
              + topic
              + "; put the step before that to serp-receipt");
    }
    String type = exchange.getVariable(TypeOfItems.VARIABLE, String.class);
    Integer index = exchange.getProperty(ExchangePropertyKey.SPLIT_INDEX, Integer.class);
    String id = exchange.getExchangeExtension().getHistoryNodeId(); // as Camel notes at each step
    Step step = new Step(id, topic, type, index);
    steps.remove(step);
    steps.put(step, records);
  }

  /** Notes that they are out for good. */
  void committed() {
    committed = true;
  }

  /**
   * All that was staged, in order.
   *
   * @param isDelivered whether items are among them: an id that was given up later has none
   */
  List<Iterable<ProducerRecord<String, byte[]>>> all(boolean isDelivered) {
    return steps.entrySet().stream()
        .filter(step -> isDelivered || step.getKey().typeOfItems == null)
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Where they go. */
  Set<String> topics() {
    return steps.keySet().stream().map(Step::topic).collect(Collectors.toSet());
  }

  @Override
  public void run() {
    steps.clear();
  }
}
