package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandLineIdsTest {

  private static final String A = TaskId.of(1, 10).value();
  private static final String B = TaskId.of(1, 11).value();
  private final Intake intake = new Intake();

  private CommandLineIds ids(String value) {
    return new CommandLineIds(new Settings(Map.of("serp.ids", value)::get), intake);
  }

  @Test
  void everyIdIsTakenOnceInOrder() {
    CommandLineIds ids = ids(A + ", bad," + B + ",," + A.toUpperCase(Locale.ROOT) + ",bad");
    List<Delivery> taken = new ArrayList<>();
    ids.ids().forEachRemaining(taken::add);
    assertThat(taken).extracting(Delivery::text).containsExactly(A, "bad", B);
    assertThat(taken).extracting(d -> d.source().label()).containsOnly("command-line");

    assertThat(ids.isFinished()).isFalse();
    taken.forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    assertThat(ids.isFinished()).isTrue();
  }

  @Test
  void whenTheProgramStopsTheRestIsNotTaken() {
    CommandLineIds given = ids(A + "," + B);
    Iterator<Delivery> ids = given.ids();
    ids.next();
    intake.stop();
    assertThat(ids.hasNext()).isFalse();
    assertThat(given.isFinished()).isFalse();
    assertThat(given.left()).isEqualTo(2);
  }
}
