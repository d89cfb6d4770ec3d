package io.serproutes.bench;

import java.util.List;

/** A workload: ids that lie ready, and how far a subject has come with them. */
interface Work extends AutoCloseable {

  /** Lays the ids ready for one run. */
  void prepare(List<String> ids) throws Exception;

  /** Starts one of the subjects on them. */
  Child start(Subject subject, String api) throws Exception;

  /** Whether the first item is there. */
  boolean hasFirst() throws Exception;

  /** Whether all items are there and, of the product, all receipts; the API has answered all. */
  boolean isDone(Subject subject) throws Exception;

  /** The items that are there. */
  Content content(Subject subject) throws Exception;

  /** Removes what one run left. */
  void clear(Subject subject) throws Exception;

  @Override
  void close() throws Exception;
}
