package io.serproutes.deliver;

import io.serproutes.fetch.StoppingException;
import io.serproutes.fetch.Task;
import java.util.List;

/** An output that makes the results of many tasks durable together. */
public interface GroupCommit<P extends Publication> {

  /**
   * Adds the last of a task's results, after which they are published.
   *
   * @param last the receipt; of input that is no id, the dead letter
   */
  P stage(Task task, byte[] last) throws OutputUnavailableException, StoppingException;

  /** Makes them durable. What fails is noted with the tasks that it concerns. */
  void publish(List<P> all);

  /** Ends the output: nothing more is to come, but for tasks that are late. */
  default void finish() {}
}
