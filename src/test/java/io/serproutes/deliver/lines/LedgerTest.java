package io.serproutes.deliver.lines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.PowerCut;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerTest {

  @TempDir private Path temp;

  private Path file() {
    return temp.resolve("ledger");
  }

  private static long[] lengths(long all) {
    return new long[] {all, all, all, all, all};
  }

  @Test
  void aSlotThatIsTornLeavesTheCommitBefore() throws IOException {
    Ledger ledger = Ledger.create(file());
    byte[] before = Files.readAllBytes(file());
    for (int commit = 1; commit < 12; commit++) {
      ledger.write(lengths(1000L * commit));
      byte[] after = Files.readAllBytes(file());
      assertThat(after).hasSameSizeAs(before);
      for (int torn = 0; torn < before.length; torn++) {
        // all before is new, and the rest of a slot says nothing
        if (before[torn] != after[torn] && torn < end(after, commit)) {
          byte[] half = before.clone();
          System.arraycopy(after, 0, half, 0, torn);
          Path copy = Files.write(temp.resolve("torn"), half);
          assertThat(Ledger.read(copy).lengths()).isEqualTo(lengths(1000L * (commit - 1)));
        }
      }
      assertThat(Ledger.read(file()).lengths()).isEqualTo(lengths(1000L * commit));
      before = after;
    }
  }

  private static int end(byte[] file, int commit) {
    int end = commit % 2 * 4096;
    while (file[end] != '\n') {
      end++;
    }
    return end;
  }

  /**
   * It is open whether a commit that failed is on disk: the next one must outdo it, in its slot.
   */
  @Test
  void whatIsWrittenAfterAFailureReplacesWhatFailed() throws IOException {
    Ledger ledger = Ledger.create(file());
    ledger.write(lengths(1));
    ledger.write(lengths(2));
    byte[] good = Files.readAllBytes(file());
    Path away = temp.resolve("away");
    Files.move(file(), away);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> ledger.write(lengths(3)))
        .isInstanceOf(IOException.class);
    assertThat(ledger.last().lengths()).isEqualTo(lengths(2));
    Files.move(away, file(), StandardCopyOption.ATOMIC_MOVE);
    ledger.write(ledger.last().lengths());
    assertThat(Ledger.read(file()).lengths()).isEqualTo(lengths(2));
    // the slot of the last commit before is as it was
    byte[] now = Files.readAllBytes(file());
    assertThat(java.util.Arrays.copyOf(now, 4096)).isEqualTo(java.util.Arrays.copyOf(good, 4096));
    ledger.write(lengths(4));
    assertThat(Ledger.read(file()).lengths()).isEqualTo(lengths(4));
  }

  @Test
  void whatIsCommittedSurvivesAPowerCut() throws IOException {
    PowerCut disk = new PowerCut(temp);
    Ledger ledger = Ledger.create(disk.root().resolve("out").resolve(".lines").resolve("ledger"));
    assertThat(disk.atRisk()).isEmpty();
    ledger.write(lengths(7));
    assertThat(disk.atRisk()).isEmpty();
    assertThat(Ledger.read(ledger.file()).lengths()).isEqualTo(lengths(7));
    assertThat(ledger.last().lengths()).isEqualTo(lengths(7));
  }

  /** Of another program, or damaged with its checksum: nothing is committed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "x 0 0 0 0 0",
        "1 0 0 0 0 -5",
        "1 0 0 0 0 9223372036854775807",
        "1 0 0 0 0",
        "1 0 0 0 0 0 0",
        "",
        "1  0 0 0 0"
      })
  void whatIsNoCommitIsRefused(String said) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(said.getBytes());
    Files.writeString(file(), said + " " + sum.getValue() + "\n");
    assertThatIOException().isThrownBy(() -> Ledger.read(file()));
  }
}
