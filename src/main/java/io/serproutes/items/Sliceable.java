package io.serproutes.items;

import io.serproutes.ids.TaskId;
import io.serproutes.items.Envelope.FoundTask;

/** A task whose answer has been read and may be split. */
public interface Sliceable {

  /** The exchange variable that holds it. */
  String VARIABLE = "serpTask";

  /** The id that was asked for. */
  TaskId getId();

  /** The answer, open. */
  Answer getAnswer();

  /** The asked task in the answer. */
  FoundTask getFound();
}
