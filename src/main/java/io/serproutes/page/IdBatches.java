package io.serproutes.page;

import io.serproutes.ids.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.ProducerTemplate;

/**
 * Sends ids to the topic of ids, a thousand at a time; each batch is acknowledged before the next
 * begins. Not thread-safe.
 */
final class IdBatches implements Consumer<TaskId>, AutoCloseable {

  private static final int SIZE = 1000;
  private static final String KEEP = "direct:serp-keep-in-kafka";

  private final ProducerTemplate topic;
  private List<TaskId> open = new ArrayList<>();
  private int count;

  IdBatches(ProducerTemplate topic) {
    this.topic = topic;
  }

  /**
   * Adds an id.
   *
   * @throws org.apache.camel.CamelExecutionException where a batch could not be kept
   */
  @Override
  public void accept(TaskId id) {
    open.add(id);
    if (open.size() == SIZE) {
      send();
    }
  }

  private void send() {
    List<TaskId> batch = open;
    open = new ArrayList<>(); // before: one that failed is not sent again
    topic.requestBody(KEEP, batch);
    count += batch.size();
  }

  /** How many ids have been kept. */
  int count() {
    return count;
  }

  /** Sends what is left. */
  @Override
  public void close() {
    if (!open.isEmpty()) {
      send();
    }
  }
}
