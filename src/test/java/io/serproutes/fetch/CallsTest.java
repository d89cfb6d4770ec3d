package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Calls.Answered;
import io.serproutes.fetch.Verdict.Kind;
import java.time.Duration;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class CallsTest {

  private long now = -99;
  private final Calls calls = new Calls(() -> now);

  private static Verdict verdict(Integer code, Integer http) {
    return new Verdict(Kind.TRANSIENT, Reason.UNREADABLE, code, "words", http, -1);
  }

  @Property(tries = 500)
  void whateverIsAnsweredIsOneOfAFewWords(@ForAll Integer code, @ForAll Integer http) {
    Calls all = new Calls(System::nanoTime);
    all.ended(verdict(code, http));
    assertThat(Calls.all().stream().mapToLong(all::count).sum()).isOne();
  }

  @Example
  void callsAreCountedByStatusAndCode() {
    calls.ended(verdict(20000, 200));
    calls.ended(verdict(20100, 200));
    calls.ended(verdict(50301, 503));
    calls.ended(verdict(null, 502));
    calls.ended(verdict(99999, 429));
    calls.ended(verdict(-40100, 101));
    calls.ended(verdict(null, null));
    calls.ended(null);
    assertThat(calls.count(new Answered("2xx", "20"))).isEqualTo(2);
    assertThat(calls.count(new Answered("5xx", "50"))).isOne();
    assertThat(calls.count(new Answered("5xx", "none"))).isOne();
    assertThat(calls.count(new Answered("4xx", "other"))).isOne();
    assertThat(calls.count(new Answered("other", "other"))).isOne();
    assertThat(calls.count(new Answered("none", "none"))).isEqualTo(2);
    assertThat(Calls.all()).doesNotHaveDuplicates().hasSize(26);
  }

  @Property(tries = 200)
  void quantilesAreRightToFivePercent(
      @ForAll @Size(min = 1, max = 200)
          List<@LongRange(min = 100_000, max = 100_000_000_000L) Long> times) {
    Calls all = new Calls(() -> now);
    times.forEach(nanos -> all.ended(verdict(20000, 200), nanos));
    List<Long> sorted = times.stream().sorted().toList();
    for (double part : new double[] {0.01, 0.5, 0.99, 1}) {
      long exact = sorted.get((int) Math.ceil(part * sorted.size()) - 1);
      assertThat(all.quantile(part).toNanos())
          .isBetween((long) (exact / 1.05), (long) (exact * 1.05));
    }
  }

  @Example
  void whatEndedMoreThanAMinuteAgoDoesNotCount() {
    calls.ended(verdict(20000, 200), Duration.ofSeconds(5).toNanos());
    now += Duration.ofSeconds(40).toNanos();
    calls.ended(verdict(20000, 200), Duration.ofMillis(5).toNanos());
    assertThat(calls.quantile(1)).isGreaterThan(Duration.ofSeconds(4));
    now += Duration.ofSeconds(30).toNanos();
    assertThat(calls.quantile(1)).isLessThan(Duration.ofMillis(6));
    now += Duration.ofDays(1).toNanos();
    assertThat(calls.quantile(1)).isNull();
  }

  @Example
  void noTimeIsTooShortOrTooLong() {
    calls.ended(verdict(20000, 200), -5);
    assertThat(calls.quantile(1)).isEqualTo(Duration.ofNanos(100_000));
    calls.ended(verdict(20000, 200), Long.MAX_VALUE);
    assertThat(calls.quantile(1)).isGreaterThan(Duration.ofMinutes(30));
  }
}
