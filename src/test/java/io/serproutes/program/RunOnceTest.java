package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Test;

class RunOnceTest {

  private long now = -1_000_000_000L;

  /** Here it can never tell: there is no context to look at. */
  @Test
  void aRunThatCannotTellWhetherItIsOverEndsAfterAMinute() {
    boolean[] completed = {false};
    Main main =
        new Main() {
          @Override
          public void completed() {
            completed[0] = true;
          }
        };
    RunOnce run =
        new RunOnce(main, new Settings(Map.of("serp.once", "true")::get), List.of(), () -> now);
    assertThatThrownBy(run::look).isInstanceOf(RuntimeException.class);
    now += Duration.ofSeconds(59).toNanos();
    assertThatThrownBy(run::look).isInstanceOf(RuntimeException.class);
    assertThat(completed[0]).isFalse();
    now += Duration.ofSeconds(1).toNanos();
    assertThatThrownBy(run::look).isInstanceOf(RuntimeException.class);
    assertThat(completed[0]).isTrue();
    assertThat(run.exitCode()).isEqualTo(5);
  }
}
