package io.serproutes.ids;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that locks one byte of a file, says so, and keeps the lock until it is ended. */
public final class LockOfOtherProcess {

  private LockOfOtherProcess() {}

  public static void main(String[] args) throws Exception {
    try (FileChannel file = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
      FileLock lock = file.tryLock(Long.parseLong(args[1]), 1, false);
      System.out.println(lock == null ? "taken" : "locked");
      System.in.read();
    }
  }
}
