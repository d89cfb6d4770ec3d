package io.serproutes.results;

import io.serproutes.IllegalSettingException;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.deliver.lines.LineKind;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Writes all results of a type under {@code serp.files.dir} as one stream. Changes nothing.
 *
 * <p>The receipts are its index: an id is in the stream where its receipt says that it has items of
 * the type, and then with all of them, those of one delivery. So the stream is whole and of whole
 * lines while ids are delivered, delivered again or removed. It is in no order. Safe for use by
 * many threads; memory does not grow with the number or the size of the results.
 */
public final class Export {

  /** How many problems are told; the others are only counted. */
  public static final int MOST_TOLD = 20;

  /** How it is written. */
  public enum Format {
    JSONL,
    CSV;

    /**
     * Reads {@code jsonl} or {@code csv}.
     *
     * @throws IllegalSettingException where it is neither
     */
    public static Format of(String text) {
      return one(Format.values(), "format", text);
    }

    /** The ending of a file in this format. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads {@code organic}, {@code paid}, {@code other} or {@code receipts}.
   *
   * @throws IllegalSettingException where it is none of them
   */
  public static LineKind type(String text) {
    LineKind[] all = {LineKind.ORGANIC, LineKind.PAID, LineKind.OTHER, LineKind.RECEIPTS};
    return one(all, "type", text);
  }

  private static <T> T one(T[] all, String what, String text) {
    StringBuilder names = new StringBuilder();
    for (T one : all) {
      if (one.toString().equals(text)) {
        return one;
      }
      names.append(names.isEmpty() ? "" : ", ").append(one);
    }
    throw new IllegalSettingException("--" + what + " must be one of " + names);
  }

  /**
   * What is asked for.
   *
   * @param since leaves out results fetched before it; null for none
   * @param separator between cells of CSV
   * @param byteOrderMark whether CSV begins with one
   */
  public record Request(
      LineKind type, Format format, Instant since, char separator, boolean byteOrderMark) {}

  /**
   * What was written.
   *
   * @param ids with at least one line
   * @param lines items or receipts
   * @param problems how many there were; something may be missing where there are any
   */
  public record Counts(long ids, long lines, long problems) {}

  private final Path dir;

  public Export(Settings settings) {
    dir = Path.of(settings.get(Keys.FILES_DIR)).normalize();
  }

  /**
   * Writes the results.
   *
   * @param out is flushed, not closed
   * @param problems is told of the first {@link #MOST_TOLD} files that are left out because they
   *     cannot be read or hold no result, a line for a person each
   * @throws IOException where {@code out} fails, or a file breaks off after part of it was written
   */
  public Counts write(Request request, OutputStream out, Consumer<String> problems)
      throws IOException {
    return new ResultStream(dir, request, out, problems).write();
  }
}
