package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the journal of a drop file says of the file, for the process that finishes its move.
 *
 * @param stamp the stamp of the file when it was opened
 * @param name its name in the inbox
 * @param target where it moves to, relative to the inbox; null where no move was noted
 * @param reason why it was rejected; null where it was not
 */
record MoveNote(FileStamp stamp, String name, String target, String reason) {

  // another number wherever a file's entries are numbered in another way
  private static final String FIRST = "serp-routes journal 6, ";
  private static final String NAME = "name ";
  private static final String MOVE = "moved ";
  private static final String REJECTED = "rejected ";

  /** The first two lines of a journal. */
  static String header(FileStamp stamp, String name) {
    return FIRST + stamp + "\n" + NAME + encode(name) + ";\n";
  }

  /** The lines that say where a file moves to and why it is rejected, if it is. */
  static String line(String target, String reason) {
    String rejected = reason == null ? "" : REJECTED + encode(reason) + ";\n";
    return rejected + MOVE + encode(target) + ";\n";
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  /**
   * Reads a journal; a line that is torn counts as missing.
   *
   * @return null where there is no journal, or its first two lines are not those of one
   */
  static MoveNote read(Path journal) throws IOException {
    if (!Files.exists(journal)) {
      return null;
    }
    try (BufferedReader lines = Files.newBufferedReader(journal, ISO_8859_1)) {
      String first = lines.readLine();
      String name = value(lines.readLine(), NAME);
      if (first == null || !first.startsWith(FIRST) || name == null) {
        return null;
      }
      String target = null;
      String reason = null;
      for (String line; (line = lines.readLine()) != null; ) {
        reason = reason == null ? value(line, REJECTED) : reason;
        target = target == null ? value(line, MOVE) : target;
      }
      return new MoveNote(new FileStamp(first.substring(FIRST.length())), name, target, reason);
    } catch (IllegalArgumentException e) {
      return null; // torn in the middle of a name
    }
  }

  private static String value(String line, String key) {
    boolean whole = line != null && line.startsWith(key) && line.endsWith(";");
    return whole ? URLDecoder.decode(line.substring(key.length(), line.length() - 1), UTF_8) : null;
  }
}
