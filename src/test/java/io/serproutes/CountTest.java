package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CountTest {

  @Test
  void readsAsEnglish() {
    assertThat(Count.of(0, "id")).isEqualTo("0 ids");
    assertThat(Count.of(1, "dead letter")).isEqualTo("1 dead letter");
    assertThat(Count.of(2, "id")).isEqualTo("2 ids");
    assertThat(Count.of(1_234_567, "item")).isEqualTo("1,234,567 items");
    assertThat(Count.of(1, "id is kept", "ids are kept")).isEqualTo("1 id is kept");
    assertThat(Count.of(0, "id is kept", "ids are kept")).isEqualTo("0 ids are kept");
  }
}
