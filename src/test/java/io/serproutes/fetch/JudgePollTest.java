package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Verdict.Kind;
import java.net.ConnectException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgePollTest {

  private final Settings settings = new Settings(Map.of("serp.api.password", "geheim1")::get);
  private final Secrets secrets = new Secrets(settings);
  private final JudgePoll judge = new JudgePoll(new TaskGetClient(settings, secrets), secrets);

  private Verdict answered(int http, Integer code, String broken) {
    Poll poll = new Poll();
    judge.answered(poll, http, code, "the message", broken, "7");
    return poll.getVerdict();
  }

  @ParameterizedTest
  @CsvSource({
    "200, 20000, DELIVER",
    "200, 40202, THROTTLED",
    "200, 40209, THROTTLED",
    "429, , THROTTLED",
    "200, 40100, ACCOUNT",
    "200, 40200, ACCOUNT",
    "401, 40100, ACCOUNT",
    "403, , ACCOUNT",
    "500, 20000, TRANSIENT",
    "200, 50000, TRANSIENT",
    "200, , TRANSIENT",
    "200, 40501, PERMANENT",
  })
  void itMeansWhatItMeansForAnId(int http, Integer code, Kind kind) {
    assertThat(answered(http, code, null).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({"301,", "302, 20000", "404,", "404, 40400", "200, 40400", "200, 40402"})
  void whatSpeaksOfTheAddressIsAboutThePathOfTheListAlone(int http, Integer code) {
    assertThat(answered(http, code, null))
        .extracting(Verdict::kind, Verdict::reason)
        .containsExactly(Kind.PERMANENT, Reason.WRONG_ENDPOINT);
  }

  @Test
  void aBrokenAnswerIsTransientUnlessItsCodeOrStatusRefuses() {
    assertThat(answered(200, 20000, "cut off").inWords()).isEqualTo("20000 cut off");
    assertThat(answered(200, 20000, "cut off").kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(answered(200, 40200, "cut off").kind()).isEqualTo(Kind.ACCOUNT);
    assertThat(answered(402, null, "no JSON").kind()).isEqualTo(Kind.ACCOUNT);
  }

  @Test
  void noAnswerIsTransient() {
    Poll poll = new Poll();
    judge.noAnswer(poll, new ConnectException("refused by geheim1\n"));
    assertThat(poll.getVerdict().kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(poll.getVerdict().inWords()).isEqualTo("no connection: refused by ***");
  }

  @Test
  void howLongToWaitIsPassedOn() {
    assertThat(answered(429, null, null).retryAfter()).isEqualTo(7_000_000_000L);
  }
}
