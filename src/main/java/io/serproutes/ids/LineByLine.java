package io.serproutes.ids;

import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;

/** Reads a text line by line; a line may be larger than the memory. Not thread-safe. */
final class LineByLine implements Closeable {

  private final Reader text;
  private final char[] buffer = new char[8192];
  private int at;
  private int end;
  private boolean ended = true;
  private boolean isAfterCr;

  private final char[] head;
  private int headLength;
  private int headAt;

  /**
   * Lines that end with LF, CR or both.
   *
   * @param head how many characters of a line are kept
   */
  LineByLine(Reader text, int head) {
    this.text = text;
    this.head = new char[head];
  }

  /** Moves to the next line and skips the rest of this one; false at the end of the text. */
  boolean next() throws IOException {
    do {
      headLength = 0;
      headAt = 0;
    } while (!ended && rest(head, 0, head.length) >= 0);
    if (!hasMore()) {
      return false;
    }
    ended = false;
    int read = 0;
    while (headLength < head.length && read >= 0) {
      read = rest(head, headLength, head.length - headLength);
      headLength += Math.max(read, 0);
    }
    return true;
  }

  /** The first characters of the line. */
  String head() {
    return new String(head, 0, headLength);
  }

  /** Whether {@link #head} is the whole line. */
  boolean isShort() {
    return ended;
  }

  /** Reads the line from its start to its end; closing it does nothing. */
  Reader reader() {
    return new Reader() {
      @Override
      public int read(char[] chars, int offset, int length) throws IOException {
        int kept = Math.min(length, headLength - headAt);
        if (kept <= 0) {
          return rest(chars, offset, length);
        }
        System.arraycopy(head, headAt, chars, offset, kept);
        headAt += kept;
        return kept;
      }

      @Override
      public void close() {
        // more lines follow
      }
    };
  }

  private boolean hasMore() throws IOException {
    fill();
    if (isAfterCr && at < end) {
      isAfterCr = false;
      at += buffer[at] == '\n' ? 1 : 0;
      fill();
    }
    return at < end;
  }

  private void fill() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, text.read(buffer));
    }
  }

  private int rest(char[] chars, int offset, int length) throws IOException {
    if (ended || !hasMore()) {
      ended = true;
      return -1;
    }
    int from = at;
    int most = Math.min(end, at + length);
    while (at < most && buffer[at] != '\n' && buffer[at] != '\r') {
      at++;
    }
    int read = at - from;
    System.arraycopy(buffer, from, chars, offset, read);
    if (at < most) {
      isAfterCr = buffer[at++] == '\r';
      ended = true;
    }
    return read == 0 ? -1 : read;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
