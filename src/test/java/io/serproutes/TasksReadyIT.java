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
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
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

  @AutoClose private final ReadyApi api = new ReadyApi();

  private Start program(String folder) {
    return ProgramUnderTest.in(temp.resolve(folder))
        .key("serp.from", "tasks-ready")
        .key("serp.ready.poll", "3s")
        .key("serp.folder.inbox", inbox().toString())
        .key("serp.folder.settle", "10s") // what it feeds itself does not wait for it
        .key("serp.files.dir", temp.resolve("out").toString())
        .api(api)
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

  /** A task that another client of the account made fail for good, or that the vendor forgets. */
  @Test
  void anIdThatStaysListedIsFetchedOnceMoreAndThenOnlyNamed() {
    String id = Ids.good(1);
    api.listAlso(ReadyApi.row(id));
    try (ProgramUnderTest program = program("work").start()) {
      program.awaitOutput(id + " is still on the list of finished tasks although it was fed twice");
      awaitPolls(api.polls().size() + 2);
      assertThat(program.output()).containsOnlyOnce("is still on the list");
    }
    assertThat(api.asked()).containsEntry(id, 2);
  }

  @Test
  void manyIdsAndKillsAtAnyMoment() {
    Start start = program("work").key("serp.folder.settle", "100ms").jvm("-Xmx96m");
    survives(3_000, 3, start, program -> {});
  }

  /**
   * Here the list shows each id exactly once. What it shows to a process that is killed before the
   * page is durable is lost to any reader, so kills come at random moments but for these few ms.
   */
  @Tag("large")
  @Test
  void hundredThousandIdsThatAreListedOnceAndFiveKills() {
    Start start =
        program("work")
            .key("serp.api.calls-per-minute", "1000000")
            .key("serp.folder.settle", "100ms")
            .jvm("-Xmx96m")
            .jvm("-XX:TieredStopAtLevel=1")
            .jvm("-XX:+UseSerialGC");
    api.showingOnce();
    AtomicInteger before = new AtomicInteger(); // pages of the processes before
    long began = System.nanoTime();
    survives(
        100_000,
        5,
        start,
        program -> {
          await("the page is durable").until(() -> before.get() + pages(program) == api.pages());
          program.kill();
          before.addAndGet(pages(program));
        });
    System.out.printf(
        "100,000 ids and 5 kills: %d s%n", (System.nanoTime() - began) / 1_000_000_000);
  }

  private static int pages(ProgramUnderTest program) {
    return (int) Pattern.compile("ids? fed to ").matcher(program.output()).results().count();
  }

  /** Every task ends in a receipt, and after a kill only one page is fed twice. */
  private void survives(int count, int kills, Start start, Consumer<ProgramUnderTest> beforeKill) {
    List<String> ids = Ids.good(0, count);
    api.finish(ids);
    Random random = KillMoments.of(count + " finished tasks");
    for (int kill = 1; kill <= kills; kill++) {
      int enough = count * kill / (kills + 1) + random.nextInt(count / 10);
      try (ProgramUnderTest program = start.start()) {
        await(enough + " ids")
            .atMost(Duration.ofMinutes(20))
            .pollInterval(Duration.ofMillis(20))
            .until(() -> api.asked().size() >= enough);
        beforeKill.accept(program);
        program.kill();
      }
    }
    try (ProgramUnderTest program = start.start()) {
      await("all are asked for")
          .atMost(Duration.ofMinutes(20))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> api.asked().size() == count);
      out().awaitReceipts(ids);
      await("the inbox is empty")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> new OutFolder(inbox()).names("").isEmpty());
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
    assertThat(out().names("receipts")).hasSize(count);
    assertThat(out().names("dead-letters")).isEmpty();
    int calls = api.asked().values().stream().mapToInt(n -> n).sum();
    System.out.printf("%d calls for %d ids%n", calls, count);
    assertThat(calls - count).isLessThanOrEqualTo(kills * (1000 + MOST_OPEN));
  }
}
