package io.serproutes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A disk that is soon full: a file system in memory of a few pages. Only root may mount one; for
 * others the test is skipped.
 */
public final class TinyDisk implements AutoCloseable {

  private final Path folder;

  private TinyDisk(Path folder) {
    this.folder = folder;
  }

  /** A disk of so many KiB over an empty folder. */
  public static TinyDisk mount(Path folder, int kibibytes) {
    String size = "size=" + kibibytes + "k";
    assumeTrue(
        runs("mount", "-t", "tmpfs", "-o", size, "serp-test", folder.toString()),
        "no right to mount a file system");
    return new TinyDisk(folder);
  }

  /** Takes all space there is. */
  public void fill() {
    try (OutputStream out = Files.newOutputStream(folder.resolve(".fill"))) {
      for (byte[] block = new byte[64]; ; ) {
        out.write(block);
      }
    } catch (IOException e) {
      // full
    }
  }

  /** Gives the space back. */
  public void free() throws IOException {
    Files.delete(folder.resolve(".fill"));
  }

  @Override
  public void close() {
    runs("umount", "-l", folder.toString());
  }

  private static boolean runs(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
