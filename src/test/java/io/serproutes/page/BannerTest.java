package io.serproutes.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class BannerTest {

  private static final Instant AT = Instant.parse("2026-11-24T08:25:21Z");

  private static final String PAUSED = "Paused at 08:25:21 UTC: no id is taken and no call starts.";

  private static final String GO_ON = " Resume, or start the program again, to go on.";

  @Test
  void throttledItSaysWhyNothingEnds() {
    assertThat(Banner.throttled("Throttled", 1, 1)).isEqualTo("Throttled. 1 id in work.");
    assertThat(Banner.throttled("Throttled", 20, 1200))
        .isEqualTo("Throttled. 20 ids in work, about 1,200 left.");
  }

  @Test
  void pausedItCountsOnlyWhatThereIs() {
    assertThat(Banner.paused(AT, 0, 0)).isEqualTo(PAUSED + GO_ON);
    assertThat(Banner.paused(AT, 1, 1))
        .isEqualTo(PAUSED + " 1 call in flight will end. 1 id is kept." + GO_ON);
    assertThat(Banner.paused(AT, 0, 1200)).isEqualTo(PAUSED + " 1,200 ids are kept." + GO_ON);
  }
}
