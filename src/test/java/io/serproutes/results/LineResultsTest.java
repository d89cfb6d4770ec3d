package io.serproutes.results;

import static io.serproutes.deliver.lines.LinesUnderTest.delivered;
import static io.serproutes.deliver.lines.LinesUnderTest.givenUp;
import static io.serproutes.deliver.lines.LinesUnderTest.noId;
import static io.serproutes.fetch.TestTasks.id;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.deliver.DeadLetterFiles;
import io.serproutes.deliver.DeadLetterList;
import io.serproutes.deliver.OutcomeFiles;
import io.serproutes.deliver.lines.LineFiles;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.deliver.lines.LinesUnderTest;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.TaskId;
import io.serproutes.results.Export.Counts;
import io.serproutes.results.Export.Format;
import io.serproutes.results.Export.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything that reads results, from files of lines: open ones, closed ones and both layouts. */
class LineResultsTest {

  @TempDir private Path dir;

  private final List<String> problems = new ArrayList<>();
  private LinesUnderTest folder;
  @AutoClose private LineFiles files;
  private Counts counts;

  @BeforeEach
  void open() {
    folder = new LinesUnderTest(dir.resolve("out"));
    folder.key("serp.replay.reasons", "rejected,invalid-id").key("serp.to", "files");
    files = folder.open();
  }

  private static void tick() {
    long now = System.currentTimeMillis();
    while (System.currentTimeMillis() <= now) {
      Thread.onSpinWait();
    }
  }

  private String export(LineKind type, Format format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Request request = new Request(type, format, null, ',', true);
    counts = new Export(folder.settings()).write(request, out, problems::add);
    return out.toString(UTF_8);
  }

  private List<String> idsOf(LineKind type) throws IOException {
    return export(type, Format.JSONL)
        .lines()
        .map(LinesUnderTest::json)
        .map(json -> json.path("task_id").asText(json.at("/task/id").asText()))
        .toList();
  }

  private IdStatus find(long number) {
    return new IdLookup(folder.settings())
        .find(List.of(id(number)), Duration.ofSeconds(1), problems::add)
        .get(0);
  }

  private List<String> openLetters() throws IOException {
    List<String> ids = new ArrayList<>();
    new DeadLetterList(folder.settings())
        .forEach(letter -> ids.add(letter.path("task_id").asText("none")));
    return ids;
  }

  @Test
  void whatIsCommittedIsReadBeforeAndAfterItIsClosed() throws IOException {
    folder.publish(files, delivered(1, 3), givenUp(2));
    folder.publish(files, delivered(3, 1));
    for (String state : new String[] {"open", "torn", "closed"}) {
      if (state.equals("torn")) {
        try (Stream<Path> all = Files.walk(folder.dir())) {
          for (Path part :
              (Iterable<Path>) all.filter(f -> f.toString().endsWith(".part"))::iterator) {
            Files.writeString(
                part, "{\"task_id\":\"" + id(9) + "\"}\n{", StandardOpenOption.APPEND);
          }
        }
      } else if (state.equals("closed")) {
        files.close();
      }
      assertThat(idsOf(LineKind.ORGANIC))
          .as(state)
          .containsExactly(id(1).value(), id(1).value(), id(1).value(), id(3).value());
      assertThat(counts.ids()).isEqualTo(2);
      assertThat(idsOf(LineKind.RECEIPTS))
          .containsExactly(id(1).value(), id(2).value(), id(3).value());
      assertThat(export(LineKind.OTHER, Format.CSV).lines()).hasSize(3);
      assertThat(find(3).outcome()).isEqualTo("delivered");
      assertThat(find(2).outcome()).isEqualTo("dead-lettered");
      assertThat(find(2).deadLetter().text("reason")).isEqualTo("rejected");
      assertThat(find(3).receipt().place()).contains("receipts/").endsWith(":3");
      assertThat(find(9).isKnown()).isFalse();
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void theLaterReceiptOfAnIdHolds() throws IOException {
    folder.key("serp.files.lines.compress", "gzip");
    files.close();
    files = folder.open();
    folder.publish(files, delivered(1, 3), delivered(2, 1));
    files.finish();
    tick();
    folder.publish(files, delivered(1, 5), delivered(4, 1));
    folder.publish(files, givenUp(4)); // a failed delivery after a good one
    assertThat(idsOf(LineKind.RECEIPTS))
        .containsExactlyInAnyOrder(id(1).value(), id(2).value(), id(4).value());
    assertThat(idsOf(LineKind.ORGANIC)).hasSize(5 + 1).contains(id(1).value(), id(2).value());
    assertThat(find(1).receipt().count("organic")).isEqualTo(5);
    assertThat(problems).isEmpty();
  }

  /** Whatever the times of the files, which a copy may not keep. */
  @Test
  void ofTwoLayoutsTheLaterDeliveryHolds() throws IOException {
    Delivered flat = new Delivered(folder.dir());
    flat.deliver(id(1), "{\"type\":\"organic\",\"in\":\"flat\"}");
    flat.deliver(id(2), "{\"type\":\"organic\",\"in\":\"flat\"}");
    Files.setLastModifiedTime(
        folder.dir().resolve("receipts/" + id(1) + ".json"),
        FileTime.from(Instant.now().plusSeconds(60)));
    tick();
    folder.publish(files, delivered(1, 2), delivered(3, 1), delivered(4, 1));
    tick();
    flat.deliver(id(4), "{\"type\":\"organic\",\"in\":\"flat\"}");
    Files.setLastModifiedTime(
        folder.dir().resolve("receipts/" + id(4) + ".json"),
        FileTime.from(Instant.now().minusSeconds(60)));
    List<JsonNode> items =
        export(LineKind.ORGANIC, Format.JSONL).lines().map(LinesUnderTest::json).toList();
    Map<String, Integer> inFlat = new HashMap<>();
    Map<String, Integer> inLines = new HashMap<>();
    items.forEach(
        item ->
            (item.has("in") ? inFlat : inLines)
                .merge(item.at("/task/id").asText(), 1, Integer::sum));
    assertThat(inFlat).isEqualTo(Map.of(id(2).value(), 1, id(4).value(), 1));
    assertThat(inLines).isEqualTo(Map.of(id(1).value(), 2, id(3).value(), 1));
    assertThat(problems).isEmpty();
  }

  /** Such as by a copied route file. */
  @Test
  void aTypeThatIsLeftOutIsToldAndNoOtherIdIsTouched() throws IOException {
    folder.publish(files, delivered(1, 1), delivered(2, 2));
    files.close();
    Path organic = folder.shown("organic").get(0);
    List<String> lines = Files.readAllLines(organic);
    Files.write(organic, lines.subList(1, 3));
    assertThat(idsOf(LineKind.ORGANIC)).containsExactly(id(2).value(), id(2).value());
    assertThat(problems).singleElement().asString().contains("has no items of " + id(1));
  }

  @Test
  void aLetterIsReplayedOnceALaterReceiptIsThere() throws IOException {
    folder.publish(files, givenUp(1), givenUp(2), delivered(3, 1), noId("no id"));
    assertThat(openLetters()).containsExactlyInAnyOrder(id(1).value(), id(2).value(), "none");
    assertThat(replayed()).containsExactly(id(1).value(), id(2).value());
    tick();
    folder.publish(files, delivered(1, 1), givenUp(2));
    files.finish();
    assertThat(openLetters()).containsExactlyInAnyOrder(id(2).value(), "none");
    assertThat(replayed()).containsExactly(id(2).value());
    assertThat(new DeadLetterList(folder.settings()).newest(1, Instant.now().plusSeconds(1)))
        .singleElement()
        .satisfies(letter -> assertThat(letter.path("task_id").asText()).isEqualTo(id(2).value()));
    tick();
    new Delivered(folder.dir()).deliver(id(2), "{\"type\":\"organic\"}"); // as a file of its own
    assertThat(openLetters()).containsExactly("none");
  }

  /** Such as after a change of the layout: letters in files are replayed before those on lines. */
  @Test
  void whatIsGivenUpInTheSameRunIsNotReplayed() throws IOException {
    Delivered flat = new Delivered(folder.dir());
    flat.end(id(1), TestTasks.body(id(1), 40501, "null", "null"));
    folder.publish(files, givenUp(2));
    tick();
    Iterator<Delivery> letters = new DeadLetterFiles(folder.settings(), new Intake()).ids();
    assertThat(letters.next().text()).isEqualTo(id(1).value());
    tick();
    folder.publish(files, givenUp(1));
    assertThat(letters).toIterable().extracting(Delivery::text).containsExactly(id(2).value());
  }

  private List<String> replayed() {
    List<String> ids = new ArrayList<>();
    DeadLetterFiles letters = new DeadLetterFiles(folder.settings(), new Intake());
    List<Delivery> all = new ArrayList<>();
    letters.ids().forEachRemaining(all::add);
    assertThat(letters.isFinished()).isEqualTo(all.isEmpty());
    for (Delivery delivery : all) {
      ids.add(delivery.text());
      delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(letters.isFinished()).isTrue();
    return ids;
  }

  @Test
  void reconcileSeesEveryReceipt() throws IOException {
    folder.publish(files, delivered(1, 1), givenUp(2));
    files.finish();
    folder.publish(files, delivered(3, 1));
    Map<TaskId, String> seen = new HashMap<>();
    new OutcomeFiles(folder.settings())
        .forEachLine((id, outcome) -> seen.put(id, outcome.outcome()));
    assertThat(seen)
        .isEqualTo(Map.of(id(1), "delivered", id(2), "dead-lettered", id(3), "delivered"));
  }

  /** Torn, or zeros that a disk has left. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void aReceiptThatIsDamagedHidesNoOther(Format format) throws IOException {
    folder.publish(files, delivered(1, 2), delivered(2, 3), delivered(3, 1));
    folder.publish(files, givenUp(4), delivered(5, 2), delivered(6, 1));
    files.close();
    Path receipts = folder.shown("receipts").get(0);
    List<String> lines = new ArrayList<>(Files.readAllLines(receipts));
    lines.set(1, lines.get(1).substring(0, 70));
    lines.set(2, "\0".repeat(100));
    lines.set(3, "\0");
    Files.write(receipts, lines);
    assertThat(export(LineKind.ORGANIC, format))
        .contains(id(1).value(), id(5).value(), id(6).value())
        .doesNotContain(id(2).value(), id(3).value());
    assertThat(counts).extracting(Counts::ids, Counts::lines).containsExactly(3L, 5L);
    assertThat(problems).hasSize(3).allMatch(line -> line.endsWith(" is no receipt"));
    assertThat(export(LineKind.RECEIPTS, format)).contains(id(1).value(), id(5).value());
    assertThat(counts.ids()).isEqualTo(3);
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void anItemThatIsDamagedHidesNoOther(Format format) throws IOException {
    folder.publish(files, delivered(1, 2), delivered(2, 2), delivered(3, 2));
    files.close();
    Path organic = folder.shown("organic").get(0);
    List<String> all = Files.readAllLines(organic);
    for (int at : new int[] {2, 3}) {
      List<String> lines = new ArrayList<>(all);
      lines.set(at, "\0".repeat(100));
      Files.write(organic, lines);
      problems.clear();
      assertThat(export(LineKind.ORGANIC, format))
          .contains(id(1).value(), id(3).value())
          .doesNotContain(id(2).value());
      assertThat(problems).singleElement().asString().contains("has no item on line " + (at + 1));
      lines.remove(at);
      Files.write(organic, lines);
      problems.clear();
      export(LineKind.ORGANIC, format);
      assertThat(counts).extracting(Counts::ids, Counts::lines).containsExactly(2L, 4L);
      assertThat(problems).singleElement().asString().contains("has fewer items of " + id(2));
    }
  }

  /** Its first items are more than is held in memory. */
  @Test
  void whatWasWrittenOfAnIdBeforeItsDamageIsTold() throws IOException {
    folder.publish(files, delivered(1, 3), delivered(2, 1));
    files.close();
    Path organic = folder.shown("organic").get(0);
    List<String> lines = new ArrayList<>(Files.readAllLines(organic));
    for (int at : new int[] {0, 1}) {
      lines.set(at, lines.get(at).replace("\"organic\"", "\"" + "x".repeat(700_000) + "\""));
    }
    lines.set(2, "\0".repeat(100));
    Files.write(organic, lines);
    assertThat(idsOf(LineKind.ORGANIC))
        .containsExactly(id(1).value(), id(1).value(), id(2).value());
    assertThat(problems)
        .singleElement()
        .asString()
        .endsWith(" has no item on line 3; its id is written in part");
  }

  @Test
  void aRowIsMadeOfAWholeItemAlone() throws IOException {
    folder.publish(files, delivered(1, 1), delivered(2, 1));
    files.close();
    Path organic = folder.shown("organic").get(0);
    List<String> lines = new ArrayList<>(Files.readAllLines(organic));
    lines.set(0, "{" + lines.get(0));
    Files.write(organic, lines);
    assertThat(export(LineKind.ORGANIC, Format.CSV)).contains(id(2).value());
    assertThat(counts.ids()).isOne();
    assertThat(problems).singleElement().asString().contains("has no JSON on line 1");
  }

  @Test
  void aLineThatIsDamagedHidesNoOtherOfItsId() throws IOException {
    folder.publish(files, delivered(1, 1));
    folder.publish(files, delivered(1, 3), delivered(2, 1));
    files.close();
    Path receipts = folder.shown("receipts").get(0);
    List<String> lines = new ArrayList<>(Files.readAllLines(receipts));
    lines.set(0, lines.get(0).substring(0, 70));
    Files.write(receipts, lines);
    assertThat(find(1).receipt().count("organic")).isEqualTo(3);
    assertThat(problems).singleElement().asString().contains(".jsonl:1 is ignored: ");
  }

  @Test
  void aFileThatIsBrokenHidesNoOther() throws IOException {
    folder.key("serp.files.lines.compress", "gzip");
    files.close();
    files = folder.open();
    folder.publish(files, delivered(1, 1));
    files.finish();
    folder.publish(files, delivered(2, 1));
    files.finish();
    Path first = folder.shown("receipts").get(0);
    byte[] bytes = Files.readAllBytes(first);
    Files.write(first, Arrays.copyOf(bytes, bytes.length / 2));
    assertThat(idsOf(LineKind.RECEIPTS)).containsExactly(id(2).value());
    assertThat(problems).isNotEmpty().allMatch(line -> line.contains(first.getFileName() + ""));
    assertThat(find(2).outcome()).isEqualTo("delivered");
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void anIdWhoseItemsBreakOffIsLeftOut(Format format) throws IOException {
    folder.publish(files, delivered(1, 1), delivered(2, 3));
    files.close();
    Path organic = folder.shown("organic").get(0);
    List<String> lines = Files.readAllLines(organic);
    Files.write(organic, lines.subList(0, 3));
    assertThat(export(LineKind.ORGANIC, format))
        .contains(id(1).value())
        .doesNotContain(id(2).value());
    assertThat(counts).extracting(Counts::ids, Counts::lines).containsExactly(1L, 1L);
    assertThat(problems).singleElement().asString().contains("ends within the items of " + id(2));
  }

  @Test
  void anIdWithAnItemThatIsTooLargeForARowIsLeftOut() throws IOException {
    folder.publish(files, delivered(1, 2), delivered(2, 1));
    files.close();
    Path organic = folder.shown("organic").get(0);
    List<String> lines = new ArrayList<>(Files.readAllLines(organic));
    lines.set(1, lines.get(1).replace("\"organic\"", "\"" + "x".repeat(2 << 20) + "\""));
    Files.write(organic, lines);
    assertThat(export(LineKind.ORGANIC, Format.CSV).lines())
        .hasSize(2)
        .last()
        .asString()
        .contains(id(2).value());
    assertThat(problems).singleElement().asString().contains("too large for a row");
    assertThat(export(LineKind.ORGANIC, Format.JSONL).lines()).containsExactlyElementsOf(lines);
  }

  /** A half item cannot be left out any more once its beginning is written. */
  @Test
  void anItemThatBreaksOffWithinALongLineEndsTheExport() throws IOException {
    folder.publish(files, delivered(1, 1));
    files.close();
    Path organic = folder.shown("organic").get(0);
    Files.writeString(organic, "{\"type\":\"organic\",\"title\":\"" + "x".repeat(2 << 20));
    assertThatIOException()
        .isThrownBy(() -> export(LineKind.ORGANIC, Format.JSONL))
        .withMessageContaining("ends within a line");
  }
}
