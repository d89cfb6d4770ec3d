package io.serproutes.ids;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A Java of its own that locks one byte of a file, where it is free, until it is closed. */
public final class LockOfOtherProcess implements AutoCloseable {

  private final Process process;
  private final boolean hasLock;

  /** Starts the process and has it lock the byte. */
  public LockOfOtherProcess(Path file, long place) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                "target/test-classes",
                LockOfOtherProcess.class.getName(),
                file.toString(),
                Long.toString(place))
            .redirectErrorStream(true)
            .start();
    hasLock = process.inputReader().readLine().equals("locked");
  }

  /** Whether the byte was free. */
  public boolean hasLock() {
    return hasLock;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** The other process: locks, says so, and waits. */
  public static void main(String[] args) throws Exception {
    try (FileChannel file = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
      FileLock lock = file.tryLock(Long.parseLong(args[1]), 1, false);
      System.out.println(lock == null ? "taken" : "locked");
      System.in.read();
    }
  }
}
