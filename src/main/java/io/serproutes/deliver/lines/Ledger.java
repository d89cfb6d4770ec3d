package io.serproutes.deliver.lines;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.serproutes.deliver.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * The file that says how long each file of a set is committed.
 *
 * <p>It has two slots on pages of their own, written in turn, each with a number and a checksum: a
 * slot that is torn leaves the one before. The file never grows, so that a sync writes one page.
 */
final class Ledger {

  private static final int PAGE = 4096;
  private static final int SLOT = 256;

  /**
   * What is committed.
   *
   * @param number of the commit
   * @param lengths bytes, by the ordinal of {@link LineKind}
   */
  record Commit(long number, long[] lengths) {

    long length(LineKind kind) {
      return lengths[kind.ordinal()];
    }
  }

  private final Path file;
  private Commit last;

  private Ledger(Path file, Commit last) {
    this.file = file;
    this.last = last;
  }

  /** Creates the ledger of a set of which nothing is committed. */
  static Ledger create(Path file) throws IOException {
    Commit nothing = new Commit(0, new long[LineKind.values().length]);
    new DurableFiles()
        .write(
            file,
            out -> {
              out.write(slot(nothing).array());
              out.write(new byte[2 * PAGE - SLOT]);
            });
    return new Ledger(file, nothing);
  }

  /**
   * What is committed of a set.
   *
   * @throws java.nio.file.NoSuchFileException where it was closed
   * @throws IOException where the ledger cannot be read or holds no commit
   */
  static Commit read(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      Commit one = slot(channel, 0);
      Commit other = slot(channel, PAGE);
      if (one == null && other == null) {
        throw new IOException(file + ": it does not say what is committed");
      }
      return other == null || one != null && one.number > other.number ? one : other;
    }
  }

  Commit last() {
    return last;
  }

  Path file() {
    return file;
  }

  /** Commits these lengths; after an exception it is open whether they are. */
  void write(long[] lengths) throws IOException {
    Commit commit = new Commit(last.number + 1, lengths.clone());
    // after a failure the next number outdoes this one, which may be on disk, and has its slot
    last = new Commit(last.number + 2, last.lengths);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      long at = commit.number % 2 * PAGE;
      for (ByteBuffer slot = slot(commit); slot.hasRemaining(); ) {
        at += channel.write(slot, at);
      }
      channel.force(false);
    }
    last = commit;
  }

  private static ByteBuffer slot(Commit commit) {
    StringBuilder text = new StringBuilder().append(commit.number);
    for (long length : commit.lengths) {
      text.append(' ').append(length);
    }
    byte[] said = text.toString().getBytes(US_ASCII);
    byte[] whole = (text + " " + checksum(said) + "\n").getBytes(US_ASCII);
    return ByteBuffer.allocate(SLOT).put(whole).rewind();
  }

  private static long checksum(byte[] bytes) {
    CRC32 sum = new CRC32();
    sum.update(bytes);
    return sum.getValue();
  }

  // null where it was never written, or not wholly
  private static Commit slot(FileChannel channel, long from) throws IOException {
    ByteBuffer slot = ByteBuffer.allocate(SLOT);
    while (slot.hasRemaining() && channel.read(slot, from + slot.position()) >= 0) {
      // on
    }
    String text = new String(slot.array(), 0, slot.position(), US_ASCII);
    int end = text.indexOf('\n');
    String[] words = end < 0 ? new String[0] : text.substring(0, end).split(" ");
    long[] lengths = new long[LineKind.values().length];
    if (words.length != lengths.length + 2 || !Arrays.stream(words).allMatch(Ledger::isNumber)) {
      return null;
    }
    int said = text.lastIndexOf(' ', end);
    if (!words[words.length - 1].equals(
        "" + checksum(text.substring(0, said).getBytes(US_ASCII)))) {
      return null;
    }
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = Long.parseLong(words[i + 1]);
    }
    return new Commit(Long.parseLong(words[0]), lengths);
  }

  private static boolean isNumber(String word) {
    return word.matches("\\d{1,18}");
  }
}
