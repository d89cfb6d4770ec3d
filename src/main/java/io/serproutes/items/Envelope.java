package io.serproutes.items;

import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What an answer says, and where its pieces lie.
 *
 * @param statusCode the top {@code status_code}, or null where there is none
 * @param statusMessage the top {@code status_message}, or null
 * @param hasTasks whether {@code tasks} is an array with at least one element
 * @param task the task with the asked id, or null
 * @param otherTasks elements of {@code tasks} that are not that task
 * @param otherId the id of the first of these that has one, or null
 */
public record Envelope(
    Integer statusCode,
    String statusMessage,
    boolean hasTasks,
    FoundTask task,
    int otherTasks,
    TaskId otherId) {

  /**
   * Reads an answer in one pass of a token stream.
   *
   * @throws IOException where the answer is no JSON object in UTF-8, or not a whole one
   */
  public static Envelope read(Answer answer, TaskId asked) throws IOException {
    return new EnvelopeReader(answer, asked).read();
  }

  /**
   * The task that was asked for.
   *
   * @param id as the answer spells it
   * @param statusCode its {@code status_code}, or null
   * @param statusMessage its {@code status_message}, or null
   * @param path its {@code path}, or null where it has none
   * @param data its {@code data}, or null where it has none
   * @param dataFields the members of {@code data} that describe a search or an endpoint, by name
   * @param results the elements of {@code result} that are objects
   * @param unlike what of its results is neither as documented nor null, in words, or null
   * @param index where the items of an answer in memory lie
   * @param isOneLine whether it has no line break, so that none has to be searched for
   */
  public record FoundTask(
      String id,
      Integer statusCode,
      String statusMessage,
      Part path,
      Part data,
      Map<String, Part> dataFields,
      List<Result> results,
      String unlike,
      ItemIndex index,
      boolean isOneLine) {

    /** How many items of a type it has, in all its results. */
    public int count(ItemType type) {
      int sum = 0;
      for (Result result : results) {
        sum += result.counts()[type.ordinal()];
      }
      return sum;
    }

    public int itemCount() {
      int sum = 0;
      for (Result result : results) {
        sum += result.itemCount();
      }
      return sum;
    }
  }

  /**
   * One result of the task.
   *
   * @param whole the object
   * @param items the value of {@code items} where that is an array, else null
   * @param omitted each member {@code items}, with one comma: what a receipt leaves out
   * @param fields the scalar members that describe the search, by name
   * @param claimed {@code items_count}, or null
   * @param counts items found, by {@link ItemType#ordinal}
   * @param firstItem its first item in the index
   */
  public record Result(
      Part whole,
      Part items,
      List<Part> omitted,
      Map<String, Part> fields,
      Long claimed,
      int[] counts,
      int firstItem) {

    int itemCount() {
      return counts[0] + counts[1] + counts[2];
    }
  }
}
