package io.serproutes.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class ActionsTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"a.txt", "A.CSV", "과업 목록.tsv", "x.y.json", "a.ndjson", "a.jsonl.gz", "a.TXT.GZ"})
  void aNameOfAKindIsTaken(String name) throws Exception {
    assertThat(Actions.name(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {" ", ".", "..", "txt", "a", "a.xlsx", "a.txt.part", "a.gz", "a.txt/"})
  void aNameOfNoKindIsRefused(String name) {
    assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> Actions.name(name));
  }

  @ParameterizedTest
  @CsvSource({
    "ids.txt, ids.txt",
    "'과업 목록 (1).csv', '과업 목록 (1).csv'",
    "../../etc/passwd.txt, _._.._etc_passwd.txt",
    "'..\\..\\x.txt', '_._.._x.txt'",
    "/a.txt, _a.txt",
    ".hidden.txt, _hidden.txt",
    "'  a.txt  ', a.txt"
  })
  void aNameIsOnePartAndShown(String given, String clean) throws Exception {
    assertThat(Actions.name(given)).isEqualTo(clean);
  }

  @Test
  void controlCharactersGoAndTheLengthIsBounded() throws Exception {
    assertThat(Actions.name("a\n\u001b[2J\u202e.txt")).isEqualTo("a__[2J_.txt");
    String longest = Actions.name("가".repeat(200) + ".txt.gz");
    assertThat(longest.getBytes(UTF_8).length).isLessThanOrEqualTo(200);
    assertThat(longest).endsWith("가.txt.gz");
  }
}
