package io.serproutes.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ItemRangeTest {

  @Test
  void isARangeOrOneNumber() {
    assertThat(ItemRange.of("20-110")).isEqualTo(new ItemRange(20, 110));
    assertThat(ItemRange.of(" 0 - 3 ")).isEqualTo(new ItemRange(0, 3));
    assertThat(ItemRange.of("100")).isEqualTo(new ItemRange(100, 100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-5", "5-", "9-3", "many", "1-2-3"})
  void saysWhatItCannotRead(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ItemRange.of(text))
        .withMessageEndingWith(": " + text);
  }
}
