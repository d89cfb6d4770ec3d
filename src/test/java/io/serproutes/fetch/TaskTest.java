package io.serproutes.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.fetch.Verdict.Kind;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Recipient;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Answer;
import io.serproutes.items.Envelope;
import io.serproutes.items.ItemType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskTest {

  private static final TaskId ID = TestTasks.id(7);
  private static final Source SOURCE = Source.named("test");

  private final Task task = TestTasks.fresh(ID);

  private static Verdict verdict(Kind kind) {
    return new Verdict(kind, Reason.REJECTED, 12345, "words", 200, -1);
  }

  /** A task whose record, written when it was parked, names this recipient. */
  private static Task parkedFor(String recipient) {
    Delivery.History history = new Delivery.History(Instant.EPOCH, 3, 5, "tag", recipient);
    return TestTasks.of(new Delivery(ID.value(), SOURCE, history, ended -> {}));
  }

  private static Task given(Recipient recipient) {
    return new Task(Delivery.fresh(ID.value(), SOURCE, e -> {}), "tag", true, recipient, null);
  }

  @Test
  void oneThatWasNeverAskedFor() {
    assertThat(task.isValid()).isTrue();
    assertThat(task.getId()).isEqualTo(ID);
    assertThat(task).hasToString(ID.value());
    assertThat(task.getSource()).isEqualTo(task.getDelivery().source());
    assertThat(task.getTag()).isNull();
    assertThat(task.getRecipient()).isNull();
    assertThat(task.getRecipientName()).isNull();
    assertThat(task.isParkable()).isTrue();
    assertThat(task.isParkedBefore()).isFalse();
    assertThat(task.getAsks()).isZero();
    assertThat(task.getAttempts()).isZero();
    assertThat(task.getFirstAskedAt()).isNull();
    assertThat(task.getOutcome()).isNull();
    assertThat(task.getFound()).isNull();
    assertThat(task.getFetchedAt()).isNull();
  }

  @Test
  void oneThatWasParkedGoesOnFromThere() {
    Task parked = parkedFor("orders");
    assertThat(parked.isParkedBefore()).isTrue();
    assertThat(parked.getAsks()).isEqualTo(3);
    assertThat(parked.getAttempts()).isEqualTo(5);
    assertThat(parked.getTag()).isEqualTo("tag");
    assertThat(parked.getRecipientName()).isEqualTo("orders");
    assertThat(parked.getRecipient()).as("only its name is known").isNull();
    parked.asked(false, 0);
    assertThat(parked.getAttempts()).isEqualTo(6);
    assertThat(parked.getFirstAskedAt()).isEqualTo(Instant.EPOCH);
    assertThat(parkedFor(null).getRecipientName()).isNull();
  }

  @Test
  void aTextThatIsNoIdIsGivenUpFromTheStart() {
    Task none = TestTasks.of(Delivery.fresh("no id", Source.line("folder", "a.txt", 3), e -> {}));
    assertThat(none.isValid()).isFalse();
    assertThat(none.getId()).isNull();
    assertThat(none).hasToString("invalid id of folder:a.txt:3");
    assertThat(none.getOutcome()).isEqualTo("dead-lettered");
    assertThat(none.getVerdict().reason()).isEqualTo(Reason.INVALID_ID);
  }

  @Test
  void onlyARecipientWithANameHasItParked() {
    Recipient orders = new NamedRecipient("orders");
    Task named = given(orders);
    assertThat(named.getRecipient()).isSameAs(orders);
    assertThat(named.getRecipientName()).isEqualTo("orders");
    assertThat(named.isParkable()).isTrue();
    Task nameless = given(new NamedRecipient(null));
    assertThat(nameless.getRecipientName()).isNull();
    assertThat(nameless.isParkable()).isFalse();
  }

  private record NamedRecipient(String getName) implements Recipient {

    @Override
    public String endpoint(String kind) {
      return null;
    }
  }

  @Test
  void theTimeSinceItWasTakenIsInMilliseconds() {
    long before = System.nanoTime();
    Task taken = TestTasks.fresh(ID);
    await().until(() -> taken.getElapsedMillis() > 0);
    assertThat(taken.getElapsedMillis())
        .isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - before).toMillis());
  }

  @Test
  void theNextCallClosesAndForgetsWhatTheLastOneBrought() {
    OpenAnswer first = new OpenAnswer();
    task.asked(false, 0);
    task.judged(verdict(Kind.TRANSIENT), first, null);
    assertThat(task.getAnswer()).isSameAs(first);
    assertThat(first.closed).isZero();
    task.asked(false, 0);
    assertThat(first.closed).isOne();
    assertThat(task.getVerdict()).isNull();
    assertThat(task.getAnswer()).isNull();
    assertThat(task.getFetchedAt()).isNull();

    OpenAnswer second = new OpenAnswer();
    OpenAnswer third = new OpenAnswer();
    task.judged(verdict(Kind.TRANSIENT), second, null);
    task.judged(verdict(Kind.DELIVER), third, null);
    assertThat(second.closed).isOne();
    assertThat(third.closed).isZero();
    assertThat(task.getVerdict().kind()).isEqualTo(Kind.DELIVER);
  }

  @Test
  void anotherVerdictKeepsTheAnswer() {
    OpenAnswer answer = new OpenAnswer();
    task.judged(verdict(Kind.TRANSIENT), answer, null);
    Instant at = task.getFetchedAt();
    task.decide(verdict(Kind.PERMANENT));
    assertThat(task.getVerdict().kind()).isEqualTo(Kind.PERMANENT);
    assertThat(task.getAnswer()).isSameAs(answer);
    assertThat(task.getFetchedAt()).isEqualTo(at);
    assertThat(answer.closed).isZero();
  }

  @Test
  void anAnswerThatCameWithItIsClosedWhereItIsPassedOver() {
    Path file = Path.of("answer.json.gz");
    Task answered = TestTasks.answered(ID, file);
    assertThat(answered.getAnswerFile()).isEqualTo(file);
    OpenAnswer answer = new OpenAnswer();
    answered.judged(verdict(Kind.NOT_READY), answer, null);
    answered.passOverAnswerFile();
    assertThat(answered.getAnswerFile()).isNull();
    assertThat(answered.getVerdict()).isNull();
    assertThat(answer.closed).isOne();
  }

  @ParameterizedTest
  @CsvSource({
    "DELIVER, 20000, 1, delivered",
    "DELIVER, 20000, 0, empty",
    "DELIVER, 40102, 0, empty",
    "DELIVER, 40106, 1, partial",
    "NOT_READY, 40602, 0, parked",
    "PERMANENT, 40401, 0, dead-lettered"
  })
  void howItEnds(Kind kind, int code, int items, String outcome) {
    String result = "[{\"items\":[" + (items == 0 ? "" : "{\"type\":\"paid\"}") + "]}]";
    TestTasks.answer(task, 200, TestTasks.body(ID, code, "{}", result));
    assertThat(task.getVerdict().kind()).isEqualTo(kind);
    assertThat(task.getOutcome()).isEqualTo(outcome);
  }

  @Test
  void itHasEndedOnceItsOutcomeIsDurable() {
    assertThat(task.isEnded()).isFalse();
    task.end();
    assertThat(task.isEnded()).isTrue();
  }

  @Test
  void itemsThatAreTooLargeAreCountedByType() {
    assertThat(task.getOversized()).isZero();
    assertThat(task.getOversizedPositions()).isEmpty();
    task.noteOversized(ItemType.PAID, 9);
    task.noteOversized(ItemType.ORGANIC, 4);
    task.noteOversized(ItemType.PAID, 2);
    assertThat(task.getOversized()).isEqualTo(3);
    assertThat(task.getOversizedPositions()).containsExactly(2, 4, 9);
    task.clearOversized(ItemType.PAID); // they are delivered again
    assertThat(task.getOversizedPositions()).containsExactly(4);
  }

  @Test
  void itsEndClosesTheAnswerAndRunsWhatIsKeptWithItOnce() {
    List<String> run = new ArrayList<>();
    OpenAnswer answer = new OpenAnswer();
    task.judged(verdict(Kind.DELIVER), answer, null);
    Runnable kept = task.keep(Runnable.class, () -> () -> run.add("kept"));
    assertThat(kept).isNotNull();
    assertThat(task.keep(Runnable.class, () -> () -> run.add("another"))).isSameAs(kept);
    assertThat(run).isEmpty();
    task.close();
    assertThat(run).containsExactly("kept");
    assertThat(answer.closed).isOne();
    task.close();
    assertThat(run).hasSize(1);
    assertThat(answer.closed).isOne();
  }

  @Test
  void whatTheAnswerSaysIsKnownWhileItStands() throws IOException {
    TestTasks.answer(task, 200, TestTasks.body(ID, 20000, "{}", "null"));
    Envelope envelope = task.getEnvelope();
    assertThat(envelope.statusCode()).isEqualTo(20000);
    assertThat(task.getFound()).isSameAs(envelope.task());
    String body = new String(task.getAnswer().copy(0, (int) task.getAnswer().length()), UTF_8);
    assertThat(body).contains(ID.value());
    task.close();
    assertThat(task.getEnvelope()).isNull();
    assertThat(task.getFound()).isNull();
  }

  private static final class OpenAnswer extends Answer {

    private int closed;

    @Override
    public long length() {
      return 0;
    }

    @Override
    protected int read(long from, byte[] into, int offset, int most) {
      throw new AssertionError("nothing to read");
    }

    @Override
    public void close() {
      closed++;
    }
  }
}
