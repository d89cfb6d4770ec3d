package io.serproutes.ids;

import java.io.Closeable;
import java.io.IOException;

/** Reads a drop file id by id, never more of it than it must. */
interface IdReader extends Closeable {

  /**
   * What stands in the file where an id is expected.
   *
   * @param text not yet known to be an id
   * @param line the line it stands on, counted from 1
   */
  record Entry(String text, long line) {}

  /**
   * The next entry, or null at the end.
   *
   * @throws IOException where the file is broken as a whole; the message says how
   */
  Entry next() throws IOException;

  /** Entries left out because they are other people's: endpoints that are not ours. */
  default long skipped() {
    return 0;
  }
}
