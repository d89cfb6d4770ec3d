package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.LogLines;
import io.serproutes.Settings;
import io.serproutes.fetch.StoppingException;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.LockOfOtherProcess;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ParkedFilesTest {

  private static final TaskId ID = TestTasks.id(1);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @TempDir Path dir;

  private final Intake intake = new Intake();
  private final List<ParkedFiles> opened = new ArrayList<>();
  private Path parked;
  private Instant now = Instant.now();
  private long nanos;
  private Consumer<Path> onName = name -> {};
  private String arguments; // of the command fetch; null for any other

  @BeforeEach
  void open() throws IOException {
    intake.start();
    parked = Files.createDirectory(dir.resolve("parked"));
  }

  @AfterEach
  void close() throws IOException {
    for (ParkedFiles files : opened) {
      files.close();
    }
  }

  private ParkedFiles files() {
    ParkedFiles files =
        new ParkedFiles(settings("60s"), intake, this::list, () -> now, () -> nanos);
    opened.add(files);
    return files;
  }

  /** Lists the folder, and does what the test wants before each name is given. */
  private DirectoryStream<Path> list(Path folder) throws IOException {
    DirectoryStream<Path> names = Files.newDirectoryStream(folder, "*.json");
    Iterator<Path> all = names.iterator();
    return new DirectoryStream<>() {
      @Override
      public Iterator<Path> iterator() {
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return all.hasNext();
          }

          @Override
          public Path next() {
            Path name = all.next();
            onName.accept(name);
            return name;
          }
        };
      }

      @Override
      public void close() throws IOException {
        names.close();
      }
    };
  }

  private Settings settings(String delay) {
    Map<String, String> keys = keys(delay);
    return new Settings(name -> name.equals(Settings.ARGUMENTS) ? arguments : keys.get(name));
  }

  private Map<String, String> keys(String delay) {
    return Map.of(
        "serp.files.dir",
        dir.toString(),
        "serp.not-ready.delay",
        delay,
        "serp.kafka.pass-headers",
        "traceparent,tracestate");
  }

  private byte[] record(Task task, String delay) throws IOException {
    TestTasks.answer(task, 200, TestTasks.body(ID, 40602, "{}", "null"));
    return JSON.writeValueAsBytes(new ParkingTimes(settings(delay)).record(task));
  }

  private Path file(TaskId id) {
    return parked.resolve(id + ".json");
  }

  /** A record as an earlier run or another process left it. */
  private Path lies(TaskId id, Instant firstAsked, Instant due) throws IOException {
    return lies(id, "ids.txt", firstAsked.toString(), due.toString(), 1, 1);
  }

  private Path lies(TaskId id, String source, String firstAsked, String due, int asks, int attempts)
      throws IOException {
    ParkedRecord record =
        new ParkedRecord(
            id.value(), "parked", 40602, source, firstAsked, due, asks, attempts, null, null, null);
    return Files.write(file(id), JSON.writeValueAsBytes(record));
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
    now = now.plus(time);
  }

  private static List<Delivery> due(ParkedFiles files) {
    List<Delivery> due = new ArrayList<>();
    files.due().forEachRemaining(due::add);
    return due;
  }

  private static List<String> ids(List<Delivery> deliveries) {
    return deliveries.stream().map(Delivery::text).toList();
  }

  private void park(ParkedFiles files, String delay) throws Exception {
    Task task = TestTasks.fresh(ID);
    files.park(task, record(task, delay));
  }

  /** The first to be parked takes the lock; what is then found by its name is no other. */
  @Test
  void anIdThatIsParkedFirstOfAllCountsOnce() throws Exception {
    ParkedFiles files = files();
    park(files, "60s");
    assertThat(files.size()).isOne();
    assertThat(due(files)).isEmpty();
    assertThat(files.size()).isOne();
  }

  @Test
  void whatLiesThereFromBeforeCountsAndIsAskedForOnce() throws Exception {
    lies(ID, now, now);
    ParkedFiles files = files();
    assertThat(files.isKnown()).isFalse();
    Delivery delivery = due(files).get(0);
    assertThat(files.isKnown()).isTrue();
    assertThat(delivery.text()).isEqualTo(ID.value());
    assertThat(delivery.source().label()).isEqualTo("ids.txt");
    assertThat(due(files)).isEmpty();
    assertThat(files.size()).as("counts until it has ended").isOne();

    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(files.size()).isZero();
    assertThat(file(ID)).doesNotExist();
    pass(MINUTE);
    assertThat(due(files)).isEmpty();
  }

  @Test
  void whatAnIdPassesOnLiesInItsRecord() throws Exception {
    byte[] bytes = {(byte) 0xff, 0, '"'};
    Map<String, byte[]> headers = Map.of("traceparent", bytes, "no longer passed on", bytes);
    Task task =
        TestTasks.of(
            Delivery.fresh(ID.value(), Source.named("kafka:ids-0@1"), ended -> {}).with(headers));
    files().park(task, record(task, "0s"));
    assertThat(Files.readString(file(ID))).contains("\"traceparent\":\"/wAi\"");
    close();
    pass(MINUTE);
    assertThat(due(files()).get(0).headers())
        .containsOnlyKeys("traceparent")
        .containsEntry("traceparent", bytes);
  }

  @Test
  void anIdThatPassesSomethingOnIsRemovedOnceItHasEnded() throws Exception {
    Map<String, byte[]> headers = Map.of("traceparent", new byte[] {1, 2});
    Task task =
        TestTasks.of(
            Delivery.fresh(ID.value(), Source.named("kafka:ids-0@1"), ended -> {}).with(headers));
    files().park(task, record(task, "0s"));
    close();
    pass(MINUTE);
    ParkedFiles files = files();
    due(files).get(0).settlement().settled(Delivery.Outcome.DEAD_LETTERED);
    assertThat(file(ID)).doesNotExist();
    pass(MINUTE);
    assertThat(due(files)).isEmpty();
  }

  @Test
  void theOldestIsOneThatWaitsOrIsAskedFor() throws Exception {
    Instant first = now.minusSeconds(5000).truncatedTo(ChronoUnit.SECONDS);
    lies(ID, first, now);
    lies(TestTasks.id(2), now.minusSeconds(50), now.plusSeconds(50));
    lies(TestTasks.id(3), now.plusSeconds(9), now.plusSeconds(60)); // of a clock that was ahead
    ParkedFiles files = files();
    assertThat(files.oldest()).isNull();
    Delivery delivery = due(files).get(0);
    assertThat(files.oldest()).as("while it is asked for").isEqualTo(first);
    delivery.settlement().settled(Delivery.Outcome.KEPT);
    assertThat(files.oldest()).isEqualTo(first);
    pass(MINUTE);
    due(files).forEach(one -> one.settlement().settled(Delivery.Outcome.DELIVERED));
    assertThat(files.oldest()).isNull();
  }

  @Test
  void anIdThatIsWokenIsAskedForNowAndKeepsItsHistory() throws Exception {
    ParkedFiles files = files();
    park(files, "60s");
    assertThat(due(files)).isEmpty();
    TaskId other = TestTasks.id(2);
    assertThat(files.wake(Set.of(ID, other))).containsExactly(ID);
    Delivery delivery = due(files).get(0);
    assertThat(delivery.isParkedBefore()).isTrue();
    assertThat(files.wake(Set.of(ID, other))).as("it is in work").containsExactly(ID);
    assertThat(due(files)).isEmpty();
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(files.wake(Set.of(ID, other))).isEmpty();
  }

  @Test
  void whatCannotBeWrittenIsNotCounted() throws Exception {
    Files.delete(parked);
    Files.createFile(parked);
    ParkedFiles files = files();
    Task task = TestTasks.fresh(ID);
    byte[] json = record(task, "60s");
    assertThatThrownBy(() -> files.park(task, json)).isInstanceOf(OutputUnavailableException.class);
    assertThat(files.size()).isZero();
    assertThat(due(files)).isEmpty();
    assertThat(files.isKnown()).isTrue();
    assertThat(files.size()).as("something may lie there").isOne();
  }

  /** A delivery of the same id removes its record at any moment. */
  @Test
  void aFileThatVanishesWhileTheFolderIsLookedThroughHidesNoOther() throws Exception {
    for (int i = 0; i < 20; i++) {
      lies(TestTasks.id(i), now, now);
    }
    onName =
        name -> {
          try {
            Files.deleteIfExists(name);
            onName = next -> {}; // the others stay
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    ParkedFiles files = files();
    assertThat(due(files)).hasSize(19);
    assertThat(files.size()).isEqualTo(19);
  }

  @Test
  void aListingThatBreaksOffIsRepeatedUntilItComesToItsEnd() throws Exception {
    for (int i = 0; i < 20; i++) {
      lies(TestTasks.id(i), now, now.plusSeconds(10));
    }
    int[] names = {0};
    onName =
        name -> {
          if (++names[0] == 5) {
            throw new DirectoryIteratorException(new IOException("Input/output error"));
          }
        };
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    assertThat(files.size()).as("not zero, whatever was listed").isEqualTo(4);
    names[0] = 4;
    pass(Duration.ofSeconds(5));
    due(files);
    assertThat(names[0]).as("looked through again, and broken off again").isEqualTo(5);
    pass(Duration.ofSeconds(5));
    assertThat(due(files)).hasSize(20);
  }

  @Test
  void aRunThatCannotLookKnowsThatSomethingMayBeLeft() throws Exception {
    lies(ID, now, now);
    onName =
        name -> {
          throw new DirectoryIteratorException(new IOException("Input/output error"));
        };
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    assertThat(files.size()).isOne();
  }

  /** As by mv, cp -p, rsync -t, or a restore: with whatever time. */
  @Test
  void aRecordThatIsPutThereMeanwhileIsSeenWithinAMinute() throws Exception {
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    Files.setLastModifiedTime(lies(ID, now, now), FileTime.from(now.minus(Duration.ofDays(100))));
    now = now.minus(Duration.ofDays(1)); // and the clock is set back
    pass(MINUTE.minusNanos(1));
    due(files);
    assertThat(files.size()).as("the folder may be large").isZero();
    pass(Duration.ofNanos(1));
    due(files);
    assertThat(files.size()).isOne();
    pass(Duration.ofMinutes(15)); // no wait is longer, whatever the clock says
    assertThat(ids(due(files))).containsExactly(ID.value());
  }

  @Test
  void aRecordThatAnotherProcessWritesAnewWhileItsIdIsInWorkIsAskedForAgain() throws Exception {
    lies(ID, now, now);
    ParkedFiles files = files();
    Delivery delivery = due(files).get(0);
    lies(ID, now, now.plusSeconds(1));
    pass(MINUTE);
    assertThat(due(files)).as("in work").isEmpty();
    pass(MINUTE);
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(file(ID)).exists();
    assertThat(files.size()).isZero();
    pass(MINUTE);
    assertThat(ids(due(files))).containsExactly(ID.value());
  }

  @Test
  void parkingDoesNotWaitWhileTheFolderIsLookedThrough() throws Exception {
    lies(TestTasks.id(2), now, now.plusSeconds(10));
    CountDownLatch looking = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    onName =
        name -> {
          looking.countDown();
          try {
            mayGoOn.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    ParkedFiles files = files();
    Task task = TestTasks.fresh(ID);
    byte[] json = record(task, "60s");
    lies(ID, now, now); // so that it is listed
    CompletableFuture<List<Delivery>> due = CompletableFuture.supplyAsync(() -> due(files));
    looking.await();
    try {
      CompletableFuture.runAsync(
              () -> {
                try {
                  files.park(task, json);
                } catch (OutputUnavailableException | StoppingException e) {
                  throw new AssertionError(e);
                }
              },
              work -> new Thread(work).start()) // the common pool may have one thread
          .get(10, TimeUnit.SECONDS);
    } finally {
      mayGoOn.countDown();
    }
    assertThat(due.get()).isEmpty();
    assertThat(files.size()).as("each once").isEqualTo(2);
  }

  /** Else only the next scan would find it, and a run once ends where nothing is parked. */
  @Test
  void anIdThatIsDueWhileItsLastAskSettlesIsNotForgotten() throws Exception {
    lies(ID, now, now);
    ParkedFiles files = files();
    Delivery first = due(files).get(0);
    Task task = TestTasks.of(first);
    files.park(task, record(task, "5s"));
    pass(Duration.ofSeconds(30));
    assertThat(due(files)).as("it is in work").isEmpty();
    first.settlement().settled(Delivery.Outcome.PARKED);
    assertThat(files.size()).isOne();
    pass(Duration.ofSeconds(2));
    assertThat(ids(due(files))).containsExactly(ID.value());
  }

  @Test
  void aFileThatHoldsNoRecordIsAskedForByItsNameAndGoesWithTheReceipt() throws Exception {
    Instant written = now.minus(Duration.ofHours(3));
    Files.writeString(file(ID), "{\"task_id\":");
    Files.setLastModifiedTime(file(ID), FileTime.from(written));
    ParkedFiles files = files();
    Delivery delivery = due(files).get(0);
    assertThat(delivery.text()).isEqualTo(ID.value());
    assertThat(delivery.source().label()).isEqualTo("parked:" + ID + ".json");
    assertThat(delivery.isParkedBefore()).isTrue();
    assertThat(delivery.history().firstAskedAt()).isEqualTo(written);
    delivery.settlement().settled(Delivery.Outcome.KEPT);
    pass(MINUTE);
    due(files).get(0).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(file(ID)).doesNotExist();
    assertThat(files.size()).isZero();
  }

  /** A pipe would be waited for, and a link followed. */
  @Test
  void whatIsNoFileIsNotOpened() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", file(ID).toString()).start().waitFor()).isZero();
    Files.createSymbolicLink(file(TestTasks.id(2)), dir.resolve("elsewhere"));
    Files.writeString(dir.resolve("elsewhere"), "{}");
    ParkedFiles files = files();
    List<Delivery> due = due(files);
    assertThat(ids(due)).containsExactlyInAnyOrder(ID.value(), TestTasks.id(2).value());
    due.forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    assertThat(parked.toFile().list((folder, name) -> name.endsWith(".json"))).isEmpty();
    assertThat(dir.resolve("elsewhere")).exists();
  }

  @Test
  void anIdWhoseRecordCannotBeRemovedIsNotAskedForAgain() throws Exception {
    Files.createDirectories(file(ID).resolve("full"));
    ParkedFiles files = files();
    due(files).get(0).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(files.size()).isZero();
    pass(MINUTE);
    assertThat(due(files)).isEmpty();
    Files.delete(file(ID).resolve("full"));
    pass(MINUTE);
    assertThat(due(files)).isEmpty();
    assertThat(file(ID)).doesNotExist();
  }

  @Test
  void aDueTimeFarAheadIsBoundedByTheLongestDelayAndTheDeadline() throws Exception {
    Instant far = Instant.parse("2099-01-01T00:00:00Z");
    lies(TestTasks.id(1), now, far);
    lies(TestTasks.id(2), now.minus(Duration.ofHours(24)).plusSeconds(30), far);
    lies(TestTasks.id(3), now.minus(Duration.ofHours(25)), far);
    lies(TestTasks.id(4), far, Instant.MAX);
    ParkedFiles files = files();
    assertThat(ids(due(files))).containsExactly(TestTasks.id(3).value());
    pass(Duration.ofSeconds(30));
    assertThat(ids(due(files))).containsExactly(TestTasks.id(2).value());
    pass(Duration.ofMinutes(15));
    List<Delivery> rest = due(files);
    assertThat(ids(rest))
        .containsExactlyInAnyOrder(TestTasks.id(1).value(), TestTasks.id(4).value());
    assertThat(rest).allMatch(one -> !one.history().firstAskedAt().isAfter(now));
  }

  @Test
  void aClockThatIsSetBackForgetsNobody() throws Exception {
    lies(ID, now, now.plusSeconds(60));
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    now = now.minus(Duration.ofDays(365));
    nanos += Duration.ofSeconds(60).toNanos();
    assertThat(ids(due(files))).containsExactly(ID.value());
  }

  @Test
  void anIdThatIsParkedAnewBeforeItIsDueIsAskedForOnce() throws Exception {
    lies(ID, now, now.plusSeconds(10));
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    park(files, "60s"); // as from a drop file
    pass(Duration.ofSeconds(11));
    assertThat(due(files)).as("at its old time").isEmpty();
    pass(MINUTE);
    assertThat(due(files)).hasSize(1);
    assertThat(files.size()).isOne();
  }

  @Test
  void whatSomebodyWroteIntoARecordDoesNoHarm() throws Exception {
    String[] times = {
      Instant.MIN.toString(), Instant.MAX.toString(), "9999-12-31T23:59:59.999Z", now.toString()
    };
    int n = 0;
    for (String first : times) {
      for (String dueAt : times) {
        for (int count : new int[] {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE}) {
          lies(TestTasks.id(n++), "a\r\n\u001b[31mb\u202e", first, dueAt, count, count);
        }
      }
    }
    lies(TestTasks.id(n++), null, now.toString(), now.toString(), 1, 1);
    Files.writeString(file(TestTasks.id(n++)), "{\"asks\":1e99}");
    Files.writeString(file(TestTasks.id(n++)), "[".repeat(100_000));
    ParkedFiles files = files();
    List<Delivery> all = new ArrayList<>(due(files));
    pass(Duration.ofMinutes(15));
    all.addAll(due(files));
    assertThat(all).hasSize(n);
    for (Delivery delivery : all) {
      assertThat(delivery.source().label()).isNotBlank();
      assertThat(delivery.history().firstAskedAt()).isBeforeOrEqualTo(now);
      assertThat(delivery.history().asks()).isBetween(1, 1_000_000);
      assertThat(delivery.history().attempts()).isBetween(0, 1_000_000);
      delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(files.size()).isZero();
  }

  @Test
  void aStopKeepsWhatIsDue() throws Exception {
    lies(ID, now, now);
    ParkedFiles files = files();
    intake.stop();
    assertThat(due(files)).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(files.size()).isOne();
    intake.start();
    pass(MINUTE);
    assertThat(due(files)).hasSize(1);
  }

  @Test
  void whatAnotherProcessAsksForIsLeftToIt() throws Exception {
    ParkedFiles other = files();
    assertThat(due(other)).isEmpty();
    lies(ID, now, now);
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    assertThat(files.isKnown()).isTrue();
    assertThat(files.size()).isZero();
    other.close();
    assertThat(due(files)).hasSize(1);
  }

  /** Else two processes ask for the same ids. */
  @Test
  void theLockOutlivesOtherContextsOfThisProcess() throws Exception {
    ParkedFiles files = files();
    ParkedFiles other = files();
    assertThat(due(files)).isEmpty();
    assertThat(due(other)).isEmpty();
    other.close();
    assertThat(otherProcessCanLock()).isFalse();
    files.close();
    assertThat(otherProcessCanLock()).isTrue();
  }

  @Test
  void fetchLeavesParkedIdsOfOtherRunsAlone() throws Exception {
    lies(ID, now.minusSeconds(60), now);
    arguments = TestTasks.id(2).value();
    ParkedFiles files = files();
    assertThat(files.isKnown()).isTrue();
    assertThat(due(files)).isEmpty();
    pass(MINUTE);
    assertThat(due(files)).isEmpty();
    assertThat(files.size()).isZero();
  }

  @Test
  void fetchWaitsForItsOwnAndAsksUnlessAnotherProcessDoes() throws Exception {
    ParkedFiles other = files();
    assertThat(due(other)).isEmpty();
    arguments = ID.value();
    ParkedFiles files = files();
    Instant first = now.minusSeconds(5000).truncatedTo(ChronoUnit.SECONDS);
    Task task = TestTasks.parkedBefore(ID, first, 1);
    files.park(task, record(task, "30s"));
    pass(MINUTE.plusSeconds(1));
    assertThat(due(files)).as("the other asks").isEmpty();
    assertThat(files.size()).isOne();
    assertThat(files.oldest()).isEqualTo(first);
    other.close();
    pass(Duration.ofSeconds(6));
    assertThat(ids(due(files))).containsExactly(ID.value());
  }

  @Test
  void fetchLeavesTheFolderToOthersWhenItAsksForNone() throws Exception {
    arguments = ID.value();
    ParkedFiles files = files();
    park(files, "30s");
    Task second = TestTasks.fresh(TestTasks.id(2));
    files.park(second, record(second, "30s"));
    pass(MINUTE);
    List<Delivery> due = due(files);
    assertThat(due).hasSize(2);
    assertThat(otherProcessCanLock()).isFalse();
    due.get(0).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(otherProcessCanLock()).as("it asks for the other").isFalse();
    due.get(1).settlement().settled(Delivery.Outcome.KEPT);
    assertThat(otherProcessCanLock()).isTrue();
    pass(MINUTE);
    assertThat(due(files)).as("taken again").hasSize(1);
    assertThat(otherProcessCanLock()).isFalse();
  }

  @Test
  void fetchThatStopsBeforeItAsksGivesTheFolderBack() throws Exception {
    arguments = ID.value();
    ParkedFiles files = files();
    park(files, "30s");
    pass(MINUTE);
    intake.stop();
    assertThat(due(files)).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(otherProcessCanLock()).isTrue();
  }

  /** Such as with too many open files, or a disk that fails. */
  @Test
  void aRecordThatTheSystemCannotReadNowIsReadLater() throws Exception {
    arguments = ID.value();
    ParkedFiles files = files();
    Task task = TestTasks.of(Delivery.fresh(ID.value(), Source.named("mine"), ended -> {}));
    files.park(task, record(task, "30s"));
    Path aside = dir.resolve("aside");
    Files.move(parked, aside);
    Files.createFile(parked);
    pass(MINUTE);
    try (LogLines log = LogLines.of("serp-ids-from-parked-files")) {
      for (int i = 0; i < 2; i++) {
        assertThat(due(files)).isEmpty();
        assertThat(files.size()).isOne();
        pass(MINUTE);
      }
      assertThat(log.lines()).singleElement().asString().contains("reading it is tried every");
    }
    Files.delete(parked);
    Files.move(aside, parked);
    assertThat(due(files))
        .singleElement()
        .satisfies(one -> assertThat(one.source().label()).isEqualTo("mine"));
  }

  @Test
  void anIdThatIsGivenAgainWhileItIsParkedCanBeWoken() throws Exception {
    lies(ID, now, now.plusSeconds(30));
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    park(files, "60s");
    assertThat(files.wake(Set.of(ID))).containsExactly(ID);
    assertThat(due(files)).hasSize(1);
  }

  @Test
  void aRecordThatTheSystemCannotReadIsNotTakenForRemoved() throws Exception {
    lies(ID, now, now);
    ParkedFiles files = files();
    Delivery delivery = due(files).get(0);
    Path aside = dir.resolve("aside");
    Files.move(parked, aside);
    Files.createFile(parked);
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    Files.delete(parked);
    Files.move(aside, parked);
    pass(MINUTE);
    assertThat(due(files)).isEmpty();
    assertThat(file(ID)).doesNotExist();
  }

  @Test
  void fetchNoticesThatAnotherProcessHasEndedItsId() throws Exception {
    ParkedFiles other = files();
    assertThat(due(other)).isEmpty();
    arguments = ID.value();
    ParkedFiles files = files();
    park(files, "60s");
    Files.delete(file(ID));
    pass(MINUTE.plusSeconds(1));
    assertThat(due(files)).isEmpty();
    assertThat(files.size()).isZero();
  }

  @Test
  void itTellsWhenTheNextIsDueWhateverTheClockSays() throws Exception {
    ParkedFiles files = files();
    assertThat(files.nextDue()).isNull();
    Instant dueAt = now.plusSeconds(10);
    lies(ID, now, dueAt);
    lies(TestTasks.id(2), now, now.plusSeconds(20));
    due(files);
    assertThat(files.nextDue()).isEqualTo(dueAt);
    pass(Duration.ofSeconds(3));
    assertThat(files.nextDue()).isEqualTo(dueAt);
    now = now.minusSeconds(1000);
    assertThat(files.nextDue()).as("in seven seconds").isEqualTo(dueAt.minusSeconds(1000));
  }

  @Test
  void anIdIsNotAskedForBeforeItIsDue() throws Exception {
    nanos = -5_000_000_000_000L; // of System.nanoTime, which may be negative
    lies(ID, now, now.plusMillis(10_001));
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    pass(Duration.ofSeconds(10));
    assertThat(due(files)).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(due(files)).hasSize(1);
  }

  @Test
  void theFirstOfThoseThatWaitAreShownAsFarAsTheirRecordsAreThere() throws Exception {
    Path first = lies(ID, now, now.plusSeconds(10));
    lies(TestTasks.id(2), now, now.plusSeconds(20));
    lies(TestTasks.id(3), now, now.plusSeconds(30));
    lies(TestTasks.id(4), now, now.plusSeconds(40));
    ParkedFiles files = files();
    due(files);
    Files.writeString(file(TestTasks.id(2)), "no record");
    Files.delete(file(TestTasks.id(3)));
    List<ParkedIds.Parked> shown = files.first(3);
    assertThat(shown).extracting(ParkedIds.Parked::id).containsExactly(ID, TestTasks.id(2));
    assertThat(shown)
        .extracting(ParkedIds.Parked::due)
        .containsExactly(now.plusSeconds(10), now.plusSeconds(20));
    assertThat(shown.get(0).record()).isEqualTo(ParkedRecord.read(Files.readAllBytes(first)));
    assertThat(shown.get(1).record()).isNull();
  }

  @Test
  void whatIsParkedHereIsLeftToTheProcessThatAsks() throws Exception {
    ParkedFiles other = files();
    assertThat(due(other)).isEmpty();
    ParkedFiles files = files();
    park(files, "60s");
    assertThat(files.size()).isZero();
    pass(MINUTE);
    due(other);
    assertThat(other.size()).isOne();
  }

  /** Nobody knows whether another process asks; the record is durable. */
  @Test
  void anIdIsParkedThoughItsLockCannotBeTaken() throws Exception {
    Files.createDirectory(parked.resolve(".lock"));
    ParkedFiles files = files();
    park(files, "60s");
    assertThat(file(ID)).exists();
    assertThat(files.size()).isZero();
    Files.delete(parked.resolve(".lock"));
    due(files);
    assertThat(files.size()).isOne();
  }

  /** What is parked during a scan is left out of this one alone. */
  @Test
  void anIdThatWasParkedDuringAScanIsSeenByTheNext() throws Exception {
    lies(TestTasks.id(2), now, now.plus(Duration.ofDays(1)));
    ParkedFiles files = files();
    Task task = TestTasks.fresh(ID);
    byte[] json = record(task, "0s");
    onName =
        name -> {
          onName = next -> {};
          try {
            files.park(task, json);
          } catch (OutputUnavailableException | StoppingException e) {
            throw new AssertionError(e);
          }
        };
    due(files).forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    pass(MINUTE);
    due(files).forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    assertThat(file(ID)).doesNotExist();
    lies(ID, now, now); // as of another process
    pass(MINUTE);
    assertThat(ids(due(files))).contains(ID.value());
  }

  /** A run that ends when nothing is parked has seen the folder once. */
  @Test
  void aScanThatFailsLaterChangesNothingButIsToldOnce() throws Exception {
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    lies(ID, now, now);
    onName =
        name -> {
          throw new DirectoryIteratorException(new IOException("Input/output error"));
        };
    try (LogLines log = LogLines.of("serp-ids-from-parked-files")) {
      for (int i = 0; i < 3; i++) {
        pass(MINUTE);
        assertThat(due(files)).isEmpty();
      }
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("cannot be listed to its end: Input/output error; tried again");
    }
    assertThat(files.size()).isZero();
    assertThat(files.isKnown()).isTrue();
    onName = name -> {};
    pass(MINUTE);
    assertThat(due(files)).hasSize(1);
  }

  @Test
  void aRecordThatCannotBeReadOrRemovedIsToldOnce() throws Exception {
    Files.createDirectories(file(ID).resolve("full"));
    try (LogLines log = LogLines.of("serp-ids-from-parked-files")) {
      ParkedFiles files = files();
      due(files).get(0).settlement().settled(Delivery.Outcome.KEPT);
      assertThat(log.lines()).hasSize(1);
      pass(MINUTE);
      due(files).get(0).settlement().settled(Delivery.Outcome.DELIVERED);
      assertThat(log.lines()).hasSize(2);
      pass(MINUTE);
      due(files);
      assertThat(log.lines())
          .satisfiesExactly(
              line -> assertThat(line).contains("cannot be read as the record of a parked id"),
              line -> assertThat(line).contains("its record cannot be removed"));
    }
  }

  @Test
  void itLooksAtFilesOfRecordsAlone() throws Exception {
    lies(ID, now, now);
    lies(TestTasks.id(2), now, now);
    Files.writeString(parked.resolve("readme.txt"), "x");
    Files.writeString(parked.resolve("readme.json"), "x");
    ParkedFiles files = new ParkedFiles(settings("60s"), intake);
    opened.add(files);
    due(files);
    assertThat(files.size()).isEqualTo(2);
  }

  /** A person tidies up: another process may hold the lock of the new file. */
  @Test
  void whatWaitsIsNotAskedForByTwoWhereTheLockIsRemoved() throws Exception {
    lies(ID, now, now.plusSeconds(10));
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    Files.delete(parked.resolve(".lock"));
    ParkedFiles other = files();
    assertThat(due(other)).isEmpty();
    pass(Duration.ofSeconds(10));
    assertThat(due(files)).isEmpty();
    assertThat(due(other)).hasSize(1);
  }

  @Test
  void whatWaitsIsNotAskedForWhileTheLockCannotBeTaken() throws Exception {
    lies(ID, now, now.plusSeconds(10));
    ParkedFiles files = files();
    assertThat(due(files)).isEmpty();
    Files.delete(parked.resolve(".lock"));
    Files.createDirectory(parked.resolve(".lock"));
    pass(Duration.ofSeconds(10));
    assertThat(due(files)).isEmpty();
    Files.delete(parked.resolve(".lock"));
    assertThat(due(files)).hasSize(1);
  }

  private boolean otherProcessCanLock() throws Exception {
    try (LockOfOtherProcess other = new LockOfOtherProcess(parked.resolve(".lock"), 0)) {
      return other.hasLock();
    }
  }
}
