package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Which ids of a drop file have ended, kept beside it so that a killed process does not ask for
 * them again.
 *
 * <p>Every end is handed to the operating system at once, which a kill does not undo, and synced by
 * {@link #force}. A journal of another file of the same name is not believed: size, time and
 * identity stand in its first line. Safe for use by many threads.
 */
final class DropFileJournal {

  private static final long COMPACT_AT = 1024 * 1024;

  private final Path path;
  private final String header;
  private final EndedRanges ended = new EndedRanges();
  private FileChannel channel;
  private boolean dirty;
  private long size;

  private DropFileJournal(Path path, String header) {
    this.path = path;
    this.header = header;
  }

  /** Opens the journal of a drop file, going on where an earlier process stopped. */
  static DropFileJournal open(Path path, Path dropFile) throws IOException {
    Files.createDirectories(path.getParent());
    DropFileJournal journal = new DropFileJournal(path, header(dropFile));
    journal.recall();
    journal.rewrite();
    return journal;
  }

  /** Whether a file is still the one that the journal was opened for, or is gone. */
  boolean isOf(Path dropFile) throws IOException {
    try {
      return header.equals(header(dropFile));
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private static String header(Path dropFile) throws IOException {
    BasicFileAttributes file = Files.readAttributes(dropFile, BasicFileAttributes.class);
    return "serp-routes journal 1, size "
        + file.size()
        + ", time "
        + file.lastModifiedTime().toMillis()
        + ", file "
        + file.fileKey()
        + "\n";
  }

  private void recall() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (BufferedReader lines = Files.newBufferedReader(path, US_ASCII)) {
      String first = lines.readLine();
      if (first == null || !header.equals(first + "\n")) {
        return;
      }
      for (String line; (line = lines.readLine()) != null; ) {
        recall(line);
      }
    } catch (java.nio.charset.MalformedInputException e) {
      // a torn page: what was read up to here counts
    }
  }

  // the last line may be torn and then names no number or too small a one; an id asked for twice
  // is better than one not asked for, so only a whole pair or number is believed
  private void recall(String line) {
    if (line.matches("\\d{1,18}(-\\d{1,18})?;")) {
      String[] range = line.substring(0, line.length() - 1).split("-");
      ended.add(Long.parseLong(range[0]), Long.parseLong(range[range.length - 1]));
    }
  }

  private void rewrite() throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    byte[] content = (header + ended.lines()).getBytes(US_ASCII);
    FileChannel next =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING);
    write(next, content, 0);
    next.force(true);
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    if (channel != null) {
      channel.close();
    }
    channel = next;
    size = content.length;
  }

  // a full disk may take a part of a line; with the next one behind it, it would name another id
  private static void write(FileChannel channel, byte[] bytes, long position) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer, position + buffer.position());
      }
    } catch (IOException e) {
      channel.truncate(position);
      throw e;
    }
  }

  synchronized boolean isEnded(long number) {
    return ended.contains(number);
  }

  /** Notes that an id has ended; on return no kill of this process undoes it. */
  synchronized void end(long number) throws IOException {
    ended.add(number, number);
    byte[] line = EndedRanges.line(number, number).getBytes(US_ASCII);
    write(channel, line, size);
    dirty = true;
    size += line.length;
    if (size > COMPACT_AT) {
      rewrite();
    }
  }

  /** Syncs what was noted since the last time. */
  synchronized void force() throws IOException {
    if (dirty && channel.isOpen()) {
      channel.force(false);
      dirty = false;
    }
  }

  synchronized void close() throws IOException {
    force();
    channel.close();
  }

  /** Closes and removes the journal: its file is gone. */
  synchronized void delete() throws IOException {
    channel.close();
    Files.deleteIfExists(path);
  }
}
