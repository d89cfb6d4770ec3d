package io.serproutes.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much a Java process has allocated, up to its last collection, by the collector's log.
 * Unlike processor time, it does not depend on what else the machine does.
 */
final class Allocation {

  private static final Pattern PAUSE = Pattern.compile("(\\d+)M->(\\d+)M\\(\\d+M\\)");

  private final Path log;

  /** A process whose collector logs to a file. */
  Allocation(Path log) {
    this.log = log;
  }

  String option() {
    return "-Xlog:gc:file=" + log;
  }

  void clear() throws IOException {
    Files.deleteIfExists(log);
  }

  /** MiB; 0 where nothing was logged. */
  double mebibytes() throws IOException {
    long sum = 0;
    long left = 0;
    if (Files.exists(log)) {
      for (Matcher pause = PAUSE.matcher(Files.readString(log)); pause.find(); ) {
        sum += Long.parseLong(pause.group(1)) - left;
        left = Long.parseLong(pause.group(2));
      }
    }
    return sum;
  }
}
