package io.serproutes.bench;

import java.util.List;

/** A workload: ids that lie ready, and how far a subject has come with them. */
interface Work extends AutoCloseable {

  /** Lays the ids ready for one run. */
  void prepare(List<String> ids) throws Exception;

  /** The command's properties for one of the subjects. */
  Child start(String subject, String api) throws Exception;

  /** Whether the first item is there. */
  boolean hasFirst() throws Exception;

  /** Whether all items are there and, of the product, all receipts. */
  boolean isDone(String subject) throws Exception;

  /** Removes what one run left. */
  void clear() throws Exception;

  @Override
  void close() throws Exception;
}
