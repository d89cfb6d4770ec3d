package io.serproutes.feed.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.feed.webhooks.Signal.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignalLogTest {

  @Test
  void eachKindOfRefusalIsSaidOnceAMinute() {
    Secrets secrets = new Secrets(new Settings(Map.<String, String>of()::get));
    SignalLog log = new SignalLog(new SignalCounts(), secrets);
    try (LogLines lines = LogLines.of("serp-ids-from-webhooks")) {
      for (int i = 0; i < 2; i++) {
        log.answered(Kind.PINGBACK, 400, "");
        log.answered(Kind.PINGBACK, 400, "x");
        log.answered(Kind.PINGBACK, 400, "$id");
        log.answered(Kind.PINGBACK, 404, null);
        log.answered(Kind.POSTBACK, 404, null);
      }
      assertThat(lines.lines())
          .hasSize(5)
          .anyMatch(line -> line.contains("it has no id"))
          .anyMatch(line -> line.contains("its id is \"x\""));
    }
  }
}
