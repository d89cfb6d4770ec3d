package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class KeptRecordsTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final KeptRecords kept = new KeptRecords();

  @Test
  void theLowestIsReadAgainOnce() {
    assertThat(kept.isEmpty()).isTrue();
    assertThat(kept.take(-7)).isEqualTo(-1);
    kept.add(5);
    kept.add(3);
    kept.add(4);
    assertThat(kept.isEmpty()).isFalse();
    assertThat(kept.take(-7)).isEqualTo(3);
    assertThat(kept.take(1000 * SECOND)).isEqualTo(-1);
    assertThat(kept.isEmpty()).as("it has not been read").isFalse();
  }

  @Test
  void whatWasReadAgainIsLeftNoMore() {
    kept.add(3);
    kept.readTo(9, 9);
    assertThat(kept.isEmpty()).as("that was read before it was kept").isFalse();
    assertThat(kept.take(0)).isEqualTo(3);
    kept.readTo(3, 9);
    kept.readTo(6, 9);
    assertThat(kept.isEmpty()).isFalse();
    kept.readTo(5, 9);
    kept.add(8);
    assertThat(kept.take(1000 * SECOND)).as("the rest was not read again").isEqualTo(6);
    kept.readTo(9, 9);
    assertThat(kept.isEmpty()).isTrue();
    kept.readTo(20, 10);
    kept.add(19);
    assertThat(kept.take(2000 * SECOND)).isEqualTo(19);
  }

  @Test
  void whatIsKeptAgainSoonWaitsTwiceAsLong() {
    long now = -SECOND;
    kept.add(1);
    assertThat(kept.take(now)).isEqualTo(1);
    kept.add(1);
    assertThat(kept.take(now + SECOND - 1)).isEqualTo(-1);
    assertThat(kept.take(now + SECOND)).isEqualTo(1);
    now += SECOND;
    kept.add(1);
    assertThat(kept.take(now + 2 * SECOND - 1)).isEqualTo(-1);
    assertThat(kept.take(now + 2 * SECOND)).isEqualTo(1);
    now += 2 * SECOND;
    kept.add(1);
    assertThat(kept.take(now + 4 * SECOND - 1)).isEqualTo(-1);
    assertThat(kept.take(now + 8 * SECOND)).as("not soon").isEqualTo(1);
    now += 8 * SECOND;
    kept.add(1);
    assertThat(kept.take(now + SECOND)).as("as at first").isEqualTo(1);
  }

  @Test
  void theWaitIsAMinuteAtMost() {
    long now = 0;
    for (int i = 0; i < 10; i++) {
      kept.add(1);
      while (kept.take(now) < 0) {
        now += SECOND;
      }
    }
    kept.add(1);
    assertThat(kept.take(now + 60 * SECOND - 1)).isEqualTo(-1);
    assertThat(kept.take(now + 60 * SECOND)).isEqualTo(1);
  }
}
