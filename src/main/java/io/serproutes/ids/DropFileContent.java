package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/** Opens a drop file in the format that its name tells. */
final class DropFileContent {

  private static final int LOOK_AHEAD = 4096;
  private static final int BUFFER = 16 * 1024; // up to three of them a file, and 32 files at once
  private static final int LONGEST_LINE = 10_000;

  private DropFileContent() {}

  /**
   * A reader for the ids of a file.
   *
   * @param apiPath the endpoint whose ids are read from a saved {@code tasks_ready} answer
   * @param position kept at the number of bytes read from the file
   * @throws IOException where the format is not supported, the file is not UTF-8 text, or it cannot
   *     be read; the message says which
   */
  static IdReader open(Path file, String apiPath, AtomicLong position) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean gzip = name.endsWith(".gz");
    String kind = kind(gzip ? name.substring(0, name.length() - 3) : name);
    InputStream in =
        new BufferedInputStream(
            counting(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), position), BUFFER);
    try {
      if (gzip && !isEmpty(in)) {
        in = new BufferedInputStream(new GZIPInputStream(in, BUFFER), BUFFER);
      }
      skipMarkAndCheck(in);
      return reader(kind, in, apiPath);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static InputStream counting(InputStream file, AtomicLong position) {
    return new FilterInputStream(file) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        position.addAndGet(Math.max(read, 0));
        return read;
      }
    };
  }

  private static String kind(String name) throws IOException {
    String kind = name.substring(name.lastIndexOf('.') + 1);
    return switch (kind) {
      case "txt", "csv", "json", "ndjson", "jsonl" -> kind;
      default ->
          throw new IOException(
              "a file of another kind: .txt, .csv, .json, .ndjson, .jsonl are taken, each also"
                  + " with .gz");
    };
  }

  private static IdReader reader(String kind, InputStream in, String apiPath) throws IOException {
    if (kind.equals("json")) {
      return new JsonIds(in, apiPath);
    }
    Reader text = new InputStreamReader(in, UTF_8);
    return switch (kind) {
      case "csv" -> new CsvIds(LongLines.cells(text, LONGEST_LINE));
      case "txt" -> new TextIds(new LongLines(text, LONGEST_LINE));
      default -> new JsonLineIds(text);
    };
  }

  private static boolean isEmpty(InputStream in) throws IOException {
    in.mark(1);
    boolean empty = in.read() < 0;
    in.reset();
    return empty;
  }

  private static void skipMarkAndCheck(InputStream in) throws IOException {
    in.mark(LOOK_AHEAD);
    byte[] head = in.readNBytes(LOOK_AHEAD);
    in.reset();
    if (startsWith(head, 0xff, 0xfe) || startsWith(head, 0xfe, 0xff)) {
      throw new IOException("the file is in UTF-16; save it as UTF-8");
    }
    for (byte b : head) {
      if (b == 0) {
        throw new IOException("the file is binary or in UTF-16; text in UTF-8 is taken");
      }
    }
    if (startsWith(head, 0xef, 0xbb, 0xbf)) {
      in.skipNBytes(3);
    }
  }

  private static boolean startsWith(byte[] head, int... mark) {
    if (head.length < mark.length) {
      return false;
    }
    for (int i = 0; i < mark.length; i++) {
      if ((head[i] & 0xff) != mark[i]) {
        return false;
      }
    }
    return true;
  }
}
