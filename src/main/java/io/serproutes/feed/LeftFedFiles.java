package io.serproutes.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.serproutes.Failures;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hidden files of fed ids that killed processes and failed writes left: each gets its name,
 * after its last whole line. The lock that its writer held has died with it.
 */
final class LeftFedFiles {

  private static final Logger LOG = LoggerFactory.getLogger("serp-keep-in-folder");
  private static final int LINE = 37; // an id and its line feed

  private final FedFolder folder;
  private final FedFiles.Sync sync;
  private final Set<Path> refused = new HashSet<>();

  LeftFedFiles(FedFolder folder, FedFiles.Sync sync) {
    this.folder = folder;
    this.sync = sync;
  }

  /**
   * Finishes all of them. One that cannot be finished is logged once and stays.
   *
   * @param own the hidden file that this process writes, which is left alone; null for none
   */
  void finish(Path own) throws IOException {
    try (DirectoryStream<Path> left = folder.allHidden()) {
      for (Path hidden : left) {
        if (!hidden.equals(own) // opening and closing it would free its lock
            && Files.isRegularFile(hidden, LinkOption.NOFOLLOW_LINKS)) {
          tryToFinish(hidden);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  // one that cannot be read, or is not ours, holds up no other
  private void tryToFinish(Path hidden) {
    try {
      finishOne(hidden);
      refused.remove(hidden);
    } catch (IOException e) {
      if (refused.add(hidden)) {
        LOG.warn(
            "{} was left unfinished and cannot be taken, which is tried again: {}",
            hidden,
            Failures.inWords(e));
      }
    }
  }

  private void finishOne(Path hidden) throws IOException {
    try (FileChannel found =
        FileChannel.open(
            hidden, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (found.tryLock() == null) {
        return; // its writer lives
      }
      long whole = wholeLines(found);
      if (whole < found.size() && hasOtherNames(hidden)) {
        throw new IOException("it is a hard link to a file that is not ours; remove it");
      }
      found.truncate(whole);
      if (found.size() == 0) {
        Files.deleteIfExists(hidden);
        return;
      }
      sync.force(found);
      Path name = folder.nameOf(hidden);
      folder.show(hidden, name);
      folder.sync();
      LOG.info("{} was left unfinished and is taken", name);
    } catch (OverlappingFileLockException e) {
      LOG.debug("{} is written in this process", hidden);
    } catch (NoSuchFileException e) {
      LOG.debug("{} has its name", hidden);
    }
  }

  // whoever may write to the inbox may have made it, to have another file of this user cut
  private static boolean hasOtherNames(Path hidden) throws IOException {
    return (int) Files.getAttribute(hidden, "unix:nlink", LinkOption.NOFOLLOW_LINKS) > 1;
  }

  /** Bytes of the lines from the beginning that are whole ids. */
  private static long wholeLines(FileChannel file) throws IOException {
    ByteBuffer line = ByteBuffer.allocate(LINE);
    long whole = 0;
    while (file.read(line.clear(), whole) == LINE && line.get(LINE - 1) == '\n') {
      if (TaskId.parse(new String(line.array(), 0, LINE - 1, US_ASCII)) == null) {
        break;
      }
      whole += LINE;
    }
    return whole;
  }
}
