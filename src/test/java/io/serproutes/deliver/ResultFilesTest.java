package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Settings;
import io.serproutes.TinyDisk;
import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.fetch.Reason;
import io.serproutes.fetch.StoppingException;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import io.serproutes.items.ItemRecord;
import io.serproutes.items.ItemType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFilesTest {

  private static final TaskId ID = TaskId.parse("03171324-0696-0066-0000-d4f3b5bc1ba2");
  private static final byte[] RECEIPT = "{\"receipt\":1}".getBytes(UTF_8);
  private static final byte[] LETTER = "{\"letter\":1}".getBytes(UTF_8);
  private static final String ALL =
      "{\"type\":\"organic\",\"n\":1},{\"type\":\"paid\"},{\"type\":\"images\"}";

  @TempDir private Path dir;
  private ResultFiles files;

  @BeforeEach
  void open() {
    files = open(dir, "flat");
  }

  private static ResultFiles open(Path dir, String layout) {
    return new ResultFiles(
        new Settings(Map.of("serp.files.dir", dir.toString(), "serp.files.layout", layout)::get));
  }

  private static Task answered(String items) {
    String result = "[{\"items\":[" + items + "]}]";
    return TestTasks.answer(TestTasks.fresh(ID), 200, TestTasks.body(ID, 20000, "{}", result));
  }

  private static Task givenUp() {
    return TestTasks.answer(TestTasks.fresh(ID), 200, TestTasks.body(ID, 40401, "{}", "null"));
  }

  private void writeItems(Task task)
      throws IOException, OutputUnavailableException, StoppingException {
    for (ItemBatch batch : ItemBatch.byType(ID, task.getAnswer(), task.getFound())) {
      files.items(task, batch);
    }
  }

  private void publish(Task task, byte[] receipt)
      throws OutputUnavailableException, StoppingException {
    StagedFiles publication = files.stage(task, receipt);
    assertThat(end(publication)).containsOnlyNulls();
  }

  /** How publications that are published together end. */
  private List<Exception> end(StagedFiles... all) {
    List<Exception> ends = new ArrayList<>();
    Stream.of(all).forEach(one -> one.begin(ends::add));
    files.publish(List.of(all));
    Stream.of(all).forEach(Publication::end);
    return ends;
  }

  private void deliver(Task task)
      throws IOException, OutputUnavailableException, StoppingException {
    writeItems(task);
    publish(task, RECEIPT);
  }

  private void deliverAndEnd(Task task)
      throws IOException, OutputUnavailableException, StoppingException {
    deliver(task);
    TestTasks.end(task);
  }

  private static TreeSet<String> visible(Path dir) throws IOException {
    try (Stream<Path> paths = Files.walk(dir)) {
      TreeSet<String> names = new TreeSet<>();
      paths
          .filter(Files::isRegularFile)
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .forEach(path -> names.add(dir.relativize(path).toString()));
      return names;
    }
  }

  private static long hidden(Path dir) throws IOException {
    try (Stream<Path> paths = Files.walk(dir)) {
      return paths
          .filter(Files::isRegularFile)
          .filter(path -> path.getFileName().toString().startsWith("."))
          .count();
    }
  }

  private static String[] names(String... kinds) {
    return Stream.of(kinds).map(kind -> kind + "/" + ID + ".json").toArray(String[]::new);
  }

  @Test
  void itemsAppearWithTheReceiptAndNotBefore() throws Exception {
    Task task = answered(ALL);
    writeItems(task);
    assertThat(visible(dir)).isEmpty();
    publish(task, RECEIPT);
    assertThat(visible(dir)).containsExactly(names("organic", "other", "paid", "receipts"));
    assertThat(hidden(dir)).isZero();
    assertThat(new ObjectMapper().readTree(dir.resolve(names("organic")[0]).toFile()))
        .hasSize(1)
        .allMatch(item -> item.path("task").path("id").asText().equals(ID.value()));
    assertThat(dir.resolve(names("receipts")[0])).hasBinaryContent(RECEIPT);
  }

  @Test
  void aTypeWithoutItemsHasNoFile() throws Exception {
    deliver(answered("{\"type\":\"paid\"}"));
    assertThat(visible(dir)).containsExactly(names("paid", "receipts"));
    deliver(answered(""));
    assertThat(visible(dir)).containsExactly(names("receipts"));
  }

  @Test
  void aLaterDeliveryReplacesTheFilesAsASet() throws Exception {
    deliver(answered(ALL));
    deliver(answered("{\"type\":\"organic\",\"n\":2}"));
    assertThat(visible(dir)).containsExactly(names("organic", "receipts"));
    assertThat(dir.resolve(names("organic")[0])).content().contains("\"n\":2");
  }

  /** They may be where the id came from, and another output may still wait for its receipt. */
  @Test
  void whatADeliveryOvertakesStaysUntilTheWorkOnItsTaskHasEnded() throws Exception {
    files.deadLetter(TestTasks.giveUp(givenUp(), Reason.NOT_FOUND), LETTER);
    Files.createDirectories(dir.resolve("parked"));
    Files.writeString(dir.resolve(names("parked")[0]), "{}");
    Path inTheWay = Files.createDirectories(dir.resolve(names("receipts")[0]));
    Task task = answered(ALL);
    writeItems(task);
    assertThat(end(files.stage(task, RECEIPT))).doesNotContainNull();
    assertThat(visible(dir)).contains(names("dead-letters", "parked"));
    Files.delete(inTheWay);
    publish(task, RECEIPT);
    assertThat(visible(dir)).contains(names("dead-letters", "parked"));
    TestTasks.end(task);
    assertThat(visible(dir)).containsExactly(names("organic", "other", "paid", "receipts"));
  }

  @Test
  void aDeliveryOvertakesTheDeadLetterOfAnotherLayout() throws Exception {
    files.deadLetter(TestTasks.giveUp(givenUp(), Reason.NOT_FOUND), LETTER);
    files = open(dir, "by-day");
    deliverAndEnd(answered("{\"type\":\"paid\"}"));
    assertThat(visible(dir)).containsExactly(names("paid/0317", "receipts/0317"));
  }

  @Test
  void itemsThatAreTakenAwayBeforeTheyAppearAreWrittenAgain() throws Exception {
    Task task = answered(ALL);
    writeItems(task);
    try (Stream<Path> hidden = Files.list(dir.resolve("organic"))) {
      Files.delete(hidden.findFirst().orElseThrow());
    }
    Files.delete(dir.resolve("organic"));
    publish(task, RECEIPT);
    assertThat(visible(dir)).containsExactly(names("organic", "other", "paid", "receipts"));
    assertThat(hidden(dir)).isZero();
  }

  @Test
  void aFailedDeliveryAddsItsDeadLetterAndRemovesNothing() throws Exception {
    deliver(answered(ALL));
    Task failed = TestTasks.giveUp(givenUp(), Reason.NOT_FOUND);
    files.deadLetter(failed, LETTER);
    publish(failed, "{\"receipt\":2}".getBytes(UTF_8));
    assertThat(visible(dir))
        .containsExactly(names("dead-letters", "organic", "other", "paid", "receipts"));
    assertThat(dir.resolve(names("receipts")[0])).hasContent("{\"receipt\":2}");
    assertThat(dir.resolve(names("dead-letters")[0])).hasBinaryContent(LETTER);
  }

  @Test
  void ofTasksThatArePublishedTogetherOneFailsAlone() throws Exception {
    TaskId otherId = TaskId.parse("03171324-0696-0066-0000-d4f3b5bc1ba3");
    Task failing = answered(ALL);
    writeItems(failing);
    Files.createDirectories(dir.resolve(names("paid")[0]));
    Task empty =
        TestTasks.answer(TestTasks.fresh(otherId), 200, TestTasks.body(otherId, 20000, "{}", "[]"));
    List<Exception> ends = end(files.stage(failing, RECEIPT), files.stage(empty, RECEIPT));
    assertThat(ends.get(0)).isInstanceOf(OutputUnavailableException.class);
    assertThat(ends.get(1)).isNull();
    assertThat(visible(dir.resolve("receipts"))).containsExactly(otherId + ".json");
  }

  /** A copied route file may leave a type out. */
  @Test
  void whatWasNotStagedDoesNotAppear() throws Exception {
    deliver(answered(ALL));
    Task task = answered(ALL);
    files.items(task, ItemBatch.byType(task.getId(), task.getAnswer(), task.getFound()).get(0));
    publish(task, RECEIPT);
    assertThat(visible(dir)).containsExactly(names("organic", "receipts"));
  }

  @Test
  void aPublicationThatFailedIsTriedAgainWhereItFailed() throws Exception {
    Task task = answered(ALL);
    writeItems(task);
    Path inTheWay = Files.createDirectories(dir.resolve(names("receipts")[0]));
    assertThat(end(files.stage(task, RECEIPT)))
        .singleElement()
        .isInstanceOf(OutputUnavailableException.class);
    assertThat(visible(dir)).containsExactly(names("organic", "other", "paid"));
    Files.delete(inTheWay);
    publish(task, RECEIPT);
    assertThat(visible(dir)).containsExactly(names("organic", "other", "paid", "receipts"));
    assertThat(hidden(dir)).isZero();
  }

  @Test
  void afterAKillAnywhereTheDeliveryIsDoneAgain() throws Exception {
    writeItems(answered(ALL));
    files = open(dir, "flat");
    deliver(answered("{\"type\":\"paid\",\"n\":2}"));
    assertThat(visible(dir)).containsExactly(names("paid", "receipts"));
    assertThat(dir.resolve(names("paid")[0])).content().contains("\"n\":2");
  }

  @Test
  void doingItAgainDoesNoHarm() throws Exception {
    Task task = answered(ALL);
    deliver(task);
    deliver(task);
    assertThat(visible(dir)).containsExactly(names("organic", "other", "paid", "receipts"));
  }

  @Test
  void byDayIsAFolderOfTheIdsFirstFourCharacters() throws Exception {
    files = open(dir, "by-day");
    deliver(answered(ALL));
    files.deadLetter(TestTasks.giveUp(givenUp(), Reason.NOT_FOUND), LETTER);
    assertThat(visible(dir))
        .containsExactly(
            names("dead-letters/0317", "organic/0317", "other/0317", "paid/0317", "receipts/0317"));
    deliverAndEnd(answered("{\"type\":\"paid\"}"));
    assertThat(visible(dir)).containsExactly(names("paid/0317", "receipts/0317"));
  }

  @Test
  void anUnknownLayoutIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> open(dir, "by-hour"));
    assertThatIllegalArgumentException().isThrownBy(() -> open(dir, "flat,by-day"));
    assertThatIllegalArgumentException().isThrownBy(() -> open(dir, ","));
  }

  @Test
  void aDeadLetterWithoutIdIsNamedByTimeAndPlace() throws Exception {
    Task task = TestTasks.fresh("no id");
    files.deadLetter(task, LETTER);
    assertThat(visible(dir))
        .singleElement()
        .asString()
        .matches("dead-letters/\\d{8}T\\d{9}Z-ids\\.txt-line-17\\.json");
  }

  @Test
  void aDirThatCannotBeAFolderRefuses() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "x");
    ResultFiles refusing = open(file.resolve("out"), "flat");
    Task task = answered(ALL);
    ItemBatch batch = ItemBatch.byType(ID, task.getAnswer(), task.getFound()).get(0);
    assertThatExceptionOfType(OutputUnavailableException.class)
        .isThrownBy(() -> refusing.items(task, batch))
        .withMessageContaining("the circuit is open: cannot deliver: ")
        .satisfies(refused -> assertThat(refused.why()).contains(file.toString()));
    for (ThrowingRun run :
        List.<ThrowingRun>of(
            () -> refusing.stage(task, RECEIPT), () -> refusing.deadLetter(task, LETTER))) {
      assertThatExceptionOfType(OutputUnavailableException.class).isThrownBy(run::run);
    }
    assertThatIOException().isThrownBy(refusing::prepare);
  }

  /** Else the start succeeds, and the first answer opens the circuit. */
  @Test
  void whatFilesOfLinesNeedIsTriedToo() throws Exception {
    ResultFiles lines = open(dir, "lines");
    lines.prepare();
    assertThat(dir.resolve(".lines")).isDirectoryContaining("glob:**/lock");
    Path lock = dir.resolve(".lines/lock");
    Files.delete(lock);
    Files.createDirectory(lock);
    assertThatIOException().isThrownBy(lines::prepare).withMessageContaining(lock.toString());
    Files.delete(lock);
    Files.delete(lock.getParent());
    Files.createFile(lock.getParent());
    assertThatIOException().isThrownBy(lines::prepare).withMessageContaining(".lines");
    files.prepare();
  }

  private interface ThrowingRun {
    void run() throws CircuitOpenException, StoppingException;
  }

  /** Two processes may see the same input of the same source in the same millisecond. */
  @Test
  void lettersWithoutAnIdReplaceNoOther() throws Exception {
    ResultFiles other = open(dir, "flat");
    for (int i = 0; i < 100; i++) {
      files.deadLetter(TestTasks.fresh("no id"), LETTER);
      other.deadLetter(TestTasks.fresh("no id"), LETTER);
    }
    try (Stream<Path> letters = Files.list(dir.resolve("dead-letters"))) {
      assertThat(letters).hasSize(200);
    }
  }

  /** What a sink's name or an exception of a host says goes into logs. */
  @Test
  void whyAnOutputIsUnavailableIsToldInOneLine() {
    OutputUnavailableException refused =
        new OutputUnavailableException(
            "a\r\nWARN forged \u001b[31m" + "x".repeat(1000), "Wait", null);
    assertThat(refused.why()).startsWith("a WARN forged  [31mxxx").hasSize(501);
    assertThat(refused.getMessage()).doesNotContain("\n").doesNotContain("\u001b");
  }

  @Test
  void aFolderThatHasGoneIsMadeAgain() throws Exception {
    files.prepare();
    for (String kind : List.of("organic", "paid", "other", "receipts", "dead-letters", "parked")) {
      assertThat(dir.resolve(kind)).isEmptyDirectory();
      Files.delete(dir.resolve(kind));
    }
    deliver(answered(ALL));
    assertThat(visible(dir)).hasSize(4);
  }

  @Test
  void aFullDiskRefusesAndLeavesNothingHalf() throws Exception {
    Path small = Files.createDirectory(dir.resolve("small"));
    try (TinyDisk disk = TinyDisk.mount(small, 256)) {
      files = open(small, "flat");
      files.prepare();
      deliver(answered("{\"type\":\"organic\",\"n\":1}"));
      disk.fill();
      String big = "{\"type\":\"organic\",\"text\":\"" + "x".repeat(20_000) + "\"}";
      assertThatExceptionOfType(OutputUnavailableException.class)
          .isThrownBy(() -> deliver(answered(big)))
          .withMessageContaining("cannot deliver: " + small + ": No space left on device");
      assertThat(dir.resolve("small").resolve(names("organic")[0])).content().contains("\"n\":1");
      disk.free();
      assertThat(hidden(small)).isZero();
      deliver(answered(big));
      assertThat(dir.resolve("small").resolve(names("organic")[0])).content().contains("xxx");
    }
  }

  private static ItemRecord first(Task task) {
    return ItemBatch.byType(ID, task.getAnswer(), task.getFound()).get(0).records().next();
  }

  @Test
  void anItemThatIsTooLargeHasAFileOfItsOwn() throws Exception {
    Task task = answered(ALL);
    files.oversized(task, first(task));
    Path file = dir.resolve("oversized/" + ID + "-0.json");
    assertThat(file).hasBinaryContent(first(task).json());
    Files.delete(file);
    Files.createDirectories(file.resolve("in the way"));
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> files.oversized(task, first(task)));
  }

  /** It is of this delivery. */
  @Test
  void theDeadLetterOfItemsThatAreTooLargeStays() throws Exception {
    Task task = answered(ALL);
    task.noteOversized(ItemType.ORGANIC, 0);
    files.deadLetter(task, LETTER);
    deliver(task);
    assertThat(visible(dir)).contains(names("dead-letters"));
  }

  @Test
  void whatWasStagedAndIsNotPublishedGoesWhenTheTaskEnds() throws Exception {
    Task task = answered(ALL);
    writeItems(task);
    StagedFiles publication = files.stage(task, RECEIPT);
    assertThat(hidden(dir)).isEqualTo(4);
    publication.run();
    assertThat(hidden(dir)).isZero();
    assertThat(visible(dir)).isEmpty();
  }

  /** A receipt that survives a power cut is not alone, and it survives once it is acknowledged. */
  @Test
  void theFoldersOfItemsAreSyncedBeforeThatOfTheReceipt() throws Exception {
    Task task = answered(ALL);
    writeItems(task);
    StagedFiles publication = files.stage(task, RECEIPT);
    Path dump = dir.resolve("dump.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.FileForce").withoutThreshold();
      recording.start();
      end(publication);
      recording.stop();
      recording.dump(dump);
    }
    List<String> synced =
        RecordingFile.readAllEvents(dump).stream()
            .filter(event -> event.getEventType().getName().equals("jdk.FileForce"))
            .filter(event -> event.getString("path").startsWith(dir.toString()))
            .sorted(Comparator.comparing(RecordedEvent::getStartTime))
            .map(event -> dir.relativize(Path.of(event.getString("path"))).toString())
            .toList();
    assertThat(synced.subList(0, 3)).containsExactlyInAnyOrder("organic", "paid", "other");
    assertThat(synced.subList(3, synced.size())).containsExactly("receipts");
  }

  /** Such as by a host that ends its own thread. */
  @Test
  void anInterruptIsNoFailureOfTheDisk() throws Exception {
    Task task = TestTasks.giveUp(givenUp(), Reason.NOT_FOUND);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> files.deadLetter(task, LETTER)).isInstanceOf(StoppingException.class);
    assertThat(Thread.interrupted()).isTrue();
    files.deadLetter(task, LETTER);
  }

  @Test
  void anInterruptWhileATaskIsPublishedIsNoFailureOfTheDisk() {
    StagedFiles publication = StagedFiles.of(givenUp(), dir, new DurableFiles());
    List<Exception> failures = new ArrayList<>();
    publication.begin(failures::add);
    publication.failed(new ClosedByInterruptException());
    publication.end();
    assertThat(failures).singleElement().isInstanceOf(StoppingException.class);
  }
}
