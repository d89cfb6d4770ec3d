package io.serproutes;

import static io.serproutes.feed.webhooks.PingLoad.percentile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/** How much of the heap collections left in use, in MiB, as the virtual machine logged it. */
public final class HeapAfterCollections {

  private static final Pattern PAUSE = Pattern.compile("Pause .* \\d+M->(\\d+)M\\((\\d+)M\\)");

  private final long[] used;

  private HeapAfterCollections(long[] used) {
    this.used = used;
  }

  /** The option that makes a virtual machine write the log. */
  public static String option(Path log) {
    return "-Xlog:gc:file=" + log;
  }

  public static HeapAfterCollections of(Path log) throws IOException {
    return new HeapAfterCollections(
        PAUSE
            .matcher(Files.readString(log))
            .results()
            .mapToLong(pause -> Long.parseLong(pause.group(1)))
            .toArray());
  }

  /** The median of the second quarter. */
  public long before() {
    return percentile(Arrays.copyOfRange(used, used.length / 4, used.length / 2), 0.5);
  }

  /** The median of the last quarter. */
  public long after() {
    return percentile(Arrays.copyOfRange(used, used.length * 3 / 4, used.length), 0.5);
  }

  @Override
  public String toString() {
    return "%d collections left %d MiB, later %d MiB".formatted(used.length, before(), after());
  }
}
