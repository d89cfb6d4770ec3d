package io.serproutes.deliver.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoredLinesTest {

  @TempDir private Path temp;

  private static String line(Random random) {
    int[] sizes = {0, 1, 100, 65_535, 65_536, 65_537, 200_000, 1 << 20, (1 << 20) + 1, 3 << 20};
    int size = sizes[random.nextInt(random.nextInt(6) == 0 ? sizes.length : 7)];
    return "x".repeat(size) + random.nextInt(1000);
  }

  /** Whatever the lengths of lines, each is read or written as it is; cut off anywhere, too. */
  @Test
  void readsWholeLinesUpToWhereItIsCut() throws IOException {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      List<String> lines = new ArrayList<>();
      random.ints(1 + random.nextInt(12)).forEach(i -> lines.add(line(random)));
      byte[] text = (String.join("\n", lines) + "\n").getBytes(UTF_8);
      Path plain = Files.write(temp.resolve("plain"), text);
      int cut = seed % 2 == 0 ? text.length : random.nextInt(text.length + 1);
      int last = cut;
      while (last > 0 && text[last - 1] != '\n') {
        last--;
      }
      boolean isPacked = seed % 3 == 0 && cut == text.length;
      Path file = isPacked ? packed(text, random) : plain;
      long length = isPacked ? Files.size(file) : cut;
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      int count = 0;
      try (StoredLines stored =
          StoredLines.of(List.of(temp.resolve("none"), file), length, isPacked)) {
        while (next(stored, cut - last > 1 << 20)) {
          count++;
          assertThat(stored.number()).isEqualTo(count);
          byte[] bytes = stored.bytes();
          if (random.nextInt(4) == 0) {
            read.write((lines.get(count - 1) + "\n").getBytes(UTF_8)); // passed over
          } else if (bytes == null || random.nextBoolean()) {
            stored.writeTo(read);
          } else {
            read.write(bytes);
            read.write('\n');
          }
        }
        assertThat(stored.next()).as("asked again").isFalse();
        assertThat(cut).isEqualTo(last);
      } catch (IOException e) {
        assertThat(e).hasMessage("it ends within a line");
        assertThat(cut).isGreaterThan(last);
      }
      assertThat(read.size()).as("seed " + seed).isEqualTo(last);
      assertThat(read.toByteArray()).isEqualTo(Arrays.copyOf(text, last));
    }
  }

  private static boolean next(StoredLines lines, boolean isLongOneCut) throws IOException {
    return lines.next() && !(isLongOneCut && lines.bytes() == null);
  }

  // of several members
  private Path packed(byte[] text, Random random) throws IOException {
    Path file = temp.resolve("packed");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (int done = 0; done < text.length; ) {
        int length = Math.min(text.length - done, 1 + random.nextInt(3 << 20));
        GZIPOutputStream member = new GZIPOutputStream(out);
        member.write(text, done, length);
        member.finish();
        done += length;
      }
    }
    return file;
  }

  @Test
  void tellsIds() throws IOException {
    String id = "00000000-0000-0000-0000-00000000002a";
    String other = "11111111-0000-0000-0000-00000000002a";
    Path file =
        Files.writeString(
            temp.resolve("file"),
            "{\"task_id\":\""
                + id
                + "\"}\n{\"task_id\":\""
                + id.substring(1)
                + "\"}\n{}\n{\"type\":\"organic\",\"task\":{\"id\":\""
                + other
                + "\"},"
                + "\"serp_task\":{\"id\":\""
                + id
                + "\",\"tag\":\"\\\"task\\\":{\\\"id\\\":\"}}\n");
    try (StoredLines lines = StoredLines.of(List.of(file), StoredLines.ALL, false)) {
      lines.next();
      assertThat(lines.id()).isEqualTo(id);
      lines.next();
      assertThat(lines.id()).isNotEqualTo(id);
      lines.next();
      assertThat(lines.id()).isNull();
      assertThat(lines.idOfTask()).isNull();
      lines.next();
      assertThat(lines.idOfTask()).isEqualTo(id);
      assertThat(lines.next()).isFalse();
    }
  }

  private String[] ids(String... lines) throws IOException {
    Path file = Files.writeString(temp.resolve("ids"), String.join("\n", lines) + "\n");
    String[] found = new String[lines.length];
    try (StoredLines stored = StoredLines.of(List.of(file), StoredLines.ALL, false)) {
      for (int i = 0; stored.next(); i++) {
        found[i] = stored.id() + " " + stored.idOfTask();
      }
    }
    return found;
  }

  /** Of a line that is cut off, or is nothing but an id. */
  @Test
  void whatFollowsALineBelongsToNoIdOfIt() throws IOException {
    String id = "00000000-0000-0000-0000-00000000002a";
    String start = "{\"task_id\":\"";
    String task = "task\":{\"id\":\"";
    assertThat(ids(start + id, start + id.substring(1), id + id))
        .containsExactly(id + " null", "null null", "null null");
    assertThat(ids(task + id, task + id.substring(1), id + id))
        .containsExactly("null " + id, "null null", "null null");
  }

  @Test
  void aLineIsLongWhereItDoesNotFitIntoMemory() throws IOException {
    String longest = "x".repeat(1 << 20);
    Path file = Files.writeString(temp.resolve("long"), "x\n" + longest + "yz\nx\n");
    try (StoredLines lines = StoredLines.of(List.of(file), StoredLines.ALL, false)) {
      for (boolean isLong : new boolean[] {false, true, false}) {
        assertThat(lines.next()).isTrue();
        assertThat(lines.isLong()).isEqualTo(isLong);
        assertThat(lines.bytes() == null).isEqualTo(isLong);
      }
      assertThat(lines.next()).isFalse();
    }
  }

  private static byte[] member(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream member = new GZIPOutputStream(bytes)) {
      member.write(text.getBytes(UTF_8));
    }
    return bytes.toByteArray();
  }

  /** As a disk may leave it: a block of zeros, or nothing after it. */
  @Test
  void amongMembersOneThatIsDamagedIsTold() throws IOException {
    byte[] one = member("1\n");
    for (int size : new int[] {2, 65_520, 65_528, 65_536, 200_000}) {
      byte[] gap = new byte[size];
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.write(one);
      all.write(gap);
      all.write(one);
      Path file = Files.write(temp.resolve("members"), all.toByteArray());
      for (int end : new int[] {one.length + size, all.size()}) {
        for (long length : new long[] {end, end == all.size() ? StoredLines.ALL : end}) {
          try (StoredLines lines = StoredLines.of(List.of(file), length, true)) {
            assertThat(lines.next()).isTrue();
            assertThatIOException()
                .isThrownBy(lines::next)
                .withMessage("it goes on with what is no gzip");
          }
        }
      }
    }
  }

  /** A reader beside the program that writes sees no byte of a commit that is under way. */
  @Test
  void whatFollowsTheCommittedLengthIsNotLookedAt() throws IOException {
    byte[] one = member("1\n");
    byte[] more = Arrays.copyOf(one, one.length + 5);
    Path file = Files.write(temp.resolve("open"), more);
    try (StoredLines lines = StoredLines.of(List.of(file), one.length, true)) {
      assertThat(lines.next()).isTrue();
      assertThat(lines.next()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFileThatIsShorterThanWhatWasCommittedIsTold(boolean isPacked) throws IOException {
    byte[] bytes = isPacked ? member("1\n") : "1\n".getBytes(UTF_8);
    Path file = Files.write(temp.resolve("short"), bytes);
    try (StoredLines lines = StoredLines.of(List.of(file), bytes.length + 3, isPacked)) {
      assertThat(lines.next()).isTrue();
      assertThatIOException()
          .isThrownBy(lines::next)
          .withMessage("it is 3 bytes shorter than what was committed to it");
    }
  }
}
