package io.serproutes.results;

import io.serproutes.ids.TaskId;
import java.util.List;

/**
 * What became of an id: what is known of it now, without what a later record has overtaken.
 *
 * @param id the id
 * @param receipt of its last delivery; null for none
 * @param deadLetter null for none, or where the id was delivered since
 * @param parked null where it does not wait to be asked for again
 * @param searched where it was looked for, each for a person: a folder, or a partition
 */
public record IdStatus(
    TaskId id, IdRecord receipt, IdRecord deadLetter, IdRecord parked, List<String> searched) {

  /** Whether anything is known of it. */
  public boolean isKnown() {
    return receipt != null || deadLetter != null || parked != null;
  }

  /**
   * One word: {@code parked}; else the outcome of its receipt, which is {@code delivered}, {@code
   * partial}, {@code empty} or {@code dead-lettered}; else {@code unknown}.
   */
  public String outcome() {
    if (parked != null) {
      return "parked";
    }
    String outcome = receipt == null ? null : receipt.text("outcome");
    if (outcome != null) {
      return outcome;
    }
    return deadLetter == null ? "unknown" : "dead-lettered";
  }

  /** The status of an id, of which these were found last. */
  static IdStatus of(
      TaskId id, IdRecord receipt, IdRecord deadLetter, IdRecord parked, List<String> searched) {
    boolean isDelivered = receipt != null && !"dead-lettered".equals(receipt.text("outcome"));
    boolean isWhole = isDelivered && receipt.count("oversized") == 0;
    return new IdStatus(
        id,
        receipt,
        isWhole && isOver(deadLetter, receipt) ? null : deadLetter,
        isOver(parked, receipt) ? null : parked,
        searched);
  }

  // a file of a parked id is removed when the id has ended; a record of a topic stays
  private static boolean isOver(IdRecord record, IdRecord receipt) {
    return record != null && receipt != null && receipt.written().isAfter(record.written());
  }
}
