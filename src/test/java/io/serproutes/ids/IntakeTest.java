package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serproutes.ids.Delivery.History;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IntakeTest {

  private static final String ID = "00000000-0000-0000-0000-000000000001";
  private static final Source SOURCE = Source.named("test");
  private static final int FRESH = 1000;
  private static final int LINE = 120;
  private static final int AT_ONCE = 16;
  private static final int PARKED = 200;

  private final Intake intake = new Intake();
  private final List<Delivery.Outcome> settled = new ArrayList<>();

  private List<Delivery> take(int count, History history) throws InterruptedException {
    List<Delivery> taken = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      taken.add(intake.take(ID, SOURCE, history, settled::add));
      taken.get(i).settlement().outOfLine();
    }
    return taken;
  }

  private static History asked(int asks) {
    return new History(Instant.EPOCH, asks, asks, null, null);
  }

  private CompletableFuture<Delivery> takeLater(History history) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return intake.take(ID, SOURCE, history, settled::add);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        },
        taking ->
            new Thread(taking).start()); // some wait here, and the common pool has few threads
  }

  @Test
  void anIdIsTakenWithAllThatIsKnownOfIt() throws InterruptedException {
    History history = asked(3);
    Delivery delivery = intake.take(ID, SOURCE, history, settled::add);
    assertThat(delivery.text()).isEqualTo(ID);
    assertThat(delivery.source()).isEqualTo(SOURCE);
    assertThat(delivery.history()).isEqualTo(history);
    assertThat(delivery.isParkedBefore()).isTrue();
    assertThat(intake.inWork()).isEqualTo(1);

    delivery.settlement().settled(Delivery.Outcome.KEPT);
    assertThat(settled).containsExactly(Delivery.Outcome.KEPT);
    assertThat(intake.inWork()).isZero();
  }

  @Test
  void thereIsRoomForSoManyUntilOneHasEnded() throws Exception {
    List<Delivery> taken = take(FRESH, null);
    CompletableFuture<Delivery> next = takeLater(null);
    assertThat(intake.inWork()).isEqualTo(FRESH);
    assertThat(next).isNotDone();
    taken.get(500).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(next.get(30, TimeUnit.SECONDS).text()).isEqualTo(ID);
    assertThat(intake.inWork()).isEqualTo(FRESH);
  }

  @Test
  void fewFreshIdsWaitForTheirFirstCall() throws Exception {
    List<Delivery> taken = new ArrayList<>();
    for (int i = 0; i < LINE; i++) {
      taken.add(intake.take(ID, SOURCE, settled::add));
    }
    take(PARKED, asked(1)); // those that were parked wait beside them
    CompletableFuture<Delivery> next = takeLater(null);
    for (int i = 0; i < AT_ONCE - 1; i++) {
      taken.get(i).settlement().outOfLine();
      taken.get(i).settlement().outOfLine(); // once more, after a back-off
      taken.get(i).settlement().settled(Delivery.Outcome.DELIVERED);
    }
    assertThat(next).failsWithin(300, TimeUnit.MILLISECONDS);
    taken.get(AT_ONCE).settlement().settled(Delivery.Outcome.KEPT); // no call was made
    assertThat(next).succeedsWithin(30, TimeUnit.SECONDS);
    for (int i = 1; i < AT_ONCE; i++) {
      assertThat(takeLater(null)).succeedsWithin(30, TimeUnit.SECONDS);
    }
    assertThat(takeLater(null)).failsWithin(300, TimeUnit.MILLISECONDS);
  }

  @Test
  void whoeverStopsWaitingForRoomLeavesTheLine() throws Exception {
    List<Delivery> all = take(FRESH, null);
    CompletableFuture<Delivery> next = takeLater(null);
    intake.stop();
    assertThat(next).failsWithin(30, TimeUnit.SECONDS);
    intake.start();
    all.forEach(one -> one.settlement().settled(Delivery.Outcome.DELIVERED));
    for (int i = 0; i < LINE - AT_ONCE; i++) {
      assertThat(takeLater(null)).succeedsWithin(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void freshAndParkedIdsHaveRoomOfTheirOwn() throws Exception {
    take(FRESH, null);
    take(PARKED, asked(1));
    assertThat(intake.inWork()).isEqualTo(FRESH + PARKED);
    CompletableFuture<Delivery> replayed = takeLater(asked(0)); // replayed, never parked
    CompletableFuture<Delivery> parked = takeLater(asked(2));
    intake.stop();
    assertThat(replayed).failsWithin(30, TimeUnit.SECONDS);
    assertThat(parked).failsWithin(30, TimeUnit.SECONDS);
  }

  /** A full intake of ids that wait for a call must not hold them up. */
  @Test
  void idsThatCameWithTheirAnswersHaveRoomOfTheirOwn() throws Exception {
    take(FRESH, null);
    Path answer = Path.of("answer.json.gz");
    List<Delivery> taken = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      taken.add(intake.takeAnswered(ID, SOURCE, answer, settled::add));
    }
    assertThat(taken).extracting(Delivery::answer).containsOnly(answer);
    assertThat(intake.inWork()).isEqualTo(FRESH + 200);
    taken.forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    assertThat(intake.inWork()).isEqualTo(FRESH);
  }

  @Test
  void whileItIsPausedNothingIsTakenAndWhatWasTakenMayEnd() throws Exception {
    List<Delivery> before = take(1, null);
    intake.pause();
    CompletableFuture<Delivery> fresh = takeLater(null);
    CompletableFuture<Delivery> parked = takeLater(asked(1));
    before.get(0).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(fresh).failsWithin(500, TimeUnit.MILLISECONDS);
    assertThat(parked).isNotDone();
    assertThat(intake.inWork()).isZero();
    assertThat(intake.isClosed()).isTrue();

    intake.resume();
    assertThat(fresh).succeedsWithin(30, TimeUnit.SECONDS);
    assertThat(parked).succeedsWithin(30, TimeUnit.SECONDS);
    assertThat(intake.isClosed()).isFalse();
  }

  @Test
  void anIdThatWaitsForRoomWhenItIsPausedIsNotTaken() throws Exception {
    List<Delivery> taken = take(FRESH, null);
    CompletableFuture<Delivery> next = takeLater(null);
    intake.pause();
    taken.get(0).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(next).failsWithin(500, TimeUnit.MILLISECONDS);
    assertThat(intake.inWork()).isEqualTo(FRESH - 1);
    intake.stop(); // a pause does not hold up the end
    assertThat(next).failsWithin(30, TimeUnit.SECONDS);
    assertThat(intake.inWork()).isEqualTo(FRESH - 1);
  }

  @Test
  void whileTheProgramStopsNothingIsTaken() throws InterruptedException {
    intake.stop();
    assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> take(1, null));
    assertThat(intake.inWork()).isZero();
    intake.start();
    assertThat(take(1, null)).hasSize(1);
  }

  @Test
  void whatTheCoreAsksOfAnIdItsSourceAnswers() throws InterruptedException {
    List<String> told = new ArrayList<>();
    Delivery.Settlement source =
        new Delivery.Settlement() {
          @Override
          public void outOfLine() {
            told.add("out of line");
          }

          @Override
          public void settled(Delivery.Outcome outcome) {
            told.add("settled");
          }

          @Override
          public boolean logsDeadLetter(String reason) {
            told.add(reason);
            return false;
          }

          @Override
          public Object origin() {
            return told;
          }

          @Override
          public boolean isWanted() {
            return false;
          }
        };
    Delivery.Settlement place = intake.take(ID, SOURCE, source).settlement();
    assertThat(place.logsDeadLetter("not-found")).isFalse();
    assertThat(place.origin()).isSameAs(told);
    assertThat(place.isWanted()).isFalse();
    place.outOfLine();
    place.settled(Delivery.Outcome.DELIVERED);
    assertThat(told).containsExactly("not-found", "out of line", "settled");

    Delivery.Settlement plain = intake.take(ID, SOURCE, settled::add).settlement();
    assertThat(plain.logsDeadLetter("not-found")).isTrue();
    assertThat(plain.origin()).isNull();
    assertThat(plain.isWanted()).isTrue();
  }

  @Test
  void aPauseThatIsOverHoldsUpNothing() throws InterruptedException {
    intake.pause();
    intake.resume();
    assertThat(take(1, null)).hasSize(1);
    assertThat(intake.isClosed()).isFalse();
    intake.stop();
    assertThat(intake.isClosed()).isTrue();
  }
}
