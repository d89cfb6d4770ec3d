package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParkedFilesTest {

  private static final TaskId ID = TestTasks.id(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;

  private final Intake intake = new Intake();

  private ParkedFiles files() {
    intake.start();
    return new ParkedFiles(settings("60s"), intake);
  }

  private Settings settings(String delay) {
    return new Settings(
        Map.of("serp.files.dir", dir.toString(), "serp.not-ready.delay", delay)::get);
  }

  private byte[] record(Task task, String delay) throws IOException {
    TestTasks.answer(task, 200, TestTasks.body(ID, 40602, "{}", "null"));
    return JSON.writeValueAsBytes(new ParkingTimes(settings(delay)).record(task));
  }

  /** The first to be parked takes the lock, and with it takes up what lies there. */
  @Test
  void anIdThatIsParkedFirstOfAllCountsOnce() throws Exception {
    ParkedFiles files = files();
    Task task = TestTasks.fresh(ID);
    files.park(task, record(task, "60s"));
    assertThat(files.size()).isOne();
    assertThat(files.due().hasNext()).isFalse();
    files.close();
  }

  @Test
  void whatLiesThereFromBeforeCountsAndIsAskedForOnce() throws Exception {
    ParkedFiles before = files();
    Task task = TestTasks.fresh(ID);
    before.park(task, record(task, "0s"));
    before.close();

    ParkedFiles files = files();
    assertThat(files.size()).isOne();
    Iterator<Delivery> due = await().until(files::due, Iterator::hasNext);
    Delivery delivery = due.next();
    assertThat(delivery.text()).isEqualTo(ID.value());
    assertThat(due.hasNext()).isFalse();
    assertThat(files.size()).as("counts until it has ended").isOne();

    delivery.settlement().settled(true);
    assertThat(files.size()).isZero();
    assertThat(dir.resolve("parked").resolve(ID + ".json")).doesNotExist();
    files.close();
  }

  @Test
  void whatCannotBeWrittenIsNotCounted() throws Exception {
    Files.createFile(dir.resolve("parked"));
    ParkedFiles files = files();
    Task task = TestTasks.fresh(ID);
    byte[] json = record(task, "60s");
    assertThatThrownBy(() -> files.park(task, json)).isInstanceOf(OutletRefusedException.class);
    assertThat(files.size()).isZero();
  }
}
