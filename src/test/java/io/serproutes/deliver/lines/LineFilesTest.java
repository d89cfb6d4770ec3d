package io.serproutes.deliver.lines;

import static io.serproutes.deliver.lines.LinesUnderTest.delivered;
import static io.serproutes.deliver.lines.LinesUnderTest.givenUp;
import static io.serproutes.deliver.lines.LinesUnderTest.json;
import static io.serproutes.deliver.lines.LinesUnderTest.noId;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.TinyDisk;
import io.serproutes.deliver.OutputUnavailableException;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Claims;
import io.serproutes.ids.LockOfOtherProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineFilesTest {

  @TempDir private Path temp;

  private final Map<String, Task> tasks = new LinkedHashMap<>();

  private Task task(Task task) {
    tasks.put(task.getId().value(), task);
    return task;
  }

  private LinesUnderTest folder(String name) {
    return new LinesUnderTest(temp.resolve(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void aSetIsShownWholeWhenItIsClosed(String compress) throws IOException {
    LinesUnderTest folder = folder("out").key("serp.files.lines.compress", compress);
    try (LineFiles files = folder.open()) {
      assertThat(folder.publish(files, task(delivered(1, 3)), task(givenUp(2))))
          .containsOnlyNulls();
      assertThat(folder.publish(files, task(delivered(3, 40)))).containsOnlyNulls();
      assertThat(folder.publish(files, noId("no id"))).containsOnlyNulls();
      assertThat(folder.shown("receipts")).isEmpty();
    }
    assertThat(folder.receipts()).containsOnlyKeys(tasks.keySet());
    folder.assertWhole(tasks);
    assertThat(json(folder.lines("dead-letters").get(1)).get("input").asText()).isEqualTo("no id");
    assertThat(folder.hidden()).isEmpty();
    String ending = compress.equals("gzip") ? "\\.jsonl\\.gz" : "\\.jsonl";
    assertThat(folder.shown("receipts").get(0).getFileName().toString())
        .matches("\\d{8}T\\d{9}Z-[0-9a-f]{6}" + ending)
        .isEqualTo(folder.shown("organic").get(0).getFileName().toString());
  }

  /** Java frees a direct buffer late: a set must not bring its own. */
  @Test
  void manySetsTakeNoMoreMemoryOutsideTheHeapThanOne() throws IOException {
    LinesUnderTest folder = folder("out");
    try (LineFiles files = folder.open()) {
      folder.publish(files, delivered(0, 1));
      long before = directBytes();
      for (int i = 1; i < 20; i++) {
        files.finish();
        folder.publish(files, delivered(i, 1));
      }
      assertThat(directBytes() - before).isLessThan(1 << 20);
    }
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void aTypeWithoutLinesHasNoFile() throws IOException {
    LinesUnderTest folder = folder("out");
    try (LineFiles files = folder.open()) {
      folder.publish(files, noId("?"));
    }
    assertThat(folder.all("receipts")).isEmpty();
    assertThat(folder.all("organic")).isEmpty();
    assertThat(folder.shown("dead-letters")).hasSize(1);
  }

  /** What a power cut leaves: the ledger never says more than is on disk. */
  @Test
  void linesAreSyncedBeforeTheLedgerSaysThatTheyAreThere() throws IOException {
    LinesUnderTest folder = folder("out");
    List<String> steps = new ArrayList<>();
    try (LineFiles files = folder.open();
        Recording recording = new Recording()) {
      recording.enable("jdk.FileWrite").withoutThreshold();
      recording.enable("jdk.FileForce").withoutThreshold();
      folder.publish(files, delivered(1, 1));
      recording.start();
      folder.publish(files, delivered(2, 1), givenUp(3));
      recording.stop();
      Path dump = temp.resolve("dump.jfr");
      recording.dump(dump);
      RecordingFile.readAllEvents(dump).stream()
          .sorted(Comparator.comparing(RecordedEvent::getStartTime))
          .filter(event -> event.getString("path").matches(".*\\.(part|commit)"))
          .map(event -> event.getEventType().getName() + " " + kind(event.getString("path")))
          .forEach(steps::add);
    }
    List<String> expected = new ArrayList<>();
    List<String> kinds = List.of("organic", "paid", "other", "dead-letters", "receipts");
    kinds.forEach(kind -> expected.add("jdk.FileWrite " + kind));
    kinds.forEach(kind -> expected.add("jdk.FileForce " + kind));
    expected.add("jdk.FileForce .lines");
    steps.remove("jdk.FileWrite .lines"); // JDK 25 does not record a write at a place of the file
    assertThat(steps).isEqualTo(expected);
  }

  private static String kind(String file) {
    return Path.of(file).getParent().getFileName().toString();
  }

  /** A state of the folder, as a kill before a step leaves it, and what was acknowledged then. */
  private record Killed(String step, Path dir, List<String> acknowledged) {}

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every state in which a kill can leave the folder: two sets, three commits. */
  private List<Killed> kills(String compress) throws IOException {
    LinesUnderTest folder = folder("out").key("serp.files.lines.compress", compress);
    Files.createDirectories(folder.dir());
    List<Killed> kills = new ArrayList<>();
    List<String> acknowledged = new ArrayList<>();
    LineFiles files =
        folder.open(
            step -> {
              Path snapshot = temp.resolve("kill-" + kills.size());
              copy(folder.dir(), snapshot);
              kills.add(new Killed(step, snapshot, List.copyOf(acknowledged)));
            });
    Task[][] batches = {
      {task(delivered(1, 3)), task(givenUp(2))},
      {task(delivered(3, 1)), task(delivered(4, 20)), noId("x")},
      {},
      {task(delivered(5, 2))}
    };
    for (Task[] batch : batches) {
      if (batch.length == 0) {
        files.finish();
      } else {
        assertThat(folder.publish(files, batch)).containsOnlyNulls();
        Stream.of(batch).filter(Task::isValid).forEach(t -> acknowledged.add(t.getId().value()));
      }
    }
    files.close();
    assertThat(kills).hasSizeGreaterThan(40);
    return kills;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void aKillAtAnyStepLeavesWholeTasks(String compress) throws IOException {
    for (Killed kill : kills(compress)) {
      LinesUnderTest left = new LinesUnderTest(kill.dir).key("serp.files.lines.compress", compress);
      assertSetsAreReadable(left, kill);
      tear(left.hidden());
      assertSetsAreReadable(left, kill);
      try (LineFiles next = left.open()) {
        next.prepare();
      }
      assertThat(left.hidden()).as(kill.step).isEmpty();
      left.assertWhole(tasks);
      assertThat(left.receipts().keySet()).as(kill.step).containsAll(kill.acknowledged);
      assertThat(left.receipts().values()).as(kill.step).allMatch(count -> count == 1);
      // no part of a batch: one that was not acknowledged is there as a whole, too
      assertThat(left.receipts().size()).as(kill.step).isIn(0, 2, 4, 5);
      assertNothingIsLostByGoingOn(left, kill.acknowledged);
    }
  }

  /** What a write that was begun leaves behind. */
  private static void tear(List<Path> files) throws IOException {
    Random random = new Random(files.size());
    for (Path file : files) {
      if (file.toString().endsWith(".part")) {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        Files.write(file, bytes, StandardOpenOption.APPEND);
      }
    }
  }

  private void assertSetsAreReadable(LinesUnderTest left, Killed kill) throws IOException {
    List<String> receipts = new ArrayList<>();
    for (StoredSet set : StoredSet.all(left.dir(), problem -> {})) {
      int items = 0;
      try (StoredLines lines = set.open(LineKind.ORGANIC)) {
        for (; lines.next(); items++) {
          assertThat(tasks).containsKey(lines.idOfTask());
        }
      }
      try (StoredLines lines = set.open(LineKind.RECEIPTS)) {
        while (lines.next()) {
          receipts.add(lines.id());
          items -= json(new String(lines.bytes(), UTF_8)).get("organic").asInt();
        }
      }
      assertThat(items).as(kill.step).isZero();
    }
    assertThat(receipts).as(kill.step).containsAll(kill.acknowledged).doesNotHaveDuplicates();
  }

  private void assertNothingIsLostByGoingOn(LinesUnderTest left, List<String> acknowledged)
      throws IOException {
    try (LineFiles files = left.open()) {
      for (Task task : tasks.values()) {
        if (!acknowledged.contains(task.getId().value())) {
          // its lines were committed in the life before
          Task again = LinesUnderTest.again(task);
          assertThat(left.publish(files, again)).containsOnlyNulls();
        }
      }
    }
    assertThat(left.receipts()).containsOnlyKeys(tasks.keySet());
    left.assertWhole(tasks);
  }

  /** An error of the disk at any step: the tasks fail, and are committed once when it works. */
  @ParameterizedTest
  @CsvSource({"none, 1", "none, 8", "gzip, 3"})
  void aFailureAtAnyStepIsCutBack(String compress, int times) throws IOException {
    int all = kills(compress).size();
    for (int at = 0; at < all; at++) {
      tasks.clear();
      LinesUnderTest folder = folder("failing-" + at).key("serp.files.lines.compress", compress);
      AtomicInteger step = new AtomicInteger(-at);
      LineFiles files =
          folder.open(
              name -> {
                int now = step.getAndIncrement();
                if (now >= 0 && now < times && !name.equals("acknowledge")) {
                  throw new IOException("of a test, before: " + name);
                }
              });
      persist(folder, files, task(delivered(1, 3)), task(givenUp(2)));
      persist(folder, files, task(delivered(3, 1)), task(delivered(4, 2)));
      files.finish();
      persist(folder, files, task(delivered(5, 2)));
      files.close();
      try (LineFiles next = folder.open()) {
        next.prepare();
      }
      assertThat(folder.hidden()).isEmpty();
      folder.assertWhole(tasks);
      assertThat(folder.receipts().keySet()).containsAll(tasks.keySet());
      assertThat(folder.receipts().values()).containsOnly(1);
    }
  }

  /** Such as on a full disk. */
  @Test
  void aSetThatThisProcessCouldNotCloseIsNoneOfAKilledOne() throws IOException {
    AtomicBoolean isFailing = new AtomicBoolean();
    LinesUnderTest folder = folder("out");
    try (LineFiles files =
            folder.open(
                name -> {
                  if (isFailing.get()) {
                    throw new IOException("of a test");
                  }
                });
        LogLines log = LogLines.of("serp-receipt-in-lines")) {
      folder.publish(files, delivered(1, 1));
      isFailing.set(true);
      files.finish();
      isFailing.set(false);
      folder.publish(files, delivered(2, 1));
      assertThat(log.lines())
          .hasSize(2)
          .anyMatch(line -> line.endsWith(" stays hidden for now: of a test"))
          .anyMatch(line -> line.endsWith(" was left open; it is closed after its last commit"));
    }
  }

  // as the circuit does: what has failed is tried again
  private static void persist(LinesUnderTest folder, LineFiles files, Task... some) {
    List<Task> left = List.of(some);
    for (int tries = 0; !left.isEmpty() && tries < 20; tries++) {
      List<Task> tried = left;
      List<Exception> failures = folder.publish(files, tried.toArray(Task[]::new));
      left =
          IntStream.range(0, tried.size())
              .filter(i -> failures.get(i) != null)
              .mapToObj(tried::get)
              .toList();
      assertThat(failures)
          .allMatch(failure -> failure == null || failure instanceof OutputUnavailableException);
    }
    assertThat(left).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void aFullDiskKeepsNothingHalf(String compress) throws IOException {
    Path disk = Files.createDirectories(temp.resolve("disk"));
    try (TinyDisk tiny = TinyDisk.mount(disk, 1024)) {
      LinesUnderTest folder =
          new LinesUnderTest(disk.resolve("out")).key("serp.files.lines.compress", compress);
      LineFiles files = folder.open();
      assertThat(folder.publish(files, task(delivered(1, 3)))).containsOnlyNulls();
      tiny.fill();
      Task large = task(delivered(2, 3000));
      assertThat(folder.publish(files, large))
          .singleElement()
          .isInstanceOf(OutputUnavailableException.class)
          .asString()
          .contains("cannot deliver: " + folder.dir() + ": No space left");
      for (StoredSet set : StoredSet.all(folder.dir(), problem -> {})) {
        assertThat(set.size(LineKind.RECEIPTS)).isEqualTo(Files.size(set.file(LineKind.RECEIPTS)));
        assertThat(set.size(LineKind.ORGANIC)).isEqualTo(Files.size(set.file(LineKind.ORGANIC)));
      }
      tiny.free();
      assertThat(folder.publish(files, large)).containsOnlyNulls();
      files.close();
      folder.assertWhole(tasks);
      assertThat(folder.receipts()).hasSize(2);
    }
  }

  /** One answer that cannot be read, such as one in a file that is gone. */
  @Test
  void ofTasksThatAreCommittedTogetherOneFailsAlone() throws IOException {
    LinesUnderTest folder = folder("out");
    Task closed = delivered(9, 1);
    try (LineFiles files = folder.open()) {
      List<TaskLines> all =
          List.of(folder.staged(files, task(delivered(1, 1))), folder.staged(files, closed));
      List<Exception> failures = new ArrayList<>();
      all.forEach(one -> one.begin(failures::add));
      closed.getAnswer().close();
      files.publish(all);
      all.forEach(TaskLines::end);
      assertThat(failures.get(0)).isNull();
      assertThat(failures.get(1)).isNotNull();
    }
    folder.assertWhole(tasks);
  }

  /** A route may write a receipt again: the same one does no harm, and another one holds. */
  @Test
  void aReceiptIsNotCommittedTwiceButAnotherIs() throws IOException {
    LinesUnderTest folder = folder("out");
    Task task = task(delivered(1, 2));
    try (LineFiles files = folder.open()) {
      TaskLines lines = folder.staged(files, task);
      for (String last : new String[] {"1", "1", "2"}) {
        files.stage(task, "{\"task_id\":\"%s\",\"n\":%s}".formatted(task, last).getBytes(UTF_8));
        lines.begin(failure -> assertThat(failure).isNull());
        files.publish(List.of(lines));
        lines.end();
      }
    }
    assertThat(folder.lines("organic")).hasSize(2);
    assertThat(folder.lines("receipts"))
        .extracting(line -> json(line).get("n").asInt())
        .containsExactly(1, 2);
  }

  @Test
  void aSetIsClosedWhenItIsLargeOrOldEnough() throws IOException {
    LinesUnderTest folder = folder("out").key("serp.files.lines.max-size", "8KiB");
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1); // it wraps
    try (LineFiles files = new LineFiles(folder.settings(), step -> {}, now::get)) {
      folder.publish(files, task(delivered(1, 1)));
      assertThat(folder.shown("receipts")).isEmpty();
      folder.publish(files, task(delivered(2, 100)));
      assertThat(folder.shown("receipts")).hasSize(1);
      folder.publish(files, task(delivered(3, 1)));
      now.addAndGet(3_599_999_999_999L);
      files.tick();
      assertThat(folder.shown("receipts")).hasSize(1);
      now.incrementAndGet();
      files.tick();
      assertThat(folder.shown("receipts")).hasSize(2);
      now.addAndGet(3_600_000_000_000L);
      files.tick();
    }
    assertThat(folder.shown("receipts")).hasSize(2);
    assertThat(folder.shown("organic"))
        .extracting(Path::getFileName)
        .isEqualTo(folder.shown("receipts").stream().map(Path::getFileName).toList());
    folder.assertWhole(tasks);
  }

  /** Another context of this process, or another process, starts on the same folder. */
  @Test
  void whatIsWrittenIsNotClosedByOthers() throws Exception {
    LinesUnderTest folder = folder("out");
    try (LineFiles files = folder.open();
        LineFiles other = folder.open()) {
      folder.publish(files, task(delivered(1, 1)));
      other.prepare();
      folder.publish(other, task(delivered(2, 1)));
      folder.publish(files, task(delivered(3, 1)));
      assertThat(folder.shown("receipts")).isEmpty();
      other.close(); // its locks are not those of the first
      String name = StoredSet.openNames(folder.dir()).first();
      try (LockOfOtherProcess process =
          new LockOfOtherProcess(
              folder.dir().resolve(".lines/lock"), Claims.place(Path.of(name)))) {
        assertThat(process.hasLock()).isFalse();
      }
    }
    assertThat(folder.shown("receipts")).hasSize(2);
    assertThat(folder.receipts()).hasSize(3);
  }

  @Test
  void whatAnotherProcessWritesIsLeftAlone() throws Exception {
    LinesUnderTest folder = folder("left");
    copy(kills("none").get(20).dir, folder.dir());
    String name = StoredSet.openNames(folder.dir()).first();
    try (LineFiles files = folder.open()) {
      try (LockOfOtherProcess other =
          new LockOfOtherProcess(
              folder.dir().resolve(".lines/lock"), Claims.place(Path.of(name)))) {
        assertThat(other.hasLock()).isTrue();
        files.prepare();
        assertThat(StoredSet.openNames(folder.dir())).containsExactly(name);
      }
      files.prepare();
      assertThat(folder.hidden()).isEmpty();
    }
  }

  @Test
  void whatAPersonRemovesIsBegunAnew() throws IOException {
    LinesUnderTest folder = folder("out");
    try (LineFiles files = folder.open()) {
      folder.publish(files, delivered(1, 1));
      for (Path hidden : folder.hidden()) {
        Files.delete(hidden);
      }
      assertThat(folder.publish(files, task(delivered(2, 1)))).containsOnlyNulls();
      Files.delete(folder.dir().resolve(".lines/lock"));
      assertThat(folder.publish(files, task(delivered(3, 1)))).containsOnlyNulls();
    }
    folder.assertWhole(tasks);
    assertThat(folder.receipts()).containsOnlyKeys(tasks.keySet());
  }

  /** Such as one on a larger disk, which a link leads to: its files are others of these names. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void aFolderThatIsReplacedByACopyLosesNothing(String compress) throws IOException {
    LinesUnderTest folder = folder("out").key("serp.files.lines.compress", compress);
    try (LineFiles files = folder.open()) {
      folder.publish(files, task(delivered(1, 1)));
      Path old = Files.move(folder.dir(), temp.resolve("old"));
      copy(old, temp.resolve("copy"));
      Files.createSymbolicLink(folder.dir(), temp.resolve("copy"));
      assertThat(folder.publish(files, task(delivered(2, 1)))).containsOnlyNulls();
    }
    folder.assertWhole(tasks);
    assertThat(folder.receipts()).containsOnlyKeys(tasks.keySet());
  }

  /** Their receipts stay, by which {@code reconcile} would take them for delivered. */
  @Test
  void itSaysHowToGetWhatAPersonRemovedAgain() throws IOException {
    LinesUnderTest folder = folder("out");
    try (LineFiles files = folder.open();
        LogLines log = LogLines.of("serp-receipt-in-lines")) {
      folder.publish(files, delivered(1, 1));
      Path organic = folder.dir().resolve("organic");
      for (Path hidden : folder.hidden()) {
        if (hidden.startsWith(organic)) {
          Files.delete(hidden);
        }
      }
      folder.publish(files, delivered(2, 1));
      Path receipts = folder.shown("receipts").get(0);
      assertThat(log.lines())
          .anyMatch(line -> line.endsWith("copy " + receipts + " into the inbox"));
    }
  }

  /** Nobody knows what is committed: nothing is thrown away. */
  @Test
  void aLedgerThatIsBrokenLeavesItsSet() throws IOException {
    LinesUnderTest folder = folder("left");
    copy(kills("none").get(20).dir, folder.dir());
    String name = StoredSet.openNames(folder.dir()).first();
    Files.write(StoredSet.ledger(folder.dir(), name), new byte[8192]);
    List<Path> hidden = folder.hidden();
    try (LineFiles files = folder.open()) {
      files.prepare();
      assertThat(folder.hidden()).isEqualTo(hidden).hasSizeGreaterThan(3);
    }
  }

  @Test
  void aDeliveryRemovesTheParkedFileAndALetterOfAnotherLayout() throws IOException {
    LinesUnderTest folder = folder("out");
    Task task = delivered(1, 1);
    Path parked = Files.createDirectories(folder.dir().resolve("parked")).resolve(task + ".json");
    Files.writeString(parked, "{}");
    Path letter =
        Files.createDirectories(folder.dir().resolve("dead-letters")).resolve(task + ".json");
    Files.writeString(letter, "{}");
    try (LineFiles files = folder.open()) {
      folder.publish(files, task);
      assertThat(parked).exists();
      TestTasks.end(task);
      assertThat(parked).doesNotExist();
      assertThat(letter).doesNotExist();
    }
  }
}
