package io.serproutes.ids;

import io.serproutes.IllegalSettingException;
import io.serproutes.LookAhead;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at the inbox that claims its files one by one, each when somebody is free to read it.
 *
 * <p>Ends with the folder, or earlier when nobody is free or the program stops. Not thread-safe.
 */
final class ClaimedFiles extends LookAhead<Path> implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");

  private final InboxWalk walk;
  private final FilesInWork inWork;
  private final LeftAlone leftAlone;
  private final DropFileMoves.Settled settled;
  private final Intake intake;
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
  protected Path fetch() {
    Path claimed = null;
    try {
      claimed = over ? null : claimNext();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | IllegalSettingException e) {
      leftAlone.folder(e);
    } finally {
      if (claimed == null) { // also where an error ends it
        end();
      }
    }
    return claimed;
  }

  private void end() {
    over = true;
    try {
      walk.close();
    } catch (IOException e) {
      LOG.debug("closing the inbox", e);
    }
  }

  /** Ends the look early; a file that was claimed and not handed out is given back. */
  @Override
  public void close() throws IOException {
    end();
    if (hasNext()) {
      inWork.release(next());
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
