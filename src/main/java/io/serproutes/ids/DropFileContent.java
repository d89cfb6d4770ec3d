package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.Failures;
import io.serproutes.GzipParts;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipException;
import org.apache.camel.util.function.ThrowingSupplier;

/** Opens a drop file in the format that its name tells. */
final class DropFileContent {

  private static final int HEAD = 4096;
  private static final int HEAD_OF_STREAM = 4; // more would have a slow writer's first id wait
  private static final int BUFFER = 16 * 1024; // up to three of them a file, and 32 files at once
  private static final int STEP = 512;

  // these bytes as ISO 8859-1
  private static final String UTF_8_MARK = "\u00ef\u00bb\u00bf";
  private static final String UTF_16_LE_MARK = "\u00ff\u00fe";
  private static final String UTF_16_BE_MARK = "\u00fe\u00ff";
  private static final String GZIP = "\u001f\u008b";
  private static final String ZIP = "PK\u0003\u0004"; // .xlsx is one
  private static final String OLE = "\u00d0\u00cf\u0011\u00e0"; // .xls is one

  private DropFileContent() {}

  /**
   * A reader for the ids of a file.
   *
   * @param apiPath the endpoint whose ids are read from a saved {@code tasks_ready} answer
   * @param position kept at about the number of bytes that have been looked at: few are read ahead
   * @throws IOException where the format is not supported, the file is not UTF-8 text, or it cannot
   *     be read; the message says which. A {@link FileSystemException}, also of the reader, is of
   *     the disk
   */
  static IdReader open(Path file, String apiPath, AtomicLong position) throws IOException {
    return open(file.getFileName().toString(), () -> ofDisk(file), apiPath, position);
  }

  /** The same for a file of this name that {@code content} opens, twice where it is CSV. */
  static IdReader open(
      String file,
      ThrowingSupplier<InputStream, IOException> content,
      String apiPath,
      AtomicLong position)
      throws IOException {
    String name = file.toLowerCase(Locale.ROOT);
    boolean gzip = name.endsWith(".gz");
    String stem = gzip ? name.substring(0, name.length() - 3) : name;
    InputStream in = text(content.get(), gzip, position);
    try {
      return switch (stem.substring(stem.lastIndexOf('.') + 1)) {
        case "json" -> new JsonIds(in, apiPath);
        case "ndjson", "jsonl" -> new JsonLineIds(decoded(in));
        case "txt" -> new TextIds(decoded(in));
        case "csv", "tsv" ->
            new CsvIds(
                decoded(in),
                IdColumn.find(() -> decoded(text(content.get(), gzip, new AtomicLong()))));
        default ->
            throw new IOException(
                "a format that is not supported; supported are .txt, .csv, .tsv, .json, .ndjson and"
                    + " .jsonl, each also with .gz");
      };
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /**
   * A reader for the ids of a stream, an id a line; the stream ends where it says so.
   *
   * @throws IOException where it is not UTF-8 text, or cannot be read; the message says which
   */
  static IdReader lines(InputStream in) throws IOException {
    InputStream text = new BufferedInputStream(in, BUFFER);
    skipMark(text, head(text, HEAD_OF_STREAM));
    return new TextIds(decoded(text));
  }

  // the decoder fills its buffer as long as there is said to be more
  private static Reader decoded(InputStream in) {
    return new InputStreamReader(
        new FilterInputStream(in) {
          @Override
          public int available() {
            return 0;
          }
        },
        UTF_8);
  }

  /** The bytes of a file, decompressed, known to be text, and without a mark at their beginning. */
  private static InputStream text(InputStream file, boolean gzip, AtomicLong position)
      throws IOException {
    InputStream in = new BufferedInputStream(file, BUFFER);
    try {
      String head = head(in, HEAD);
      if (!gzip || head.isEmpty()) {
        in = counting(in, position);
        skipMark(in, head);
        return in;
      }
      if (!head.startsWith(GZIP)) {
        check(head);
      }
      in = new BufferedInputStream(new Unpacked(counting(in, position)), BUFFER);
      skipMark(in, head(in, HEAD));
      return counting(in, new AtomicLong());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  // a read that fails names no file: as it is, it would be taken for one of a broken file
  private static InputStream ofDisk(Path file) throws IOException {
    return new FilterInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
          return in.read(bytes, offset, length);
        } catch (IOException e) {
          FileSystemException ofDisk =
              new FileSystemException(file.toString(), null, Failures.inWords(e));
          ofDisk.initCause(e);
          throw ofDisk;
        }
      }
    };
  }

  /** Counts what is read, in steps, so that whoever reads is not far ahead of what it returns. */
  private static InputStream counting(InputStream file, AtomicLong position) {
    return new FilterInputStream(file) {
      // what unpacks goes on with the next part only where there is said to be more
      @Override
      public int available() throws IOException {
        in.mark(1);
        boolean isMore = in.read() >= 0;
        in.reset();
        return isMore ? 1 : 0;
      }

      @Override
      public int read() throws IOException {
        int read = in.read();
        position.addAndGet(read < 0 ? 0 : 1);
        return read;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, Math.min(length, STEP));
        position.addAndGet(Math.max(read, 0));
        return read;
      }
    };
  }

  private static void skipMark(InputStream in, String head) throws IOException {
    check(head);
    if (head.startsWith(UTF_8_MARK)) {
      in.readNBytes(UTF_8_MARK.length());
    }
  }

  // what stands before a break is read as text: whoever reads on meets the break
  private static String head(InputStream in, int length) throws IOException {
    StringBuilder head = new StringBuilder();
    in.mark(length);
    try {
      for (int one; head.length() < length && (one = in.read()) >= 0; ) {
        head.append((char) one); // ISO 8859-1
      }
    } catch (EOFException | ZipException e) {
      if (head.isEmpty()) {
        throw e;
      }
    }
    in.reset();
    return head.toString();
  }

  private static void check(String head) throws IOException {
    if (head.startsWith(OLE) || head.startsWith(ZIP) && isWorkbook(head)) {
      throw new IOException("an Excel workbook; save it as CSV UTF-8 and drop that");
    }
    if (head.startsWith(ZIP)) {
      throw new IOException("a ZIP archive; drop the files in it, a workbook as CSV UTF-8");
    }
    if (head.startsWith(UTF_16_LE_MARK) || head.startsWith(UTF_16_BE_MARK)) {
      throw new IOException("text in UTF-16; save it as UTF-8");
    }
    if (head.startsWith(GZIP)) {
      throw new IOException(
          "compressed with gzip; give its name the ending .gz, or decompress it if it has that");
    }
    if (head.indexOf('\0') >= 0) {
      throw new IOException("binary, or text in UTF-16; save it as text in UTF-8");
    }
  }

  private static boolean isWorkbook(String head) {
    return head.contains("[Content_Types].xml") || head.contains("_rels/") || head.contains("xl/");
  }

  /** What is packed in a file, which is broken where it goes on with anything but padding. */
  private static final class Unpacked extends GzipParts {

    private static final int TRAILER = 8;

    private boolean goesOn;

    Unpacked(InputStream packed) throws IOException {
      super(packed, STEP);
    }

    // a buffer reads on as long as there is said to be more, and loses what it has where that fails
    @Override
    public int available() {
      return 0;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      if (read < 0) {
        checkEnd();
      }
      return read;
    }

    // the JDK passes over what is no gzip; what it has read of it lies behind the trailer
    private void checkEnd() throws IOException {
      for (int i = len - inf.getRemaining() + TRAILER; i < len; i++) {
        goesOn |= buf[i] != 0;
      }
      for (int one; !goesOn && (one = in.read()) >= 0; ) {
        goesOn = one != 0;
      }
      if (goesOn) {
        throw new ZipException("what follows its end is not compressed");
      }
    }
  }
}
