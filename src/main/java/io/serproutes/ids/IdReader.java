package io.serproutes.ids;

import java.io.Closeable;
import java.io.IOException;

/** Reads a drop file id by id, in bounded memory. */
interface IdReader extends Closeable {

  /**
   * What the file holds in place of an id.
   *
   * @param text not yet known to be an id
   * @param line its line in the file, counted from 1
   */
  record Entry(String text, long line) {}

  /**
   * The next entry, or null at the end.
   *
   * @throws IOException where the file is broken as a whole; the message says how
   */
  Entry next() throws IOException;

  /**
   * How many entries were passed over so far because of a key, such as those of another endpoint.
   * They are numbered all the same, so that an entry keeps its number when the key changes.
   */
  default long passedOver() {
    return 0;
  }

  /** What was skipped so far, in words, such as {@code 2 blank cells}; empty where nothing was. */
  default String skipped() {
    return "";
  }
}
