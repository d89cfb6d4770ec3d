package io.serproutes.feed;

import io.serproutes.ids.TaskId;
import java.util.List;

/**
 * One answer of {@code tasks_ready}: the vendor's list of finished tasks, at most 1,000 at a time.
 *
 * @param rows entries of any endpoint, the broken one at the end of an answer aside
 * @param ids ids of our endpoint in the order of the list, none twice
 * @param foreign rows of other endpoints; their tasks belong to another reader of the account
 * @param malformed rows of our endpoint without a well-formed id
 * @param examples what the first of them hold instead, as it came
 * @param code the {@code status_code} that counts: that of the answer, or of its task where that of
 *     the answer is 20000; null where there is none
 * @param message the {@code status_message} that goes with it, as it came, or null
 * @param broken why the answer could not be read to its end, or null; what came before it counts
 */
public record ReadyPage(
    int rows,
    List<TaskId> ids,
    int foreign,
    int malformed,
    List<String> examples,
    Integer code,
    String message,
    String broken) {

  private static final int FULL = 1000;

  /** A page that did not come. */
  static final ReadyPage NONE = new ReadyPage(0, List.of(), 0, 0, List.of(), null, null, null);

  /** Whether the list may go on behind this page: the API never shows more rows than these. */
  public boolean isFull() {
    return rows >= FULL;
  }
}
