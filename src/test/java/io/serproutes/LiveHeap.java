package io.serproutes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a Java process holds on its heap after a full collection, which this makes it do. */
public final class LiveHeap {

  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

  private LiveHeap() {}

  public static double mebibytes(long pid) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                    Long.toString(pid),
                    "GC.class_histogram"))
            .start();
    String histogram = new String(jcmd.getInputStream().readAllBytes());
    Matcher total = TOTAL.matcher(histogram);
    if (!total.find()) {
      throw new IOException("no histogram: " + histogram);
    }
    return Long.parseLong(total.group(1)) / 1024.0 / 1024.0;
  }
}
