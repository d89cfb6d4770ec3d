package io.serproutes.deliver.lines;

import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.DurableFiles.Content;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.zip.GZIPOutputStream;

/** One file of a set while it is written. Not thread-safe. */
final class LineFile {

  private final Path path;
  private final boolean isPacked;
  private final ByteBuffer buffer;
  private FileChannel channel;
  private Object key; // of the file that is open
  private long plainBytes;

  /**
   * A file that is made with its first line.
   *
   * @param isPacked whether each commit is a gzip member
   * @param buffer for what is appended; empty between two appends
   */
  LineFile(Path path, boolean isPacked, ByteBuffer buffer) {
    this.path = path;
    this.isPacked = isPacked;
    this.buffer = buffer;
  }

  /**
   * Whether it was removed, or replaced by a copy, while it was written: what is appended would be
   * lost.
   *
   * @throws IOException where that cannot be told
   */
  boolean isGone() throws IOException {
    try {
      return channel != null && !key.equals(key(path));
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  /** Bytes of its lines before compression. */
  long plainBytes() {
    return plainBytes;
  }

  /** Appends lines; they are durable after {@link #force}. Returns the length of the file. */
  long append(Content lines) throws IOException {
    if (channel == null) {
      create();
    }
    OutputStream out = new Appender(channel, buffer.clear());
    if (isPacked) {
      try (Member member = new Member(out)) {
        lines.writeTo(member);
        member.finish();
        plainBytes += member.plainBytes();
      }
    } else {
      long before = channel.position();
      lines.writeTo(out);
      out.flush();
      plainBytes += channel.position() - before;
    }
    out.flush();
    return channel.position();
  }

  private void create() throws IOException {
    DurableFiles.createFolders(path.getParent());
    open(StandardOpenOption.CREATE).close();
    DurableFiles.syncFolder(path.getParent());
    key = key(path);
    channel = open(StandardOpenOption.WRITE);
  }

  // never through a link of that name
  private FileChannel open(StandardOpenOption how) throws IOException {
    return FileChannel.open(path, how, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes durable what was appended. */
  void force() throws IOException {
    channel.force(false);
  }

  /** Cuts off what is beyond a length; no effect on a file that was not made. */
  void cutBack(long length) throws IOException {
    if (channel == null) {
      return;
    }
    close(); // an interrupt has closed it, maybe
    channel = open(StandardOpenOption.WRITE);
    channel.truncate(length).position(length);
    channel.force(false);
  }

  void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }

  /** Appends large blocks. */
  private static final class Appender extends OutputStream {

    private final FileChannel file;
    private final ByteBuffer buffer;

    Appender(FileChannel file, ByteBuffer buffer) {
      this.file = file;
      this.buffer = buffer;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      int at = offset;
      for (int left = length; left > 0; ) {
        int here = Math.min(left, buffer.remaining());
        buffer.put(bytes, at, here);
        at += here;
        left -= here;
        if (!buffer.hasRemaining()) {
          flush();
        }
      }
    }

    @Override
    public void flush() throws IOException {
      buffer.flip();
      while (buffer.hasRemaining()) {
        file.write(buffer);
      }
      buffer.clear();
    }
  }

  /** A gzip member that leaves the file open. */
  private static final class Member extends GZIPOutputStream {

    Member(OutputStream out) throws IOException {
      super(
          new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              out.write(bytes, offset, length);
            }

            @Override
            public void close() {}
          },
          8192);
    }

    long plainBytes() {
      return def.getBytesRead();
    }

    // frees the deflater, also of a member that failed
    @Override
    public void close() throws IOException {
      def.end();
    }
  }
}
