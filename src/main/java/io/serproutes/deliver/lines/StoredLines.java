package io.serproutes.deliver.lines;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The whole lines of a file, one after the other. Holds one line in memory, or the beginning of a
 * long one. Not thread-safe.
 */
public final class StoredLines implements Closeable {

  /** The length of a file that nobody writes any more: all of it counts. */
  static final long ALL = Long.MAX_VALUE;

  private static final int BLOCK = 64 * 1024;
  private static final int LONGEST = 1 << 20;
  private static final byte[] ID = "{\"task_id\":\"".getBytes(ISO_8859_1);
  private static final byte[] TASK = "task\":{\"id\":\"".getBytes(ISO_8859_1);
  private static final int ID_LENGTH = 36;

  private final InputStream in;
  private byte[] buffer = new byte[BLOCK];
  private int start; // of the line
  private int end; // of the line, or of what is held of it
  private int filled;
  private boolean isLong;
  private int number;

  private StoredLines(InputStream in) {
    this.in = in;
  }

  /**
   * The lines of the first of some files that is there.
   *
   * @param length bytes of the file that count; a shorter file is damaged, but for {@link #ALL}
   */
  static StoredLines of(List<Path> places, long length, boolean isPacked) throws IOException {
    for (Path place : places) {
      try {
        if (length > 0) {
          return new StoredLines(read(place, length, isPacked));
        }
      } catch (NoSuchFileException e) {
        // elsewhere
      }
    }
    return new StoredLines(InputStream.nullInputStream());
  }

  private static InputStream read(Path file, long length, boolean isPacked) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.exists(file)) {
      throw new IOException(file + ": it is no regular file"); // a pipe would be waited for
    }
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    InputStream bytes = new Section(Channels.newInputStream(channel), length);
    try {
      return isPacked ? new Members(new BufferedInputStream(bytes, BLOCK)) : bytes;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Goes to the next line; false after the last.
   *
   * @throws IOException where it cannot be read, or the file ends within it
   */
  public boolean next() throws IOException {
    while (isLong) {
      discard();
      isLong = !isEndFound(start);
    }
    start = number == 0 ? 0 : end + 1;
    int from = start;
    while (!isEndFound(from)) {
      if (filled - start >= LONGEST) {
        isLong = true;
        break;
      }
      from = filled;
      if (start > 0 && filled == buffer.length) {
        from -= start;
        discard(start);
      }
      if (!fill()) {
        checkEnd();
        return false;
      }
    }
    number++;
    return true;
  }

  private void checkEnd() throws IOException {
    if (filled > start) {
      throw new IOException("it ends within a line");
    }
    end = start - 1; // whoever asks again is here again
  }

  private boolean isEndFound(int from) {
    for (end = from; end < filled; end++) {
      if (buffer[end] == '\n') {
        return true;
      }
    }
    return false;
  }

  // the line goes on after what is held
  private void discard() throws IOException {
    filled = 0;
    start = 0;
    if (!fill()) {
      throw new IOException("it ends within a line");
    }
  }

  private void discard(int bytes) {
    System.arraycopy(buffer, bytes, buffer, 0, filled - bytes);
    filled -= bytes;
    start -= bytes;
  }

  private boolean fill() throws IOException {
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * buffer.length);
    }
    int read = in.read(buffer, filled, buffer.length - filled);
    filled += Math.max(0, read);
    return read >= 0;
  }

  /** The place of the line, 1-based. */
  public int number() {
    return number;
  }

  /** Whether the line is over 1 MiB, so that only its beginning is held. */
  public boolean isLong() {
    return isLong;
  }

  /** The line without its line feed; null where it is over 1 MiB. */
  public byte[] bytes() {
    return isLong ? null : Arrays.copyOfRange(buffer, start, end);
  }

  /** Writes the line, of any length, with its line feed; then {@link #next} is to be called. */
  public void writeTo(OutputStream out) throws IOException {
    while (isLong) {
      out.write(buffer, start, filled - start);
      discard();
      isLong = !isEndFound(start);
    }
    out.write(buffer, start, end - start);
    out.write('\n');
  }

  /** The 36 characters that are the id of a receipt or dead letter; null where it has none. */
  public String id() {
    int from = start + ID.length;
    boolean hasId = from + ID_LENGTH <= end && Arrays.equals(buffer, start, from, ID, 0, ID.length);
    return hasId ? new String(buffer, from, ID_LENGTH, ISO_8859_1) : null;
  }

  /**
   * The id of the task that an item seems to be of, told by its last bytes; null where it has none.
   */
  public String idOfTask() {
    for (int at = end - ID_LENGTH - TASK.length; at >= start; at--) {
      if (Arrays.equals(buffer, at, at + TASK.length, TASK, 0, TASK.length)) {
        return new String(buffer, at + TASK.length, ID_LENGTH, ISO_8859_1);
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** All members of a file; what the JDK takes for its end may be one that is damaged. */
  private static final class Members extends GZIPInputStream {

    private static final int TRAILER = 8;

    Members(InputStream in) throws IOException {
      super(in, BLOCK);
    }

    @Override
    public int read(byte[] into, int offset, int most) throws IOException {
      int read = super.read(into, offset, most);
      if (read < 0 && (inf.getRemaining() > TRAILER || in.read() >= 0)) {
        throw new IOException("it goes on with what is no gzip");
      }
      return read;
    }
  }

  /** The first bytes of a stream. */
  private static final class Section extends FilterInputStream {

    private final boolean isAll;
    private long left;

    Section(InputStream in, long length) {
      super(in);
      isAll = length == ALL;
      left = length;
    }

    @Override
    public int read() throws IOException {
      return left == 0 ? -1 : counted(in.read(), 1);
    }

    @Override
    public int read(byte[] into, int offset, int most) throws IOException {
      if (left == 0) {
        return -1;
      }
      int read = in.read(into, offset, (int) Math.min(most, left));
      return counted(read, read);
    }

    private int counted(int read, int bytes) throws IOException {
      if (read < 0 && !isAll) {
        throw new IOException("it is " + left + " bytes shorter than what was committed to it");
      }
      left -= read < 0 ? 0 : bytes;
      return read;
    }

    // a gzip stream asks whether another member follows
    @Override
    public int available() throws IOException {
      return (int) Math.min(in.available(), left);
    }
  }
}
