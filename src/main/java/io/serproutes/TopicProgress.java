package io.serproutes;

/** How far the topics are that ids come from. */
public interface TopicProgress {

  /** Whether everything that stood in a topic at the start has ended, as far as it is ours. */
  boolean isWorkedOff(String topic);
}
