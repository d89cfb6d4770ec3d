package io.serproutes.deliver.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.items.ItemType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoredSetTest {

  private static final String NAME = "20261124T065605123Z-0a1b2c.jsonl";
  private static final String LATER = "20261125T065605123Z-0a1b2c.jsonl.gz";

  @TempDir private Path dir;

  private Path write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private void ledger(String name, long... lengths) throws IOException {
    Ledger.create(StoredSet.ledger(dir, name)).write(lengths);
  }

  private static List<String> names(List<StoredSet> sets) {
    return sets.stream().map(StoredSet::name).toList();
  }

  private StoredSet only() throws IOException {
    List<StoredSet> all = StoredSet.all(dir, problem -> {});
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static String lines(StoredSet set, LineKind kind) throws IOException {
    StringBuilder text = new StringBuilder();
    try (StoredLines lines = set.open(kind)) {
      while (lines.next()) {
        text.append(new String(lines.bytes(), UTF_8)).append('|');
      }
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource(LineKind.class)
  void aNameIsFreeThatNoFileHas(LineKind kind) throws IOException {
    assertThat(StoredSet.isFree(dir, NAME)).isTrue();
    write(StoredSet.shown(dir, kind, NAME), "x");
    assertThat(StoredSet.isFree(dir, NAME)).isFalse();
  }

  @Test
  void aNameIsNotFreeThatASetHasWhichIsWritten() throws IOException {
    ledger(NAME, 0, 0, 0, 0, 0);
    assertThat(StoredSet.isFree(dir, NAME)).isFalse();
  }

  @Test
  void setsComeInTheOrderInWhichTheyWereBegun() throws IOException {
    ledger(LATER, 0, 0, 0, 0, 0);
    write(StoredSet.shown(dir, LineKind.RECEIPTS, "20261126T065605123Z-000000.jsonl"), "x");
    write(StoredSet.shown(dir, LineKind.DEAD_LETTERS, NAME), "x");
    write(StoredSet.shown(dir, LineKind.RECEIPTS, NAME), "x");
    assertThat(names(StoredSet.all(dir, problem -> {})))
        .containsExactly(NAME, LATER, "20261126T065605123Z-000000.jsonl");
    assertThat(StoredSet.openNames(dir)).containsExactly(LATER);
    assertThat(StoredSet.all(dir, problem -> {}).get(1).begun())
        .isEqualTo(Instant.parse("2026-11-25T06:56:05.123Z"));
  }

  /** As where a person has named the file; its results count. */
  @Test
  void aSetOfAnImpossibleDateWasBegunAtTheBeginningOfTime() throws IOException {
    write(StoredSet.shown(dir, LineKind.RECEIPTS, "20261399T995605123Z-0a1b2c.jsonl"), "1\n");
    assertThat(only().begun()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void whatHasAnotherNameIsNoSet() throws IOException {
    Path receipts = dir.resolve("receipts");
    write(receipts.resolve("00000000-0000-0000-0000-000000000001.json"), "{}");
    write(receipts.resolve("20261124T065605123Z-0a1b2c.jsonl.bak"), "{}\n");
    write(receipts.resolve("2026.jsonl"), "{}\n");
    write(receipts.resolve("." + NAME + ".part"), "{}\n");
    write(dir.resolve(".lines/" + NAME), "");
    write(dir.resolve(".lines/other.commit"), "");
    assertThat(StoredSet.all(dir, problem -> {})).isEmpty();
    assertThat(StoredSet.openNames(dir)).isEmpty();
  }

  @Test
  void withoutFoldersThereAreNoSets() throws IOException {
    assertThat(StoredSet.all(dir, problem -> {})).isEmpty();
    write(dir.resolve(".lines"), "no folder");
    write(dir.resolve("receipts"), "no folder");
    assertThat(StoredSet.all(dir, problem -> {})).isEmpty();
  }

  @Test
  void aLedgerThatCannotBeReadIsToldAndHidesNoOtherSet() throws IOException {
    Path ledger = write(StoredSet.ledger(dir, NAME), "nothing\n");
    ledger(LATER, 0, 0, 0, 0, 0);
    List<String> problems = new ArrayList<>();
    assertThat(names(StoredSet.all(dir, problems::add))).containsExactly(LATER);
    assertThat(problems)
        .containsExactly(
            "the results of "
                + NAME
                + " are left out: "
                + ledger
                + ": it does not say what is committed");
  }

  @Test
  void ofASetThatIsWrittenWhatIsCommittedCounts() throws IOException {
    ledger(NAME, 0, 0, 0, 0, 4);
    Path hidden = write(StoredSet.hidden(dir, LineKind.RECEIPTS, NAME), "1\n2\n3\n");
    write(StoredSet.hidden(dir, LineKind.ORGANIC, NAME), "1\n");
    StoredSet set = only();
    assertThat(set.size(LineKind.RECEIPTS)).isEqualTo(4);
    assertThat(set.file(LineKind.RECEIPTS)).isEqualTo(hidden);
    assertThat(lines(set, LineKind.RECEIPTS)).isEqualTo("1|2|");
    assertThat(lines(set, LineKind.ORGANIC)).isEmpty();
  }

  @Test
  void aSetThatIsClosedMeanwhileIsReadAsItWas() throws IOException {
    ledger(NAME, 0, 0, 0, 0, 2);
    write(StoredSet.hidden(dir, LineKind.RECEIPTS, NAME), "1\n2\n");
    StoredSet set = only();
    Files.move(
        StoredSet.hidden(dir, LineKind.RECEIPTS, NAME),
        StoredSet.shown(dir, LineKind.RECEIPTS, NAME));
    assertThat(lines(set, LineKind.RECEIPTS)).isEqualTo("1|");
  }

  @Test
  void ofASetThatIsClosedAllCountsThatIsThere() throws IOException {
    Path shown = write(StoredSet.shown(dir, LineKind.RECEIPTS, NAME), "1\n2\n");
    StoredSet set = only();
    assertThat(set.size(LineKind.RECEIPTS)).isEqualTo(4);
    assertThat(set.file(LineKind.RECEIPTS)).isEqualTo(shown);
    assertThat(lines(set, LineKind.RECEIPTS)).isEqualTo("1|2|");
    assertThat(set.size(LineKind.PAID)).isZero();
    assertThat(lines(set, LineKind.PAID)).isEmpty();
  }

  /** A pipe would be waited for, and a link followed. */
  @Test
  void whatIsNoFileIsNotRead() throws Exception {
    Path file = StoredSet.shown(dir, LineKind.RECEIPTS, NAME);
    Files.createDirectories(file);
    assertThatIOException()
        .isThrownBy(() -> lines(only(), LineKind.RECEIPTS))
        .withMessage(file + ": it is no regular file");
  }

  @Test
  void itemsAreOfTheKindOfTheirType() {
    assertThat(LineKind.of(ItemType.PAID)).isEqualTo(LineKind.PAID);
    assertThat(LineKind.DEAD_LETTERS).hasToString("dead-letters");
  }
}
