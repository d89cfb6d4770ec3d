package io.serproutes.ids;

import io.serproutes.IllegalSettingException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at the inbox that claims its files one by one, each when somebody is free to read it.
 *
 * <p>Ends with the folder, or earlier when nobody is free or the program stops. Not thread-safe.
 */
final class ClaimedFiles implements Iterator<Path>, Closeable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");

  private final InboxWalk walk;
  private final FilesInWork inWork;
  private final LeftAlone leftAlone;
  private final DropFileMoves.Settled settled;
  private final Intake intake;
  private Path next;
  private boolean over;

  ClaimedFiles(
      InboxWalk walk,
      FilesInWork inWork,
      LeftAlone leftAlone,
      DropFileMoves.Settled settled,
      Intake intake) {
    this.walk = walk;
    this.inWork = inWork;
    this.leftAlone = leftAlone;
    this.settled = settled;
    this.intake = intake;
  }

  @Override
  public boolean hasNext() {
    if (next == null && !over) {
      try {
        next = claimNext();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException | IllegalSettingException e) {
        leftAlone.folder(e);
      } finally {
        end(next == null); // also where an error ends it
      }
    }
    return next != null;
  }

  private void end(boolean isOver) {
    over = isOver;
    if (over) {
      try {
        walk.close();
      } catch (IOException e) {
        LOG.debug("closing the inbox", e);
      }
    }
  }

  @Override
  public Path next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Path file = next;
    next = null;
    return file;
  }

  /** Ends the look early; a file that was claimed and not handed out is given back. */
  @Override
  public void close() throws IOException {
    end(true);
    if (next != null) {
      inWork.release(next);
      next = null;
    }
  }

  private Path claimNext() throws IOException, InterruptedException {
    for (Path file; (file = walk.next()) != null; ) {
      if (mayBeTaken(file)) {
        if (intake.isStopping() || !inWork.awaitReader()) {
          return null;
        }
        if (inWork.claim(file)) {
          return file;
        }
      }
    }
    leftAlone.endOfLook();
    return null;
  }

  private boolean mayBeTaken(Path file) {
    try {
      return !inWork.contains(file) && settled.isSettled(file) && !leftAlone.isLeftAlone(file);
    } catch (NoSuchFileException e) {
      return false; // gone between the listing and now
    } catch (IOException e) {
      LOG.debug("{} is looked at again", file, e);
      return false;
    }
  }
}
