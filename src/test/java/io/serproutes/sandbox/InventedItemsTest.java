package io.serproutes.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InventedItemsTest {

  @Test
  void isARangeOrOneNumber() {
    assertThat(InventedItems.of("20-110")).isEqualTo(new InventedItems(20, 110));
    assertThat(InventedItems.of(" 0 - 3 ")).isEqualTo(new InventedItems(0, 3));
    assertThat(InventedItems.of("100")).isEqualTo(new InventedItems(100, 100));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-5", "5-", "9-3", "many", "1-2-3"})
  void saysWhatItCannotRead(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> InventedItems.of(text))
        .withMessageEndingWith(": " + text);
  }
}
