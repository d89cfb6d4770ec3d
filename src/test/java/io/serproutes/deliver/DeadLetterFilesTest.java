package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.serproutes.Settings;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterFilesTest {

  @TempDir private Path dir;
  private Path folder;
  private final Intake intake = new Intake();
  private final Map<String, String> values = new HashMap<>();

  @BeforeEach
  void open() throws IOException {
    folder = Files.createDirectories(dir.resolve("dead-letters"));
    values.put("serp.files.dir", dir.toString());
  }

  private DeadLetterFiles letters() {
    return new DeadLetterFiles(new Settings(values::get), intake);
  }

  private static String id(int number) {
    return TestTasks.id(number).value();
  }

  private Path letter(Path in, int number, String reason) throws IOException {
    String json = "{\"task_id\":\"%s\",\"reason\":\"%s\",\"attempts\":6}";
    return write(in.resolve(id(number) + ".json"), json.formatted(id(number), reason));
  }

  private static Path write(Path file, String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(100)));
  }

  private static List<Delivery> all(DeadLetterFiles letters) throws IOException {
    List<Delivery> all = new ArrayList<>();
    letters.ids().forEachRemaining(all::add);
    return all;
  }

  @Test
  void lettersOfTheReasonsThatMayPassAreReplayed() throws IOException {
    letter(folder, 1, "retries-exhausted");
    letter(folder, 2, "not-found");
    letter(folder, 3, "not-ready");
    letter(folder, 4, "unreadable");
    letter(folder, 5, "rejected");
    assertThat(all(letters()))
        .extracting(Delivery::text)
        .containsExactlyInAnyOrder(id(1), id(3), id(4));
  }

  @Test
  void otherReasonsCanBeNamed() throws IOException {
    letter(folder, 1, "retries-exhausted");
    letter(folder, 2, "not-found");
    values.put("serp.replay.reasons", "not-found, expired");
    assertThat(all(letters())).extracting(Delivery::text).containsExactly(id(2));
    values.put("serp.replay.reasons", "not-found,bad-luck");
    assertThatIllegalArgumentException()
        .isThrownBy(this::letters)
        .withMessageContaining("serp.replay.reasons");
  }

  @Test
  void aReplayIsANewDelivery() throws IOException {
    letter(folder, 1, "not-ready");
    Delivery delivery = all(letters()).get(0);
    assertThat(delivery.source().label()).isEqualTo("dead-letters:" + id(1) + ".json:1");
    assertThat(delivery.history()).as("attempts and deadline count anew").isNull();
    assertThat(delivery.isParkedBefore()).isFalse();
  }

  @Test
  void lettersLiedOutByDayAreFoundToo() throws IOException {
    letter(folder.resolve("0000"), 1, "unreadable");
    letter(folder.resolve("0317"), 2, "unreadable");
    letter(folder, 3, "unreadable");
    assertThat(all(letters()))
        .extracting(Delivery::text)
        .containsExactlyInAnyOrder(id(1), id(2), id(3));
  }

  @Test
  void inputThatIsNoIdIsReplayedWhereItsReasonIsNamed() throws IOException {
    write(
        folder.resolve("20261124T065605123Z-ids.txt-line-17.json"),
        "{\"input\":\"no id\",\"reason\":\"invalid-id\"}");
    values.put("serp.replay.reasons", "invalid-id");
    assertThat(all(letters())).extracting(Delivery::text).containsExactly("no id");
  }

  @Test
  void whatIsNoLetterStays() throws IOException {
    write(folder.resolve("broken.json"), "{\"task_id\":");
    write(folder.resolve("empty.json"), "");
    write(folder.resolve("array.json"), "[]");
    write(folder.resolve("." + id(1) + ".json.7.tmp"), "{\"reason\":\"unreadable\"}");
    write(folder.resolve("." + id(2) + ".json"), "{\"reason\":\"unreadable\"}");
    write(folder.resolve("readme.txt"), "x");
    assertThat(all(letters())).isEmpty();
    try (var names = Files.list(folder)) {
      assertThat(names).hasSize(6);
    }
  }

  @Test
  void lettersThatComeLaterAreLeftForTheNextStart() throws IOException {
    letter(folder, 1, "unreadable");
    Iterator<Delivery> ids = letters().ids();
    Files.setLastModifiedTime(letter(folder, 2, "unreadable"), FileTime.from(Instant.now()));
    assertThat(ids.next().text()).isEqualTo(id(1));
    assertThat(ids.hasNext()).isFalse();
  }

  /** The clock was ahead when they were written. */
  @Test
  void lettersOfTheFutureAreReplayed() throws IOException {
    Path future = letter(folder, 1, "unreadable");
    Files.setLastModifiedTime(future, FileTime.from(Instant.now().plusSeconds(100_000)));
    Delivery delivery = all(letters()).get(0);
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(future).doesNotExist();
  }

  /** More than may be in work at once, in one folder of a day. */
  @Test
  void lettersAreTakenOneByOne() throws IOException {
    int all = 1200;
    for (int i = 0; i < all; i++) {
      letter(folder.resolve("0000"), i, "unreadable");
    }
    DeadLetterFiles letters = letters();
    int[] taken = {0};
    letters
        .ids()
        .forEachRemaining(
            delivery -> {
              taken[0]++;
              assertThat(intake.inWork()).isOne();
              delivery.settlement().settled(Delivery.Outcome.DELIVERED);
            });
    assertThat(taken[0]).isEqualTo(all);
    assertThat(letters.isFinished()).isTrue();
  }

  @Test
  void aFolderThatCannotBeListedEndsTheReplay() throws IOException {
    Files.delete(folder);
    Files.createFile(folder);
    DeadLetterFiles letters = letters();
    assertThat(all(letters)).isEmpty();
    assertThat(letters.isFinished()).isTrue();
  }

  @Test
  void whatIsNoFileOrTooLongIsPassedOver() throws Exception {
    Path pipe = folder.resolve(id(1) + ".json");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    write(folder.resolve(id(2) + ".json"), " ".repeat(2 << 20) + "{}");
    Files.createDirectories(folder.resolve(id(3) + ".json"));
    letter(folder, 4, "unreadable");
    assertThat(all(letters())).extracting(Delivery::text).containsExactly(id(4));
  }

  @Test
  void aStopEndsTheReplay() throws Exception {
    letter(folder, 1, "unreadable");
    DeadLetterFiles letters = letters();
    intake.stop();
    assertThat(letters.ids().hasNext()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
    intake.start();
    assertThat(all(letters())).hasSize(1);
  }

  @Test
  void aLetterGoesWhenItsIdHasEnded() throws IOException {
    Path ended = letter(folder, 1, "unreadable");
    Path kept = letter(folder, 2, "unreadable");
    for (Delivery delivery : all(letters())) {
      boolean ends = delivery.text().equals(id(1));
      delivery.settlement().settled(ends ? Delivery.Outcome.PARKED : Delivery.Outcome.KEPT);
    }
    assertThat(ended).doesNotExist();
    assertThat(kept).exists();
  }

  @Test
  void aLetterThatTheIdEarnedAnewStays() throws IOException {
    Path letter = letter(folder, 1, "unreadable");
    Delivery delivery = all(letters()).get(0);
    Files.writeString(letter, "{\"new\":1}");
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(letter).hasContent("{\"new\":1}");
  }

  @Test
  void aLetterThatTheDeliveryRemovedDoesNoHarm() throws IOException {
    Path letter = letter(folder, 1, "unreadable");
    Delivery delivery = all(letters()).get(0);
    Files.delete(letter);
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(intake.inWork()).isZero();
  }

  @Test
  void theReplayIsOverWhenAllAreReadAndEnded() throws IOException {
    letter(folder, 1, "unreadable");
    letter(folder, 2, "unreadable");
    DeadLetterFiles letters = letters();
    Iterator<Delivery> ids = letters.ids();
    ids.next().settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(letters.isFinished()).isFalse();
    Delivery second = ids.next();
    assertThat(letters.isFinished()).isFalse();
    assertThat(ids.hasNext()).isFalse();
    assertThat(letters.isFinished()).isFalse();
    second.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(letters.isFinished()).isTrue();
  }

  @Test
  void aLetterOnALineStays() throws IOException {
    Path lines =
        write(
            folder.resolve("20261126T000000000Z-abcdef.jsonl"),
            "{\"task_id\":\"%s\",\"reason\":\"unreadable\"}\n".formatted(id(1)));
    DeadLetterFiles letters = letters();
    List<Delivery> all = all(letters);
    assertThat(all)
        .extracting(delivery -> delivery.source().label())
        .containsExactly("dead-letters:20261126T000000000Z-abcdef.jsonl:1");
    all.get(0).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(lines).exists();
    assertThat(letters.isFinished()).isTrue();
  }

  /** Else the command would end as if all of them had been asked for. */
  @Test
  void linesThatCannotBeReadMakeTheReplayIncomplete() throws IOException {
    letter(folder, 1, "unreadable");
    DeadLetterFiles whole = letters();
    assertThat(all(whole)).hasSize(1);
    assertThat(whole.isIncomplete()).isFalse();
    write(folder.resolve("20261126T000000000Z-abcdef.jsonl"), "{\"task_id\":\"" + id(2));
    DeadLetterFiles letters = letters();
    assertThat(all(letters)).extracting(Delivery::text).containsExactly(id(1));
    assertThat(letters.isIncomplete()).isTrue();
  }

  @Test
  void aLetterThatCannotBeRemovedIsOverAllTheSame() throws IOException {
    Path letter = letter(folder, 1, "unreadable");
    FileTime written = Files.getLastModifiedTime(letter);
    DeadLetterFiles letters = letters();
    Delivery delivery = all(letters).get(0);
    Files.delete(letter);
    Files.createDirectories(letter.resolve("full"));
    Files.setLastModifiedTime(letter, written);
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(letter).exists();
    assertThat(letters.isFinished()).isTrue();
  }

  @Test
  void noFolderIsNoLetters() throws IOException {
    Files.delete(folder);
    DeadLetterFiles letters = letters();
    assertThat(all(letters)).isEmpty();
    assertThat(letters.isFinished()).isTrue();
  }

  @Test
  void lettersThatComeAndGoMeanwhileDoNotEndTheReplay() throws Exception {
    int many = 300;
    for (int i = 0; i < many; i++) {
      letter(folder, i, "unreadable");
    }
    DurableFiles durable = new DurableFiles();
    List<Delivery> taken = new ArrayList<>();
    for (Iterator<Delivery> ids = letters().ids(); ids.hasNext(); ) {
      Delivery delivery = ids.next();
      delivery.settlement().outOfLine();
      taken.add(delivery);
      // others are delivered, and new letters are written under a hidden name and renamed
      for (int i = 0; i < many; i += 2) {
        if (taken.size() == 1 && !id(i).equals(delivery.text())) {
          Files.delete(folder.resolve(id(i) + ".json"));
          durable.write(folder.resolve(id(many + i) + ".json"), new byte[] {'{', '}'});
        }
      }
    }
    assertThat(taken).hasSizeGreaterThanOrEqualTo(many / 2);
  }
}
