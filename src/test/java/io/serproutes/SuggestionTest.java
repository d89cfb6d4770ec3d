package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuggestionTest {

  @ParameterizedTest
  @CsvSource({
    "serp.form, serp.from",
    "serp.too, serp.to",
    "serp.api.pasword, serp.api.password",
    "serp.max-concurrent, serp.api.max-concurrent",
    "serp.api.calls_per_minute, serp.api.calls-per-minute",
  })
  void theKeyThatIsMostSimilar(String typo, String key) {
    assertThat(Suggestion.of(typo, Keys.names())).isEqualTo("; did you mean " + key + "?");
  }

  @ParameterizedTest
  @CsvSource({"serp.browser.language", "serp.x.y.z"})
  void noneWhereNoneIsSimilar(String name) {
    assertThat(Suggestion.of(name, Keys.names())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'', '', 0", "'', ab, 2", "form, from, 2", "kitten, sitting, 3", "same, same, 0"})
  void theDistanceCountsCharacters(String a, String b, int distance) {
    assertThat(Suggestion.distance(a, b)).isEqualTo(distance);
    assertThat(Suggestion.distance(b, a)).isEqualTo(distance);
  }
}
