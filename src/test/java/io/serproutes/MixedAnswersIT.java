package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Forty ids, one for each kind of answer but account and lasting throttling, among 260 good ones:
 * each ends as section 3 of the contract says, and the good ones are not held up.
 */
@Execution(ExecutionMode.CONCURRENT)
class MixedAnswersIT {

  private static final int MAX_ATTEMPTS = 3;
  private static final int GOOD = 260;

  /** What becomes of an id: reason and null are for a dead letter and for none. */
  private record Case(String id, String outcome, String reason, int attempts) {}

  private static final List<Case> AT_ONCE =
      List.of(
          ends(Ids.ZERO, "delivered", 1),
          ends(Ids.failing(40106), "partial", 1),
          ends(Ids.failing(40102), "empty", 1),
          ends(Ids.failing(201, 0, 0), "delivered", 1),
          given(Ids.failing(40401), "not-found", 1),
          given(Ids.failing(40404), "not-found", 1),
          given(Ids.failing(404, 0, 40401), "not-found", 1),
          given(Ids.failing(404, 0, 40501), "not-found", 1),
          given(Ids.failing(40403), "expired", 1),
          given(Ids.failing(40001), "wrong-endpoint", 1),
          given(Ids.failing(40002), "wrong-endpoint", 1),
          given(Ids.failing(40003), "wrong-endpoint", 1),
          given(Ids.failing(40004), "wrong-endpoint", 1),
          given(Ids.failing(40101), "task-failed", 1),
          given(Ids.failing(40103), "task-failed", 1),
          given(Ids.failing(40501), "rejected", 1),
          given(Ids.failing(50100), "rejected", 1),
          given(Ids.failing(50402), "rejected", 1),
          given(Ids.failing(49999), "rejected", 1),
          given(Ids.failing(30000), "rejected", 1),
          given(Ids.failing(400, 0, 40506), "rejected", 1));

  private static final List<Case> LATER =
      List.of(
          ends(Ids.failing(0, 1, 40601), "delivered", 2),
          ends(Ids.failing(0, 2, 40602), "delivered", 3),
          ends(Ids.failing(0, 1, 20100), "delivered", 2),
          given(Ids.failing(40602), "not-ready", 3),
          ends(Ids.failing(500, 1, 0), "delivered", 2),
          ends(Ids.failing(502, 2, 0), "delivered", 3),
          ends(Ids.failing(503, 1, 50303), "delivered", 2),
          ends(Ids.failing(0, 1, 50000), "delivered", 2),
          ends(Ids.failing(0, 2, 50401), "delivered", 3),
          given(Ids.failing(500, 0, 0), "retries-exhausted", MAX_ATTEMPTS),
          given(Ids.failing(504, 0, 0), "retries-exhausted", MAX_ATTEMPTS),
          given(Ids.failing(50301), "retries-exhausted", MAX_ATTEMPTS),
          given(Ids.failing(50304), "retries-exhausted", MAX_ATTEMPTS),
          given(Ids.failing(59999), "retries-exhausted", MAX_ATTEMPTS),
          given(Ids.failing(418, 0, 0), "rejected", MAX_ATTEMPTS),
          given(Ids.failing(204, 0, 0), "unreadable", MAX_ATTEMPTS));

  /** They make everybody pause, so they come last. */
  private static final List<Case> THROTTLED =
      List.of(
          ends(Ids.failing(429, 1, 0), "delivered", 2),
          ends(Ids.failing(0, 1, 40202), "delivered", 2),
          ends(Ids.failing(0, 1, 40209), "delivered", 2));

  private static Case ends(String id, String outcome, int attempts) {
    return new Case(id, outcome, null, attempts);
  }

  private static Case given(String id, String reason, int attempts) {
    return new Case(id, "dead-lettered", reason, attempts);
  }

  @TempDir Path temp;

  private OutFolder out() {
    return new OutFolder(temp.resolve("work/out"));
  }

  private void drop(String name, List<String> ids) throws IOException {
    Path hidden = temp.resolve("work/inbox/." + name);
    Files.write(hidden, ids);
    Files.move(hidden, temp.resolve("work/inbox/" + name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static List<String> ids(List<Case> cases) {
    return cases.stream().map(Case::id).toList();
  }

  @Test
  void eachEndsAsTheContractSaysAndTheGoodOnesAreNotHeldUp() throws IOException {
    List<Case> all = Stream.of(AT_ONCE, LATER, THROTTLED).flatMap(List::stream).toList();
    assertThat(ids(all)).doesNotHaveDuplicates().hasSize(40);
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            ProgramUnderTest.in(temp.resolve("work"))
                .api(api)
                .key("serp.api.calls-per-minute", "12000")
                .key("serp.retry.max-attempts", Integer.toString(MAX_ATTEMPTS))
                .key("serp.retry.first-delay", "6s")
                .key("serp.retry.max-delay", "6s")
                .key("serp.not-ready.delay", "20s")
                .key("serp.not-ready.deadline", "35s")
                .start()) {
      program.awaitStart();
      List<String> good = Ids.good(0, GOOD);
      drop("mixed.txt", mixed(good, Stream.of(AT_ONCE, LATER).flatMap(List::stream).toList()));
      out().awaitReceipts(good);
      assertThat(ids(LATER)).as("still in back-off or parked").noneMatch(out()::hasReceipt);
      out().awaitReceipts(ids(AT_ONCE));

      drop("throttled.txt", mixed(Ids.good(GOOD, GOOD + 20), THROTTLED));
      out().awaitReceipts(ids(all));
      out().awaitReceipts(Ids.good(GOOD, GOOD + 20));
      assertThat(all).allSatisfy(this::endedAsItShould);
      await("nothing parked, once the receipts are written")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> out().names("parked").isEmpty());
      assertThat(out().names("receipts")).hasSize(GOOD + 20 + 40);
      assertThat(program.output()).doesNotContain("Halted: ");
    }
  }

  private static List<String> mixed(List<String> good, List<Case> cases) {
    List<String> mixed = new ArrayList<>(good);
    for (int i = 0; i < cases.size(); i++) {
      mixed.add(i * good.size() / cases.size(), cases.get(i).id());
    }
    return mixed;
  }

  private void endedAsItShould(Case expected) {
    JsonNode receipt = out().receipt(expected.id());
    JsonNode letter = out().deadLetter(expected.id());
    assertThat(
            new Case(
                receipt.path("task_id").textValue(),
                receipt.path("outcome").textValue(),
                receipt.path("reason").textValue(),
                receipt.path("attempts").intValue()))
        .isEqualTo(expected);
    if (expected.reason() == null) {
      assertThat(letter).isNull();
    } else {
      assertThat(letter.path("reason").textValue()).isEqualTo(expected.reason());
      assertThat(letter.path("attempts").intValue()).isEqualTo(expected.attempts());
      assertThat(out().find("organic", expected.id())).isNull();
    }
  }
}
