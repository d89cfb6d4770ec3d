package io.serproutes;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that this process has open, on Linux. */
public final class OpenFiles {

  private OpenFiles() {}

  /** Those of whose path this is a part; that of a file that was removed ends in a remark. */
  public static List<String> with(String part) throws IOException {
    List<String> open = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path one : all) {
        try {
          open.add(Files.readSymbolicLink(one).toString());
        } catch (NoSuchFileException e) {
          // that of this listing
        }
      }
    }
    open.removeIf(file -> !file.contains(part));
    return open;
  }

  /** The tables of ids; those of other tests are closed when they are collected. */
  public static List<String> tables(List<String> before) throws IOException {
    List<String> tables = with("/serp-seen-");
    tables.removeAll(before);
    return tables;
  }
}
