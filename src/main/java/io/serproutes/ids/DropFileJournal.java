package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.serproutes.deliver.DurableFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which ids of a drop file have ended, kept on disk so that they are not requested again after a
 * kill.
 *
 * <p>Each end is handed to the operating system at once, which a kill does not undo, and synced by
 * {@link #sync}. The first line holds the stamp of the file: a journal of another file of the same
 * name is ignored. Before the file moves, the journal notes its target; see {@link MoveNote}. Safe
 * for use by many threads.
 */
final class DropFileJournal {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");
  private static final long COMPACT_AT = 1024 * 1024;

  private final Path path;
  private final FileStamp stamp;
  private final String header;
  private final EndedRanges ended = new EndedRanges();
  private String move = "";
  private FileChannel channel;
  private boolean dirty;
  private long size;
  private long compactAt = COMPACT_AT;
  private boolean isBehind; // of what is known here
  private boolean isNameSynced;

  private DropFileJournal(Path path, FileStamp stamp, String header) {
    this.path = path;
    this.stamp = stamp;
    this.header = header;
  }

  /** Opens the journal of a drop file with what an earlier process noted. */
  static DropFileJournal open(Path path, Path dropFile) throws IOException {
    Files.createDirectories(path.getParent());
    FileStamp stamp = FileStamp.of(dropFile);
    String header = MoveNote.header(stamp, dropFile.getFileName().toString());
    DropFileJournal journal = new DropFileJournal(path, stamp, header);
    journal.recall();
    journal.rewrite(path);
    return journal;
  }

  /** Whether a file is still the one that the journal was opened for; also where it is gone. */
  boolean isOf(Path dropFile) throws IOException {
    try {
      return stamp.equals(FileStamp.of(dropFile));
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  private void recall() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (BufferedReader lines = Files.newBufferedReader(path, US_ASCII)) {
      String first = lines.readLine() + "\n" + lines.readLine() + "\n";
      if (!header.equals(first)) {
        return;
      }
      for (String line; (line = lines.readLine()) != null; ) {
        recall(line);
      }
    } catch (java.nio.charset.MalformedInputException e) {
      // torn: what was read so far counts
    }
  }

  // the last line may be torn and would name a smaller number: only whole lines count, since an id
  // requested twice is better than one that is lost
  private void recall(String line) {
    if (line.matches("\\d{1,18}(-\\d{1,18})?;")) {
      String[] range = line.substring(0, line.length() - 1).split("-");
      ended.add(Long.parseLong(range[0]), Long.parseLong(range[range.length - 1]));
    }
  }

  private void rewrite(Path to) throws IOException {
    Path fresh = to.resolveSibling(to.getFileName() + ".new");
    byte[] content = (header + ended.lines() + move).getBytes(US_ASCII);
    FileChannel next = write(fresh, content);
    try {
      Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException | Error e) {
      next.close();
      throw e;
    }
    if (channel != null) {
      channel.close();
    }
    channel = next;
    size = content.length;
    compactAt = Math.max(COMPACT_AT, 2 * size);
    isBehind = false;
    isNameSynced = false;
  }

  // does not write to what is there already, such as a link to another place
  private static FileChannel write(Path fresh, byte[] content) throws IOException {
    Files.deleteIfExists(fresh);
    FileChannel next =
        FileChannel.open(
            fresh,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      write(next, content, 0);
      next.force(true);
      return next;
    } catch (IOException | RuntimeException | Error e) {
      next.close();
      Files.deleteIfExists(fresh);
      throw e;
    }
  }

  // a full disk may accept a part of a line; joined with the next it would name another id
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
    try {
      write(channel, line, size);
    } catch (IOException e) {
      isBehind = true;
      throw e;
    }
    dirty = true;
    size += line.length;
    if (size > compactAt) {
      compact();
    }
  }

  // the end was noted: where the disk is too full to compact, the long journal stays
  private void compact() {
    try {
      rewrite(path);
    } catch (IOException e) {
      compactAt = size + COMPACT_AT;
      LOG.debug("{} stays long: {}", path.getFileName(), e.getMessage());
    }
  }

  /**
   * Notes durably where the file is about to move.
   *
   * @param target relative to the inbox
   * @param reason why it is rejected; null where it is not
   */
  synchronized void noteMove(String target, String reason) throws IOException {
    catchUp();
    move = MoveNote.line(target, reason);
    byte[] lines = move.getBytes(US_ASCII);
    write(channel, lines, size);
    size += lines.length;
    channel.force(false);
    dirty = false;
  }

  /** Renames the journal of a file that has moved, and closes it. */
  synchronized void setAside(Path to) throws IOException {
    try {
      Files.move(path, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      rewrite(to); // it was removed
    } finally {
      channel.close();
    }
  }

  /** The stamp of the file that the journal was opened for. */
  FileStamp stamp() {
    return stamp;
  }

  /**
   * Syncs what was noted since the last sync; writes the journal again where it was removed, or
   * where ends could not be written.
   */
  synchronized void sync() throws IOException {
    if (channel.isOpen() && !Files.exists(path)) {
      rewrite(path);
    }
    tryToCatchUp();
    force();
    if (!isNameSynced && channel.isOpen()) {
      DurableFiles.syncFolder(path.getParent());
      isNameSynced = true;
    }
  }

  // after a full disk there are ends that only this process knows
  private void catchUp() throws IOException {
    if (isBehind) {
      rewrite(path);
    }
  }

  // whoever noted an end was told of the failure; this is tried each second
  private void tryToCatchUp() {
    try {
      if (channel.isOpen()) {
        catchUp();
      }
    } catch (IOException e) {
      LOG.debug("{} still lacks ends: {}", path.getFileName(), e.getMessage());
    }
  }

  private void force() throws IOException {
    if (dirty && channel.isOpen()) {
      channel.force(false);
      dirty = false;
    }
  }

  /** Syncs and closes the journal, which remains for the next process. */
  synchronized void close() throws IOException {
    try {
      tryToCatchUp();
      force();
    } finally {
      channel.close();
    }
  }
}
