package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ids.Delivery.History;
import io.serproutes.ids.Delivery.Outcome;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeliveryTest {

  private static final Source SOURCE = Source.line("folder", "ids.txt", 17);
  private final List<Outcome> settled = new ArrayList<>();

  private Delivery asked(int asks) {
    return new Delivery(
        "id", SOURCE, new History(Instant.EPOCH, asks, asks, null, null), settled::add);
  }

  @Test
  void whatIsWithoutHeadersHasNone() {
    Delivery fresh = Delivery.fresh("id", SOURCE, settled::add);
    assertThat(fresh.headers()).isEmpty();
    assertThat(fresh.history()).isNull();
    assertThat(fresh.answer()).isNull();
    assertThat(fresh.with(Map.of())).isSameAs(fresh);
    assertThat(fresh).hasToString("id of folder:ids.txt:17");
  }

  @Test
  void headersChangeNothingElse() {
    Path answer = Path.of("answer.json.gz");
    Delivery with =
        new Delivery("id", SOURCE, asked(2).history(), Map.of(), settled::add, answer)
            .with(Map.of("traceparent", new byte[] {1}));
    assertThat(with.headers()).containsOnlyKeys("traceparent");
    assertThat(with.text()).isEqualTo("id");
    assertThat(with.source()).isEqualTo(SOURCE);
    assertThat(with.history()).isEqualTo(asked(2).history());
    assertThat(with.answer()).isEqualTo(answer);
    with.settlement().settled(Outcome.PARKED);
    assertThat(settled).containsExactly(Outcome.PARKED);
  }

  @Test
  void anIdWhoseTaskWasNotReadyWasParked() {
    assertThat(asked(1).isParkedBefore()).isTrue();
    assertThat(asked(0).isParkedBefore()).as("replayed").isFalse();
    assertThat(Delivery.fresh("id", SOURCE, settled::add).isParkedBefore()).isFalse();
  }

  /** One that is not kept has a record that tells of it. */
  @ParameterizedTest
  @EnumSource
  void onlyWhatIsKeptIsDeliveredAgain(Outcome outcome) {
    assertThat(outcome.isAcknowledged()).isEqualTo(outcome != Outcome.KEPT);
  }

  @Test
  void aSourceWithoutWishesWantsItsIdsAndTheirDeadLettersLogged() {
    Delivery.Settlement plain = settled::add;
    plain.outOfLine();
    assertThat(settled).isEmpty();
    assertThat(plain.logsDeadLetter("not-found")).isTrue();
    assertThat(plain.origin()).isNull();
    assertThat(plain.isWanted()).isTrue();
  }
}
