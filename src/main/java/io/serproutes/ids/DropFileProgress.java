package io.serproutes.ids;

import io.serproutes.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;

/**
 * How far this process is with a drop file, for a person.
 *
 * @param name without control characters
 * @param state {@code waiting}, {@code in-work}, {@code done} or {@code rejected}
 * @param read the part of the file that was read, from 0 to 1, in thousandths
 * @param left about how many of its ids have not ended
 * @param ended how its ids ended so far; empty where none has
 * @param why why it is rejected; null where it is not
 * @param movedTo its new place, relative to the inbox; null while it is in work
 * @param at when it was opened or, once it has moved, when that was; when it was last written where
 *     it waits
 */
public record DropFileProgress(
    String name,
    String state,
    double read,
    long left,
    String ended,
    String why,
    String movedTo,
    String at) {

  static DropFileProgress waiting(Path file) throws IOException {
    String name = Source.printable(file.getFileName().toString());
    Instant written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
    return new DropFileProgress(name, "waiting", 0, 0, "", null, null, Times.record(written));
  }
}
