package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueFileTest {

  private final ValueFile file = new ValueFile();

  @Test
  void givesBackWhatWasPutThere() throws IOException {
    Random random = new Random(1);
    List<byte[]> values = new ArrayList<>();
    List<Long> places = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      byte[] value = new byte[i == 7 ? 2_000_000 : random.nextInt(300)];
      random.nextBytes(value);
      values.add(value);
      places.add(file.append(value));
    }
    for (int i = 499; i >= 0; i--) {
      assertThat(file.read(places.get(i))).isEqualTo(values.get(i));
    }
  }

  @Test
  void startsAnewWhenNothingIsNeeded() throws IOException {
    file.forgetIfEmpty(0);
    long first = file.append(new byte[] {1});
    file.append(new byte[] {2});
    file.forgetIfEmpty(1);
    assertThat(file.read(first)).containsExactly(1);
    file.forgetIfEmpty(0);
    assertThatThrownBy(() -> file.read(first)).isInstanceOf(EOFException.class);
    assertThat(file.append(new byte[] {3})).isEqualTo(first);
    assertThat(file.read(first)).containsExactly(3);
  }
}
