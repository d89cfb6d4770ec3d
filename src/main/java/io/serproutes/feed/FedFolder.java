package io.serproutes.feed;

import io.serproutes.Times;
import io.serproutes.deliver.DurableFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The names of a feeder's files in the inbox: {@code {feeder}-{stamp}.txt}, and before that hidden,
 * {@code .{feeder}-{stamp}.txt.part}.
 *
 * @param shown told the name of a file that is about to appear
 */
record FedFolder(Path inbox, String feeder, Consumer<Path> shown) {

  private static final String HIDDEN_END = ".part";
  private static final Pattern HIDDEN = Pattern.compile("\\d{8}T\\d{9}Z\\.txt\\.part");

  /** A name that no file has, hidden or not. */
  Path freeName() {
    for (Instant stamp = Instant.now(); ; stamp = stamp.plusMillis(1)) {
      Path free = Path.of(feeder + "-" + Times.stamp(stamp) + ".txt");
      // in this order: another process may give the hidden one its name in between
      if (!Files.exists(hidden(free)) && !Files.exists(inbox.resolve(free))) {
        return free;
      }
    }
  }

  /** Where the file of a name lies before it is shown. */
  Path hidden(Path name) {
    return inbox.resolve("." + name + HIDDEN_END);
  }

  /** The name that a hidden file is to have, or another where that is taken. */
  Path nameOf(Path hidden) {
    String text = hidden.getFileName().toString();
    Path own = Path.of(text.substring(1, text.length() - HIDDEN_END.length()));
    return Files.exists(inbox.resolve(own)) ? freeName() : own;
  }

  /** All hidden files of the feeder, those of other processes included. */
  DirectoryStream<Path> allHidden() throws IOException {
    return Files.newDirectoryStream(inbox, this::isHidden);
  }

  // any other name is not ours, and Java may be unable to make a path of it where LANG is unset
  private boolean isHidden(Path file) {
    String name = file.getFileName().toString();
    String begin = "." + feeder + "-";
    return name.startsWith(begin) && HIDDEN.matcher(name.substring(begin.length())).matches();
  }

  /** Gives a hidden file its name; durable only after {@link #sync}. */
  void show(Path hidden, Path name) throws IOException {
    shown.accept(name);
    Files.move(hidden, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes the names of files durable. */
  void sync() throws IOException {
    DurableFiles.syncFolder(inbox);
  }
}
