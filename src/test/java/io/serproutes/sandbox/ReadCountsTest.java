package io.serproutes.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReadCountsTest {

  @Test
  void forgetsTheIdNotReadForLongest() {
    ReadCounts reads = new ReadCounts(2);

    assertThat(reads.next("a")).isEqualTo(1);
    assertThat(reads.next("b")).isEqualTo(1);
    assertThat(reads.next("a")).isEqualTo(2);
    assertThat(reads.next("c")).isEqualTo(1);
    assertThat(reads.next("a")).isEqualTo(3);
    assertThat(reads.next("b")).isEqualTo(1);
  }
}
