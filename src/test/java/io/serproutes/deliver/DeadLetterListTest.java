package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadLetterListTest {

  private static final String ID = "10171324-1535-0066-0000-000000000001";

  @TempDir private Path dir;

  /** Input that is no id is replayed from a file of its own, which then goes; a line stays. */
  @Test
  void onLinesOnlyLettersWithAnIdCanBeReplayed() throws IOException {
    Path folder = Files.createDirectories(dir.resolve("dead-letters"));
    String time = "\"failed_at\":\"2026-11-26T00:00:00Z\"}\n";
    String noId = "{\"input\":\"nonsense\",\"reason\":\"invalid-id\"," + time;
    Files.writeString(
        folder.resolve("20261126T000000000Z-abcdef.jsonl"),
        noId + "{\"task_id\":\"" + ID + "\",\"reason\":\"not-ready\"," + time);
    Files.writeString(folder.resolve("20261126T000000000Z-ids.txt-line-5.json"), noId);
    DeadLetterList letters =
        new DeadLetterList(new Settings(Map.of("serp.files.dir", dir.toString())::get));
    List<JsonNode> all = new ArrayList<>();
    letters.forEach(all::add);
    assertThat(all).hasSize(3);
    List<JsonNode> toReplay = new ArrayList<>();
    letters.forEachToReplay(toReplay::add, problem -> fail(problem));
    assertThat(toReplay)
        .extracting(letter -> letter.path("reason").asText())
        .containsExactlyInAnyOrder("invalid-id", "not-ready");
  }

  private DeadLetterList list() {
    return new DeadLetterList(new Settings(Map.of("serp.files.dir", dir.toString())::get));
  }

  private void letter(String name, String content, Instant written) throws IOException {
    Path file = Files.createDirectories(dir.resolve("dead-letters")).resolve(name + ".json");
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.from(written));
  }

  @Test
  void theNewestOfAPageComeFirst() throws IOException {
    Instant time = Instant.parse("2026-11-26T00:00:00Z");
    for (int i : new int[] {3, 1, 5, 2, 4}) {
      letter("a" + i, "{\"input\":\"" + i + "\"}", time.plusSeconds(i));
    }
    assertThat(list().newest(3, time.plusSeconds(9)))
        .extracting(Receipts::inputOf)
        .containsExactly("5", "4", "3");
    assertThat(list().newest(3, time.plusSeconds(3)))
        .as("before those of the page before")
        .extracting(Receipts::inputOf)
        .containsExactly("2", "1");
  }

  /** Hundreds are held for the page, and an answer may have 64 KiB. */
  @Test
  void whatTheApiAnsweredIsNotHeld() throws IOException {
    String letter = "{\"task_id\":\"" + ID + "\",\"response\":\"<html>\"}";
    letter("a", letter, Instant.EPOCH);
    Files.writeString(dir.resolve("dead-letters/20261126T000000000Z-abcdef.jsonl"), letter + "\n");
    assertThat(list().newest(9, Instant.now()))
        .hasSize(2)
        .allSatisfy(
            one -> {
              assertThat(Receipts.inputOf(one)).isEqualTo(ID);
              assertThat(one.has("response")).isFalse();
            });
  }

  @Test
  void whatIsNoLetterIsLeftOut() throws IOException {
    Instant time = Instant.parse("2026-11-26T00:00:00Z");
    letter("a", "{\"task_id\":", time);
    letter("b", "[]", time);
    letter("c", "{\"input\":\"c\"}", time);
    List<JsonNode> all = new ArrayList<>();
    list().forEach(all::add);
    assertThat(all).extracting(Receipts::inputOf).containsExactly("c");
    assertThat(list().newest(9, Instant.now())).extracting(Receipts::inputOf).containsExactly("c");
  }

  @Test
  void aLetterThatMayBeToReplayAndCannotBeReadIsTold() throws IOException {
    letter("a", "{\"task_id\":", Instant.now());
    Path link = dir.resolve("dead-letters/b.json");
    Files.createSymbolicLink(link, dir.resolve("nowhere"));
    letter("c", "{\"input\":\"c\"}", Instant.now());
    List<JsonNode> all = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    list().forEachToReplay(all::add, problems::add);
    assertThat(all).extracting(Receipts::inputOf).containsExactly("c");
    assertThat(problems)
        .containsExactlyInAnyOrder(
            dir.resolve("dead-letters/a.json") + " is left out: it holds no JSON",
            link + " is passed over: it is no regular file");
  }

  /** Neither a list nor "all of a reason" is taken for whole; the page shows the others. */
  @Test
  void linesThatCannotBeReadAreToldAfterTheOthers() throws IOException {
    letter("a", "{\"input\":\"a\"}", Instant.parse("2026-11-26T00:00:00Z"));
    Path lines = dir.resolve("dead-letters/20261126T000000000Z-abcdef.jsonl");
    Files.writeString(lines, "{\"task_id\":\"" + ID);
    List<JsonNode> all = new ArrayList<>();
    assertThatIOException()
        .isThrownBy(() -> list().forEachToReplay(all::add, problem -> fail(problem)))
        .withMessage(lines + " is read in part: it ends within a line");
    assertThat(all).extracting(Receipts::inputOf).containsExactly("a");
    assertThat(list().newest(9, Instant.now())).extracting(Receipts::inputOf).containsExactly("a");
  }
}
