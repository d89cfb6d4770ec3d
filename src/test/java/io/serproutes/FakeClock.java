package io.serproutes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The system's clock as processes see it that libfaketime is loaded into; timers stay true. */
public final class FakeClock {

  private final Path file;
  private final Optional<Path> library;

  /** A clock that is right, whose offset is in a file. */
  public FakeClock(Path file) throws IOException {
    this.file = file;
    library = library();
    set("+0");
  }

  private static Optional<Path> library() throws IOException {
    for (Path root : List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"))) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> files = Files.find(root, 3, (f, a) -> f.endsWith("libfaketimeMT.so.1"))) {
          Optional<Path> found = files.findFirst();
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Whether this machine has libfaketime; else nothing changes. */
  public boolean canBeSet() {
    return library.isPresent();
  }

  /** Sets it, such as {@code -1h} from now; from then on it goes at its usual pace. */
  public void set(String offset) throws IOException {
    Path next = Files.writeString(file.resolveSibling("clock.next"), offset + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** The environment of a process that is to see it. */
  public Map<String, String> environment() {
    return library.isEmpty()
        ? Map.of()
        : Map.of(
            "LD_PRELOAD", library.get().toString(),
            "FAKETIME_TIMESTAMP_FILE", file.toString(),
            "FAKETIME_NO_CACHE", "1",
            "FAKETIME_DONT_FAKE_MONOTONIC", "1",
            "NO_FAKE_STAT", "1");
  }
}
