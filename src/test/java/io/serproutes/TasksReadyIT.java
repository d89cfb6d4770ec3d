package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.ProgramUnderTest.Start;
import io.serproutes.feed.ReadyApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The vendor's list of finished tasks as a source, with ids kept in the drop folder. */
@Execution(ExecutionMode.CONCURRENT)
class TasksReadyIT {

  private static final String FOREIGN =
      "{\"id\":\"%s\",\"se\":\"google\",\"se_type\":\"organic\",\"endpoint_regular\":\"/v3/serp/google/organic/task_get/regular/%s\"}";

  private static final int MOST_OPEN = 1000; // asked and not durable, or of the last second

  @TempDir Path temp;

  private final ReadyApi api = new ReadyApi();

  @AfterEach
  void closeApi() {
    api.close();
  }

  private Start program(String folder) {
    return ProgramUnderTest.in(temp.resolve(folder))
        .key("serp.from", "tasks-ready")
        .key("serp.ready.poll", "3s")
        .key("serp.folder.inbox", inbox().toString())
        .key("serp.folder.settle", "10s") // what it feeds itself does not wait for it
        .key("serp.files.dir", temp.resolve("out").toString())
        .key("serp.api.base-url", api.address().toString())
        .key("serp.api.login", "stand-in")
        .key("serp.api.password", "stand-in")
        .key("serp.api.calls-per-minute", "60000");
  }

  private Path inbox() {
    return temp.resolve("inbox");
  }

  private OutFolder out() {
    return new OutFolder(temp.resolve("out"));
  }

  private void awaitPolls(int count) {
    await(count + " polls")
        .atMost(ProgramUnderTest.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> api.polls().size() >= count);
  }

  private void assertPollsAreApart() {
    List<Long> polls = api.polls();
    for (int i = 1; i < polls.size(); i++) {
      assertThat(polls.get(i) - polls.get(i - 1))
          .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(2900));
    }
  }

  @Test
  void finishedTasksAreDeliveredOnceAndThoseOfOthersAreLeftToThem() {
    List<String> ids = Ids.good(0, 20);
    api.finish(ids);
    String foreign = Ids.good(77);
    api.listAlso(
        FOREIGN.formatted(foreign, foreign) + "," + ReadyApi.row("\\u001b[31m../../admin"));
    try (ProgramUnderTest program = program("work").start()) {
      out().awaitReceipts(ids);
      int polls = api.polls().size();
      awaitPolls(polls + 2);
      assertThat(program.output())
          .containsOnlyOnce("20 ids fed to tasks-ready-")
          .contains("; skipped: 1 of other endpoints, 1 malformed")
          .containsOnlyOnce("names \"[31m../../admin\", which is not a task id")
          .doesNotContain("\u001b");
      assertThat(program.observe("/metrics").body())
          .contains("serp_ready_fed_total 20.0")
          .contains("serp_ready_skipped_total{reason=\"fed-before\"} 0.0")
          .containsPattern("serp_ready_last_good_poll_seconds 1\\.\\d+E9");
      program.terminate();
      assertThat(program.exitCode()).isZero();
    }
    assertPollsAreApart();
    assertThat(api.asked()).containsOnlyKeys(ids).allSatisfy((id, n) -> assertThat(n).isOne());
    assertThat(api.others()).isEmpty();
    assertThat(api.credentials()).hasSize(1);
    assertThat(out().names("dead-letters")).isEmpty();
    assertThat(new OutFolder(inbox()).names("")).isEmpty();
    assertThat(new OutFolder(inbox()).names(".done")).hasSize(1);
  }

  /** The list shows each id exactly once, so what is lost here is lost for good. */
  @Test
  void aKillBetweenThePageAndItsFirstAnswerLosesNothing() {
    List<String> ids = Ids.good(0, 500);
    api.showingOnce().finish(ids);
    api.holdTasks();
    try (ProgramUnderTest program = program("work").start()) {
      program.awaitOutput("500 ids fed to ");
      program.kill();
    }
    assertThat(out().names("receipts")).isEmpty();
    api.release();
    try (ProgramUnderTest program = program("work").key("serp.folder.settle", "100ms").start()) {
      out().awaitReceipts(ids);
      assertThat(program.output()).doesNotContain("ids fed to");
    }
    assertThat(api.asked()).containsOnlyKeys(ids);
  }

  @Test
  void oneOfTwoProcessesPollsAndTheOtherTakesOverWhenItIsKilled() {
    List<String> before = Ids.good(0, 30);
    List<String> during = Ids.good(30, 60);
    api.finish(before);
    try (ProgramUnderTest first = program("first").key("serp.api.share", "1/2").start()) {
      awaitPolls(1);
      try (ProgramUnderTest second = program("second").key("serp.api.share", "1/2").start()) {
        second.awaitStart();
        out().awaitReceipts(before);
        awaitPolls(api.polls().size() + 2);
        assertPollsAreApart();
        assertThat(second.output()).doesNotContain("ids fed to");

        api.finish(during);
        api.holdPolls();
        awaitPolls(api.polls().size() + 1);
        first.kill();
        api.release();
        out().awaitReceipts(during);
        assertThat(second.output()).contains("30 ids fed to");
      }
    }
    Map<String, Integer> asked = api.asked();
    assertThat(asked.keySet()).containsAll(before).containsAll(during);
  }

  @Test
  void whatAFullPageHidesFollowsAsSoonAsItsIdsHaveEnded() {
    List<String> ids = Ids.good(0, 1500);
    api.finish(ids);
    try (ProgramUnderTest program = program("work").key("serp.ready.poll", "1h").start()) {
      out().awaitReceipts(ids);
      assertThat(program.output()).contains("1,000 ids fed to").contains("500 ids fed to");
    }
    assertThat(api.polls()).hasSize(2);
    assertPollsAreApart();
    assertThat(api.asked()).allSatisfy((id, n) -> assertThat(n).isOne());
  }

  @Test
  void aRunOnceReadsTheListToItsEndAndWorksItOff() {
    List<String> ids = Ids.good(0, 1001);
    api.finish(ids);
    try (ProgramUnderTest program =
        program("work").key("serp.ready.poll", "1h").key("serp.once", "true").start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
    assertThat(out().names("receipts")).hasSize(1001);
    assertThat(api.polls()).hasSize(2);
    assertThat(new OutFolder(inbox()).names(".done")).hasSize(2);
  }

  @Test
  void aWrongPathOfTheListIsAWarningAndHoldsUpNoId() {
    api.failPolls(404);
    try (ProgramUnderTest program =
        program("work")
            .key("serp.from", "tasks-ready,command-line,folder")
            .key("serp.ids", Ids.good(1))
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output())
          .contains("the list of finished tasks was not read: HTTP 404")
          .doesNotContain("Halted");
    }
    assertThat(out().hasReceipt(Ids.good(1))).isTrue();
  }

  @Test
  void anAccountAnswerToAPollOpensTheCircuitAndAPollClosesIt() {
    api.failPolls(402);
    List<String> ids = Ids.good(0, 3);
    api.finish(ids);
    try (ProgramUnderTest program =
        program("work").key("serp.circuit.probe-interval", "1s").start()) {
      program.awaitOutput("Halted: .*HTTP 402");
      program.awaitOutput("Still halted: ");
      api.failPolls(null);
      out().awaitReceipts(ids);
      program.awaitOutput("Resumed: ");
    }
  }

  /** Ids of a saved task_post answer, say, dropped before their tasks are finished. */
  @Test
  void anIdThatIsParkedIsAskedForAsSoonAsItIsListed() throws IOException {
    String id = Ids.good(1);
    api.queue(List.of(id));
    Path inbox = Files.createDirectories(inbox());
    Files.writeString(inbox.resolve("posted.txt"), id + "\n");
    try (ProgramUnderTest program =
        program("work")
            .key("serp.not-ready.delay", "10m")
            .key("serp.folder.settle", "0ms")
            .start()) {
      await("parked")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> out().names("parked").size() == 1);
      api.finish(List.of(id));
      out().awaitReceipts(List.of(id));
      awaitPolls(api.polls().size() + 1);
      assertThat(program.output()).doesNotContain("fed to");
    }
    assertThat(out().receipt(id).path("source").textValue()).isEqualTo("folder:posted.txt:1");
    assertThat(api.asked()).containsEntry(id, 2);
  }

  @Test
  void manyIdsAndKillsAtAnyMoment() {
    survives(3_000, 3, "60000");
  }

  @Tag("large")
  @Test
  void hundredThousandIdsAndFiveKills() {
    survives(100_000, 5, "1000000");
  }

  /** Every task ends in a receipt, and after a kill only one page is fed twice. */
  private void survives(int count, int kills, String callsPerMinute) {
    List<String> ids = Ids.good(0, count);
    api.finish(ids);
    Start start =
        program("work")
            .key("serp.api.calls-per-minute", callsPerMinute)
            .key("serp.folder.settle", "100ms")
            .jvm("-Xmx96m");
    for (int kill = 1; kill <= kills; kill++) {
      int enough = count * kill / (kills + 1);
      try (ProgramUnderTest program = start.start()) {
        await(enough + " ids")
            .atMost(Duration.ofMinutes(20))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> api.asked().size() >= enough);
        program.kill();
      }
    }
    try (ProgramUnderTest program = start.start()) {
      out().awaitReceipts(ids, Duration.ofMinutes(20));
      await("the inbox is empty")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> new OutFolder(inbox()).names("").isEmpty());
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
    assertThat(out().names("receipts")).hasSize(count);
    assertThat(out().names("dead-letters")).isEmpty();
    int calls = api.asked().values().stream().mapToInt(n -> n).sum();
    assertThat(calls - count).isLessThanOrEqualTo(kills * (1000 + MOST_OPEN));
  }
}
