package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineIdsTest {

  private static final String A = TaskId.of(1, 10).value();
  private static final String B = TaskId.of(1, 11).value();
  private final Intake intake = new Intake();

  private CommandLineIds ids(String value) {
    return new CommandLineIds(new Settings(Map.of("serp.ids", value)::get), intake);
  }

  @Test
  void everyIdIsTakenOnceInOrder() {
    CommandLineIds ids = ids(A + ", bad," + B + ",," + A.toUpperCase(Locale.ROOT) + ",bad");
    List<Delivery> taken = new ArrayList<>();
    ids.ids().forEachRemaining(taken::add);
    assertThat(taken).extracting(Delivery::text).containsExactly(A, "bad", B);
    assertThat(taken).extracting(d -> d.source().label()).containsOnly("command-line");

    assertThat(ids.isFinished()).isFalse();
    taken.forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    assertThat(ids.isFinished()).isTrue();
  }

  @TempDir private Path folder;

  private CommandLineIds fetch(String... arguments) {
    Map<String, String> keys = Map.of(Settings.ARGUMENTS, String.join("\0", arguments));
    return new CommandLineIds(new Settings(keys::get), intake);
  }

  @Test
  void aFileIsReadOnlyAsFarAsItsIdsAreTaken() throws IOException {
    int count = 200_000;
    Path file = folder.resolve("ids.txt");
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (int n = 0; n < count; n++) {
        lines.write(TaskId.of(n + 1, 1) + "\n");
      }
    }
    CommandLineIds ids = fetch(file.toString());
    Iterator<Delivery> all = ids.ids();
    for (int n = 0; n < 500; n++) {
      all.next().settlement().outOfLine();
    }
    assertThat(ids.left()).isBetween((long) count / 2, 2L * count);
    assertThat(ids.isEndKnown()).isTrue();
    assertThat(ids.isFinished()).isFalse();

    Files.writeString(file, "", StandardOpenOption.TRUNCATE_EXISTING);
    int more = 0;
    for (; all.hasNext(); more++) {
      all.next().settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(more).isLessThan(5_000);
  }

  @Test
  void aFileThatIsGoneWhenItIsItsTurnHoldsUpNoOther() throws IOException {
    Path gone = folder.resolve("gone.txt");
    Path last = Files.writeString(folder.resolve("last.txt"), B);
    CommandLineIds ids = fetch(A, gone.toString(), last.toString());
    List<Delivery> taken = new ArrayList<>();
    ids.ids().forEachRemaining(taken::add);
    assertThat(taken).extracting(Delivery::text).containsExactly(A, B);
    assertThat(ids.broken()).isEqualTo(1);
    taken.forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    assertThat(ids.isFinished()).isTrue();
  }

  @Test
  void anIdIsFetchedOnceWhateverHoldsIt() throws IOException {
    Path one = Files.writeString(folder.resolve("one.txt"), A + "\n" + B + "\n" + A);
    Path two = Files.writeString(folder.resolve("two.csv"), "id\n" + B + "\n");
    CommandLineIds ids = fetch(A, one.toString(), two.toString(), one.toString());
    List<Delivery> taken = new ArrayList<>();
    ids.ids().forEachRemaining(taken::add);
    assertThat(taken).extracting(Delivery::text).containsExactly(A, B);
    assertThat(taken)
        .extracting(d -> d.source().label())
        .containsExactly("command-line", "file:one.txt:2");
    assertThat(ids.broken()).isZero();
  }

  @Test
  void whenTheProgramStopsTheRestIsNotTaken() {
    CommandLineIds given = ids(A + "," + B);
    Iterator<Delivery> ids = given.ids();
    ids.next();
    intake.stop();
    assertThat(ids.hasNext()).isFalse();
    assertThat(given.isFinished()).isFalse();
    assertThat(given.left()).isEqualTo(2);
  }

  @Test
  void theIdOfAFileThatWaitsForRoomWhenTheProgramStopsIsNotFetched() throws IOException {
    CommandLineIds ids = fetch(Files.writeString(folder.resolve("ids.txt"), A).toString());
    intake.stop();
    assertThat(ids.ids().hasNext()).isFalse();
    assertThat(ids.isFinished()).isFalse();
    assertThat(ids.notFetched()).isOne();
  }
}
