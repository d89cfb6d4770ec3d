package io.serproutes.ids;

import java.io.File;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileEndpoint;
import org.apache.camel.component.file.GenericFileExclusiveReadLockStrategy;
import org.apache.camel.component.file.GenericFileOperations;

/**
 * Lets Camel's file component take the files that a {@link DropFolder} has settled and claimed.
 *
 * <p>Camel's own locks do not do: a marker file outlives its process and is deleted by the next
 * one, and a lock by change holds up the poll.
 */
public final class DropFileLock implements GenericFileExclusiveReadLockStrategy<File> {

  private final DropFolder folder;

  /** Locks for a folder. */
  public DropFileLock(DropFolder folder) {
    this.folder = folder;
  }

  @Override
  public void prepareOnStartup(
      GenericFileOperations<File> operations, GenericFileEndpoint<File> endpoint)
      throws IOException {
    folder.prepare();
  }

  @Override
  public boolean acquireExclusiveReadLock(
      GenericFileOperations<File> operations, GenericFile<File> file, Exchange exchange)
      throws IOException {
    Path path = path(file);
    try {
      return folder.isSettled(path) && folder.claim(path);
    } catch (NoSuchFileException e) {
      return false; // gone between the listing and now
    }
  }

  private static Path path(GenericFile<File> file) {
    return file.getFile().toPath().toAbsolutePath();
  }

  @Override
  public void releaseExclusiveReadLockOnAbort(
      GenericFileOperations<File> operations, GenericFile<File> file, Exchange exchange) {
    // not claimed, or claimed and begun: then commit or rollback follows
  }

  @Override
  public void releaseExclusiveReadLockOnRollback(
      GenericFileOperations<File> operations, GenericFile<File> file, Exchange exchange)
      throws IOException {
    folder.release(path(file), false);
  }

  @Override
  public void releaseExclusiveReadLockOnCommit(
      GenericFileOperations<File> operations, GenericFile<File> file, Exchange exchange)
      throws IOException {
    Path path = path(file);
    folder.release(path, !path.toFile().exists());
  }

  @Override
  public void setTimeout(long timeout) {
    // nothing here waits
  }

  @Override
  public void setCheckInterval(long checkInterval) {
    // nothing here waits
  }

  @Override
  public void setReadLockLoggingLevel(LoggingLevel level) {
    // a file that is not ready is no event
  }

  @Override
  public void setMarkerFiler(boolean markerFile) {
    // there are no marker files
  }

  @Override
  public void setDeleteOrphanLockFiles(boolean deleteOrphanLockFiles) {
    // there are no marker files
  }
}
