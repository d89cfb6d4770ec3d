package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Ids whose tasks are not ready, and dead letters that are replayed. */
@Execution(ExecutionMode.CONCURRENT)
class ParkedIT {

  @TempDir Path temp;

  @AutoClose private final StandIn api = StandIn.start();

  private OutFolder out() {
    return new OutFolder(temp.resolve("work/out"));
  }

  private Start program() {
    return ProgramUnderTest.in(temp.resolve("work")).api(api);
  }

  private void awaitParked(String id) {
    await("parked")
        .atMost(ProgramUnderTest.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> out().find("parked", id) != null);
  }

  private static Instant time(JsonNode record, String member) {
    return Instant.parse(record.path(member).textValue());
  }

  @Test
  void theyAreAskedForAgainUntilTheyAreReadyAndAcrossAKill() throws IOException {
    String id = Ids.failing(0, 2, 40602);
    try (ProgramUnderTest program = program().key("serp.not-ready.delay", "2s").start()) {
      program.awaitStart();
      Files.write(temp.resolve("work/inbox/ids.txt"), List.of(id));
      awaitParked(id);
      JsonNode record = out().find("parked", id);
      assertThat(record.path("task_id").textValue()).isEqualTo(id);
      assertThat(record.path("source").textValue()).isEqualTo("folder:ids.txt:1");
      assertThat(time(record, "due_at"))
          .isBetween(
              time(record, "first_asked_at").plusSeconds(2),
              time(record, "first_asked_at").plusSeconds(10));
      await("the file goes when its ids are parked")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> !Files.exists(temp.resolve("work/inbox/ids.txt")));
      program.kill();
    }
    assertThat(out().hasReceipt(id)).isFalse();
    try (ProgramUnderTest program = program().key("serp.not-ready.delay", "1s").start()) {
      out().awaitReceipts(List.of(id));
      assertThat(out().receipt(id).path("outcome").textValue()).isEqualTo("delivered");
      assertThat(out().receipt(id).path("attempts").intValue()).isEqualTo(3);
      assertThat(out().receipt(id).path("source").textValue()).isEqualTo("folder:ids.txt:1");
      await("its record goes after the receipt")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> out().names("parked").isEmpty());
      assertThat(api.asked()).containsEntry(id, 3);
      assertThat(program.isRunning()).isTrue();
    }
  }

  /** Of two processes that both go on, the one that has the lock asks for the id. */
  @Test
  void fetchGivesTheLockBackAndARunAsksForItsId() throws IOException {
    String id = Ids.failing(0, 2, 40602);
    try (ProgramUnderTest fetch =
        program().key("serp.not-ready.delay", "1s").argument("fetch").argument(id).start()) {
      await("it has asked again")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> api.asked().getOrDefault(id, 0) == 2 && isLockFree());
      fetch.suspend();
      try (ProgramUnderTest run = program().key("serp.not-ready.max-delay", "1s").start()) {
        out().awaitReceipts(List.of(id));
        await("nothing parked") // else fetch finds it, as after any kill
            .atMost(ProgramUnderTest.PATIENCE)
            .until(() -> out().names("parked").isEmpty());
        assertThat(run.isRunning()).isTrue();
      }
      fetch.resume();
      assertThat(fetch.exitCode()).as(fetch.output()).isZero();
    }
    assertThat(out().receipt(id).path("outcome").textValue()).isEqualTo("delivered");
    assertThat(out().receipt(id).path("attempts").intValue()).isEqualTo(3);
    assertThat(api.asked()).containsEntry(id, 3);
  }

  @Test
  void fetchAsksForItsIdOnceARunHasGivenTheLockBack() throws IOException {
    String id = Ids.failing(0, 1, 40602);
    try (ProgramUnderTest run = program().start()) {
      await("it has the lock")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> Files.exists(lock()) && !isLockFree());
      run.suspend(); // or it may find the id in the folder
      try (ProgramUnderTest fetch =
          program().key("serp.not-ready.delay", "1s").argument("fetch").argument(id).start()) {
        awaitParked(id);
        Instant due = time(out().find("parked", id), "due_at");
        await("it is due")
            .atMost(ProgramUnderTest.PATIENCE)
            .until(() -> Instant.now().isAfter(due.plusSeconds(2)));
        assertThat(api.asked()).containsEntry(id, 1);
        run.kill();
        assertThat(fetch.exitCode()).as(fetch.output()).isZero();
      }
    }
    assertThat(out().receipt(id).path("outcome").textValue()).isEqualTo("delivered");
    assertThat(api.asked()).containsEntry(id, 2);
    assertThat(out().names("parked")).isEmpty();
  }

  private Path lock() {
    return out().dir().resolve("parked/.lock");
  }

  private boolean isLockFree() throws IOException {
    try (FileChannel file = FileChannel.open(lock(), StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      return lock != null;
    }
  }

  @Test
  void theDeadlineEndsWithOneLastAsk() {
    String id = Ids.failing(40602);
    try (ProgramUnderTest program =
        program()
            .key("serp.ids", id)
            .key("serp.not-ready.delay", "1h")
            .key("serp.not-ready.max-delay", "1h")
            .key("serp.not-ready.deadline", "8s")
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      assertThat(api.asked()).containsEntry(id, 2);
      assertThat(out().names("parked")).isEmpty();
      assertThat(out().deadLetter(id).path("reason").textValue()).isEqualTo("not-ready");
      assertThat(out().receipt(id).path("reason").textValue()).isEqualTo("not-ready");
      assertThat(out().receipt(id).path("attempts").intValue()).isEqualTo(2);
    }
  }

  /** Parked ids are taken up at the start, whatever the sources are; attempts add up. */
  @Test
  void aRunOnceKeepsThemForTheNext() {
    String id = Ids.failing(0, 1, 40601);
    Start start =
        program().key("serp.not-ready.delay", "5s").key("serp.once.wait-not-ready", "100ms");
    try (ProgramUnderTest program = start.key("serp.ids", id).start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(4);
      assertThat(out().names("receipts")).isEmpty();
    }
    start.key("serp.ids", Ids.good(1)).key("serp.once.wait-not-ready", "1m");
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(out().receipt(id).path("outcome").textValue()).isEqualTo("delivered");
      assertThat(out().receipt(id).path("attempts").intValue()).isEqualTo(2);
      assertThat(out().receipt(id).path("source").textValue()).isEqualTo("command-line");
      assertThat(out().names("parked")).isEmpty();
    }
  }

  @Test
  void deadLettersAreReplayedByTheirReasons() {
    String exhausted = Ids.failing(500, 3, 0);
    String hopeless = Ids.failing(503, 0, 0);
    String unreadable = Ids.failing(204, 2, 0);
    String unknown = Ids.failing(40401);
    Start start =
        program().key("serp.retry.max-attempts", "2").key("serp.retry.first-delay", "50ms");
    try (ProgramUnderTest program =
        start
            .key("serp.ids", String.join(",", exhausted, hopeless, unreadable, unknown, "no id"))
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      assertThat(out().names("dead-letters")).hasSize(5);
      assertThat(out().deadLetter(exhausted).path("attempts").intValue()).isEqualTo(2);
    }
    JsonNode first = out().deadLetter(hopeless);
    try (ProgramUnderTest program =
        start
            .without("serp.ids")
            .key("serp.from", "dead-letters")
            .key("serp.once", "true")
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      assertThat(out().receipt(exhausted).path("outcome").textValue()).isEqualTo("delivered");
      assertThat(out().receipt(exhausted).path("attempts").intValue()).isEqualTo(2);
      assertThat(out().receipt(exhausted).path("source").textValue()).startsWith("dead-letters:");
      assertThat(out().receipt(unreadable).path("outcome").textValue()).isEqualTo("delivered");
      assertThat(out().deadLetter(exhausted)).isNull();
      assertThat(out().deadLetter(unreadable)).isNull();
      assertThat(out().deadLetter(hopeless).path("attempts").intValue()).isEqualTo(2);
      assertThat(time(out().deadLetter(hopeless), "failed_at")).isAfter(time(first, "failed_at"));
      assertThat(api.asked()).containsEntry(unknown, 1);
      assertThat(out().names("dead-letters")).hasSize(3);
    }
  }
}
