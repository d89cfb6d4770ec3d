package io.serproutes.feed;

import io.serproutes.ids.TaskId;

/** Told what became of ids, whichever process worked on them. Thread-safe. */
public interface FedOutcomes {

  /** An id has a receipt. It may be told more than once, and of ids that were not fed. */
  void ended(TaskId id);

  /** An id is parked until it is due. */
  void parked(TaskId id);
}
