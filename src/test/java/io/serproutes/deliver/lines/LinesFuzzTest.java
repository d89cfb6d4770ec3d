package io.serproutes.deliver.lines;

import static io.serproutes.Packed.gzip;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.serproutes.RawJson;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever lies in a set of lines, it is read as far as it can be and each file that cannot is
 * named. Bits of the first byte of an input say what it is; the rest are the ledger, the receipts
 * and the dead letters, with the byte 0 between.
 */
class LinesFuzzTest {

  private static final int IS_OPEN = 1;
  private static final int IS_PACKED = 2;
  private static final int IS_RAW = 4; // packed lines as they are in the input
  private static final int HAS_CHECKSUM = 8; // which belongs to the ledger
  private static final String NAME = "20261124T065605123Z-0a1b2c.jsonl";

  @TempDir static Path dir;

  @FuzzTest(maxDuration = "1m")
  void aSetIsReadAsFarAsItCanBe(byte[] input) throws IOException {
    int kind = input.length == 0 ? 0 : input[0];
    List<byte[]> parts = parts(input);
    boolean isPacked = (kind & IS_PACKED) != 0;
    String name = NAME + (isPacked ? ".gz" : "");
    boolean isPackedHere = isPacked && (kind & IS_RAW) == 0;
    byte[] receipts = isPackedHere ? gzip(parts.get(1)) : parts.get(1);
    byte[] letters = isPackedHere ? gzip(parts.get(2)) : parts.get(2);
    if ((kind & IS_OPEN) != 0) {
      write(StoredSet.ledger(dir, name), ledger(parts.get(0), (kind & HAS_CHECKSUM) != 0));
      write(StoredSet.hidden(dir, LineKind.RECEIPTS, name), receipts);
      write(StoredSet.hidden(dir, LineKind.DEAD_LETTERS, name), letters);
      readAll(null);
      close(name);
    } else {
      write(StoredSet.shown(dir, LineKind.RECEIPTS, name), receipts);
      write(StoredSet.shown(dir, LineKind.DEAD_LETTERS, name), letters);
      readAll(isPacked ? null : parts.get(2));
    }
    clear(name);
  }

  private static List<byte[]> parts(byte[] input) {
    List<byte[]> parts = new ArrayList<>();
    int from = Math.min(1, input.length);
    for (int at = from; at < input.length && parts.size() < 2; at++) {
      if (input[at] == 0) {
        parts.add(Arrays.copyOfRange(input, from, at));
        from = at + 1;
      }
    }
    parts.add(Arrays.copyOfRange(input, from, input.length));
    while (parts.size() < 3) {
      parts.add(0, new byte[0]);
    }
    return parts;
  }

  private static byte[] ledger(byte[] said, boolean hasChecksum) {
    if (!hasChecksum) {
      return said;
    }
    CRC32 sum = new CRC32();
    sum.update(new String(said, US_ASCII).getBytes(US_ASCII));
    return (new String(said, ISO_8859_1) + ' ' + sum.getValue() + '\n').getBytes(ISO_8859_1);
  }

  private static void write(Path file, byte[] content) throws IOException {
    if (!Files.exists(file.getParent())) {
      Files.createDirectories(file.getParent());
    }
    Files.write(file, content);
  }

  private static void readAll(byte[] letters) throws IOException {
    List<StoredSet> sets;
    try {
      sets = StoredSet.all(dir, problem -> {});
    } catch (IOException e) {
      return; // its ledger says nothing
    }
    List<String> problems = new ArrayList<>();
    new LatestReceipts(sets, ids -> {}, problems::add).close();
    List<Integer> found = new ArrayList<>();
    new LineLetters(dir, problems::add, e -> problems.add(e.getMessage()))
        .forEachRemaining(letter -> found.add(letter.line()));
    assertThat(problems).noneMatch(String::isBlank);
    if (letters != null) {
      assertThat(found).containsAll(lettersWithoutId(new String(letters, ISO_8859_1)));
    }
  }

  /** The lines that are letters and that no receipt can overtake. */
  private static List<Integer> lettersWithoutId(String letters) {
    List<Integer> lines = new ArrayList<>();
    int number = 0;
    for (int from = 0, to; (to = letters.indexOf('\n', from)) >= 0; from = to + 1) {
      number++;
      RawJson line = RawJson.of(letters.substring(from, to).getBytes(ISO_8859_1));
      Map<String, RawJson> members = line == null ? Map.of() : line.members();
      RawJson id = members.get("task_id");
      if (line != null && line.isObject() && (id == null || TaskId.parse(id.string()) == null)) {
        lines.add(number);
      }
    }
    return lines;
  }

  private static void close(String name) {
    try {
      assertThat(OpenSet.close(dir, name, step -> {})).isTrue();
      assertThat(StoredSet.ledger(dir, name)).doesNotExist();
    } catch (IOException e) {
      assertThat(StoredSet.ledger(dir, name)).as("it stays: %s", e).exists();
    }
  }

  private static void clear(String name) throws IOException {
    Files.deleteIfExists(StoredSet.ledger(dir, name));
    for (LineKind kind : List.of(LineKind.RECEIPTS, LineKind.DEAD_LETTERS)) {
      Files.deleteIfExists(StoredSet.hidden(dir, kind, name));
      Files.deleteIfExists(StoredSet.shown(dir, kind, name));
    }
  }
}
