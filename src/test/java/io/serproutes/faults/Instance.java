package io.serproutes.faults;

import io.serproutes.ProgramUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A process of the program, started again and again in its folder. Thread-safe. */
final class Instance implements AutoCloseable {

  /** What it takes of the system: threads, open files, and KiB of memory. */
  record Resources(long threads, long files, long memory) {}

  private final Path folder;
  private final ProgramUnderTest.Start start;
  private ProgramUnderTest process;
  private ProgramUnderTest last;
  private boolean isWanted;

  /** One that is to run in a folder with these keys. */
  Instance(Path folder, Map<String, String> keys, Map<String, String> environment) {
    this.folder = folder;
    start = ProgramUnderTest.in(folder).jvm("-Xmx96m");
    keys.forEach(start::key);
    environment.forEach(start::environment);
  }

  /** Its {@code serp.files.dir}. */
  Path out() {
    return folder.resolve("out");
  }

  /** Starts it, and means it to run from now on. */
  synchronized void start() {
    isWanted = true;
    if (process == null) {
      process = start.start();
      last = process;
    }
  }

  /** The process, or null while it does not run as far as we know. */
  synchronized ProgramUnderTest process() {
    return process;
  }

  /** Kills it, as a power cut would; whether it ran. */
  synchronized boolean kill() {
    if (process == null) {
      return false;
    }
    process.kill();
    forget();
    return true;
  }

  /** Has it stop in good order; whether it ran. */
  synchronized boolean terminate() {
    if (process == null || !process.isRunning()) {
      return false;
    }
    isWanted = false;
    process.terminate();
    return true;
  }

  /** The exit code of a process that was told to stop; it is forgotten. */
  synchronized int awaitEnd() {
    int code = process.exitCode(ProgramUnderTest.PATIENCE);
    forget();
    return code;
  }

  private void forget() {
    process.close();
    process = null;
  }

  /**
   * Forgets a process that has ended by itself, and tells its exit code; -1 where there is none.
   */
  synchronized int endedByItself() {
    return isWanted && process != null && !process.isRunning() ? awaitEnd() : -1;
  }

  /** What the process that ran last has printed; empty where none ever ran. */
  synchronized String output() {
    return last == null ? "" : last.output();
  }

  /** What it takes now. */
  synchronized Resources resources() throws IOException {
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    try (Stream<Path> files = Files.list(proc.resolve("fd"))) {
      long open = files.count();
      String status = Files.readString(proc.resolve("status"));
      return new Resources(number(status, "Threads"), open, number(status, "VmRSS"));
    }
  }

  /** What its open files are, the numbers in their names left out, each with how many there are. */
  synchronized Map<String, Integer> openFiles() throws IOException {
    Map<String, Integer> open = new TreeMap<>();
    try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
      for (Path file : (Iterable<Path>) files::iterator) {
        try {
          String target = Files.readSymbolicLink(file).toString();
          open.merge(target.replaceAll("\\d+", "N"), 1, Integer::sum);
        } catch (NoSuchFileException e) {
          // it has been closed meanwhile
        }
      }
    }
    return open;
  }

  private static long number(String status, String name) {
    return Long.parseLong(status.replaceFirst("(?s).*\n" + name + ":\\s+(\\d+).*", "$1"));
  }

  @Override
  public synchronized void close() {
    if (process != null) {
      forget();
    }
  }
}
