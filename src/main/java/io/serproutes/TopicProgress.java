package io.serproutes;

import java.util.function.Consumer;

/** How far this process is with the topics it reads. Safe for use by many threads. */
public interface TopicProgress {

  /** Whether everything that was in a topic at the start has ended, in our partitions. */
  boolean isFinished(String topic);

  /** Names each topic that is read to a listener, once: those known now, and later ones. */
  void onTopic(Consumer<String> listener);

  /** How many partitions of a topic are assigned to this process. */
  int partitions(String topic);

  /**
   * How many records from the lowest that has not ended to the end of a partition, in all our
   * partitions of a topic; at most some seconds old.
   */
  long lag(String topic);
}
