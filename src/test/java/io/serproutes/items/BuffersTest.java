package io.serproutes.items;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BuffersTest {

  private static final int MOST_FREE = 64;

  private final Buffers buffers = new Buffers();

  @Test
  void anArrayIsUsedAgain() {
    byte[] first = buffers.take();
    assertThat(first).hasSize(Buffers.SIZE);
    assertThat(buffers.take()).isNotSameAs(first);
    buffers.giveBack(first);
    assertThat(buffers.take()).isSameAs(first);
  }

  @Test
  void anArrayOfAnotherSizeIsDropped() {
    buffers.giveBack(new byte[1]);
    assertThat(buffers.take()).hasSize(Buffers.SIZE);
  }

  @Test
  void oneTooManyIsDropped() {
    byte[][] all = new byte[MOST_FREE + 1][Buffers.SIZE];
    Stream.of(all).forEach(buffers::giveBack);
    for (int i = MOST_FREE - 1; i >= 0; i--) {
      assertThat(buffers.take()).isSameAs(all[i]);
    }
    byte[] other = buffers.take();
    assertThat(Stream.of(all)).noneMatch(one -> one == other);
  }
}
