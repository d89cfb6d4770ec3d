package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.Tally;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.TaskId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParkedFilesTest {

  private static final TaskId ID = TestTasks.id(1);

  @TempDir private Path dir;
  private Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final Intake intake = new Intake();
  private final List<ParkedFiles> opened = new ArrayList<>();
  private Tally tally;

  @AfterEach
  void close() throws IOException {
    for (ParkedFiles files : opened) {
      files.close();
    }
  }

  private ParkedFiles open() {
    return open(dir);
  }

  private ParkedFiles open(Path files) {
    Settings settings =
        new Settings(
            Map.of("serp.files.dir", files.toString(), "serp.not-ready.delay", "60s")::get);
    tally = new Tally(new Secrets(settings));
    ParkedFiles parked =
        new ParkedFiles(settings, new ParkingTimes(settings), intake, tally, () -> now);
    opened.add(parked);
    return parked;
  }

  private Path file(TaskId id) {
    return dir.resolve("parked").resolve(id + ".json");
  }

  private static Task notReady(Task task) {
    return TestTasks.answer(
        task, 200, TestTasks.body(task.getId(), 40602, "{}", "null"));
  }

  private static Task notReady(TaskId id) {
    return notReady(TestTasks.fresh(id));
  }

  /** As another process parks an id. */
  private Path write(TaskId id, Instant dueAt) throws IOException {
    String json =
        "{\"task_id\":\"%s\",\"outcome\":\"parked\",\"source\":\"folder:ids.txt:3\","
            + "\"first_asked_at\":\"%s\",\"due_at\":\"%s\",\"asks\":2,\"attempts\":4,\"tag\":\"t\"}";
    Files.createDirectories(dir.resolve("parked"));
    return Files.writeString(
        file(id), json.formatted(id, Times.record(now.minusSeconds(500)), Times.record(dueAt)));
  }

  private static List<Delivery> due(ParkedFiles parked) {
    List<Delivery> due = new ArrayList<>();
    parked.due().forEachRemaining(due::add);
    return due;
  }

  private static List<String> texts(List<Delivery> deliveries) {
    return deliveries.stream().map(Delivery::text).toList();
  }

  @Test
  void aParkedIdIsAskedForWhenItIsDue() throws Exception {
    ParkedFiles parked = open();
    ParkedRecord record = parked.park(notReady(ID));
    assertThat(file(ID)).exists();
    JsonNode json = new ObjectMapper().readTree(file(ID).toFile());
    assertThat(json.path("due_at").asText()).isEqualTo(record.dueAt());
    assertThat(parked.size()).isEqualTo(1);
    assertThat(due(parked)).isEmpty();

    now = Instant.parse(record.dueAt()).plusSeconds(1);
    List<Delivery> due = due(parked);
    assertThat(texts(due)).containsExactly(ID.value());
    assertThat(parked.size()).isZero();
    assertThat(due.get(0).isParkedBefore()).isTrue();
    assertThat(due.get(0).source().label()).isEqualTo("folder:ids.txt:17");
    assertThat(due.get(0).history().asks()).isEqualTo(1);
    assertThat(due.get(0).history().attempts()).isEqualTo(1);
    assertThat(Times.record(due.get(0).history().firstAskedAt())).isEqualTo(record.firstAskedAt());

    due.get(0).settlement().settled(true);
    assertThat(file(ID)).doesNotExist();
    now = now.plusSeconds(100_000);
    assertThat(due(parked)).isEmpty();
  }

  @Test
  void anIdIsNotAskedForBeforeItIsDueToTheMillisecond() throws Exception {
    write(ID, now.plusMillis(900));
    ParkedFiles parked = open();
    assertThat(due(parked)).isEmpty();
    now = now.plusSeconds(1);
    assertThat(due(parked)).hasSize(1);
  }

  @Test
  void parkedIdsAreTakenUpAtTheStartAndComeByTheirTime() throws IOException {
    for (int i = 0; i < 50; i++) {
      write(TestTasks.id(i), now.plusSeconds(i * 37 % 50 - 20));
    }
    ParkedFiles parked = open();
    List<Delivery> due = due(parked);
    assertThat(due).hasSize(21);
    List<Long> times = due.stream().map(d -> TaskId.parse(d.text()).low() * 37 % 50).toList();
    assertThat(times).isSorted();
    assertThat(parked.size()).isEqualTo(29);
    assertThat(due.get(0).history().tag()).isEqualTo("t");
    assertThat(due.get(0).history().asks()).isEqualTo(2);
    assertThat(due.get(0).source().label()).isEqualTo("folder:ids.txt:3");
  }

  @Test
  void anIdThatIsParkedAnewIsAskedForAtItsNewTime() throws Exception {
    write(ID, now);
    ParkedFiles parked = open();
    Delivery first = due(parked).get(0);
    ParkedRecord record = parked.park(notReady(TestTasks.of(first)));
    first.settlement().settled(true);
    assertThat(file(ID)).exists();
    assertThat(record.asks()).isEqualTo(3);
    assertThat(due(parked)).isEmpty();
    now = Instant.parse(record.dueAt()).plusSeconds(1);
    List<Delivery> second = due(parked);
    assertThat(texts(second)).containsExactly(ID.value());
    second.get(0).settlement().settled(true);
    assertThat(file(ID)).doesNotExist();
  }

  @Test
  void anIdThatHasToStayIsAskedForAgain() throws IOException {
    write(ID, now);
    ParkedFiles parked = open();
    due(parked).get(0).settlement().settled(false);
    assertThat(file(ID)).exists();
    assertThat(parked.size()).isEqualTo(1);
    assertThat(due(parked)).isEmpty();
    now = now.plusSeconds(60);
    assertThat(due(parked)).hasSize(1);
  }

  @Test
  void whileAnIdIsAskedForItIsNotAskedForTwice() throws Exception {
    write(ID, now);
    ParkedFiles parked = open();
    Delivery first = due(parked).get(0);
    parked.park(notReady(TestTasks.fresh(ID))); // another delivery of the same id
    now = now.plusSeconds(600);
    assertThat(due(parked)).isEmpty();
    first.settlement().settled(true);
    assertThat(file(ID)).exists();
  }

  @Test
  void theFirstIdThatIsParkedCountsOnce() throws Exception {
    ParkedFiles parked = open();
    parked.park(notReady(ID));
    parked.park(notReady(TestTasks.id(2)));
    assertThat(parked.size()).isEqualTo(2);
  }

  @Test
  void whatOthersParkIsTakenUpWithinAMinuteAndOurOwnIsNotTakenTwice() throws Exception {
    ParkedFiles parked = open();
    due(parked);
    parked.park(notReady(ID));
    write(TestTasks.id(2), now.plusSeconds(30));
    now = now.plusSeconds(59);
    assertThat(due(parked)).isEmpty();
    assertThat(parked.size()).isEqualTo(1);
    now = now.plusSeconds(2);
    assertThat(texts(due(parked))).contains(TestTasks.id(2).value());
    due(parked);
    assertThat(parked.size()).isLessThanOrEqualTo(1);
  }

  @Test
  void oldRecordsAreNotReadAgainAtEveryLook() throws Exception {
    Path old = write(ID, now.plusSeconds(10_000));
    ParkedFiles parked = open();
    due(parked);
    // were it read, it would be due
    write(ID, now);
    Files.setLastModifiedTime(old, FileTime.from(now.minusSeconds(3600)));
    now = now.plusSeconds(200);
    assertThat(due(parked)).isEmpty();
  }

  @Test
  void anIdThatAnotherDeliveryEndedIsParkedNoMore() throws Exception {
    write(ID, now.plusSeconds(900));
    write(TestTasks.id(2), now.plusSeconds(900));
    ParkedFiles parked = open();
    due(parked);
    assertThat(parked.size()).isEqualTo(2);

    Task delivered = TestTasks.fresh(ID);
    TestTasks.answer(delivered, 200, TestTasks.body(ID, 20000, "{}", "null"));
    tally.ended(delivered, "empty");
    assertThat(parked.size()).isEqualTo(1);
    assertThat(file(ID)).doesNotExist();
  }

  @Test
  void anIdThatAnotherDeliveryFailedStaysParked() throws Exception {
    write(ID, now.plusSeconds(900));
    ParkedFiles parked = open();
    due(parked);
    Task failed = TestTasks.fresh(ID);
    TestTasks.answer(failed, 200, TestTasks.body(ID, 40401, "{}", "null"));
    tally.ended(failed, "dead-lettered");
    assertThat(parked.size()).isEqualTo(1);
    assertThat(file(ID)).exists();
    tally.ended(TestTasks.fresh("no id"), "dead-lettered");
  }

  @Test
  void aRecordThatCannotBeReadStaysAndHoldsUpNoOther() throws IOException {
    Path broken = write(ID, now);
    Files.writeString(broken, "{\"task_id\":");
    Path empty = write(TestTasks.id(2), now);
    Files.writeString(empty, "{}");
    write(TestTasks.id(3), now);
    Files.writeString(dir.resolve("parked").resolve("readme.json"), "{}");
    assertThat(texts(due(open()))).containsExactly(TestTasks.id(3).value());
    assertThat(broken).exists();
    assertThat(empty).exists();
  }

  @Test
  void aRecordThatHasGoneIsForgotten() throws IOException {
    Path gone = write(ID, now);
    ParkedFiles parked = open();
    parked.due();
    Files.delete(gone);
    assertThat(due(parked)).isEmpty();
    assertThat(intake.inWork()).isZero();
  }

  @Test
  void ofTwoInOneProcessOneAsks() throws Exception {
    write(ID, now);
    ParkedFiles first = open();
    ParkedFiles second = open();
    assertThat(due(first)).hasSize(1);
    write(TestTasks.id(2), now);
    assertThat(due(second)).isEmpty();
    assertThat(second.size()).isZero();
    second.park(notReady(TestTasks.id(3)));
    assertThat(second.size()).isZero();

    first.close();
    now = now.plusSeconds(600);
    assertThat(texts(due(second)))
        .containsExactlyInAnyOrder(
            ID.value(), TestTasks.id(2).value(), TestTasks.id(3).value());
  }

  @Test
  void whileAnotherProcessAsksThisOneDoesNot() throws Exception {
    write(ID, now);
    Process other = lockInAnotherProcess();
    ParkedFiles parked = open();
    try {
      assertThat(due(parked)).isEmpty();
    } finally {
      other.destroyForcibly().waitFor();
    }
    assertThat(due(parked)).hasSize(1);
  }

  private Process lockInAnotherProcess() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Locking.class.getName(),
                dir.resolve("parked").resolve(".lock").toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said =
        new BufferedReader(new InputStreamReader(process.getInputStream())).readLine();
    assertThat(said).isEqualTo("locked");
    return process;
  }

  /** Another process: takes the lock and holds it until it is killed. */
  static final class Locking {
    private Locking() {}

    public static void main(String[] args) throws IOException {
      FileChannel channel =
          FileChannel.open(
              Path.of(args[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      System.out.println(channel.tryLock() == null ? "taken" : "locked");
      System.in.read();
    }
  }

  @Test
  void aDiskThatRefusesIsToldAndNothingIsNoted() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    ParkedFiles parked = open(file.resolve("out"));
    assertThatExceptionOfType(OutletRefusedException.class)
        .isThrownBy(() -> parked.park(notReady(ID)));
    assertThat(parked.size()).isZero();
    assertThat(due(parked)).isEmpty();
  }
}
