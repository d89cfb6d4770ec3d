package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a journal holds, it never says that an id has ended of which it has no whole line. */
class JournalFuzzTest {

  private static final int NUMBERS = 400;
  private static final Pattern WHOLE_LINE = Pattern.compile("(\\d{1,18})(?:-(\\d{1,18}))?;");

  @TempDir static Path folder;

  @FuzzTest(maxDuration = "1m")
  void aJournalSaysWhatItsWholeLinesSay(byte[] rest) throws IOException {
    Path file = folder.resolve("ids.txt");
    if (!Files.exists(file)) {
      Files.writeString(file, "some ids");
    }
    Path journal = folder.resolve("journal");
    Files.write(journal, rest);
    MoveNote.read(journal); // one of another program, or of another version
    String header = MoveNote.header(FileStamp.of(file), "ids.txt");
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(header.getBytes(UTF_8));
    whole.write(rest);
    Files.write(journal, whole.toByteArray());
    MoveNote note = MoveNote.read(journal);
    assertThat(note == null || note.name().equals("ids.txt")).isTrue();

    BitSet told = told(new String(rest, ISO_8859_1));
    boolean isAscii = new String(rest, ISO_8859_1).chars().allMatch(c -> c < 0x80);
    DropFileJournal opened = DropFileJournal.open(journal, file);
    BitSet ended = ended(opened);
    opened.close();
    BitSet tooMuch = (BitSet) ended.clone();
    tooMuch.andNot(told);
    assertThat(tooMuch.isEmpty()).as("%s are told, %s have ended", told, ended).isTrue();
    assertThat(!isAscii || ended.equals(told)).as("%s, not %s", told, ended).isTrue();
    DropFileJournal again = DropFileJournal.open(journal, file);
    assertThat(ended(again)).isEqualTo(ended);
    again.close();
  }

  private static BitSet told(String lines) {
    BitSet told = new BitSet();
    for (String line : lines.split("\r\n|\r|\n", -1)) {
      Matcher range = WHOLE_LINE.matcher(line);
      if (range.matches()) {
        long first = Long.parseLong(range.group(1));
        long last = range.group(2) == null ? first : Long.parseLong(range.group(2));
        if (first < NUMBERS && last >= first) {
          told.set((int) first, (int) Math.min(last + 1, NUMBERS));
        }
      }
    }
    return told;
  }

  private static BitSet ended(DropFileJournal journal) {
    BitSet ended = new BitSet();
    for (int number = 0; number < NUMBERS; number++) {
      ended.set(number, journal.isEnded(number));
    }
    return ended;
  }
}
