package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {

  private final Acknowledgements acknowledgements = new Acknowledgements();

  @Test
  void allAreThereWithTheLastOfThem() {
    acknowledgements.expect();
    acknowledgements.expect();
    acknowledgements.onCompletion(null, null);
    CompletableFuture<Void> all = acknowledgements.noMore();
    assertThat(all).isNotDone();
    acknowledgements.onCompletion(null, null);
    assertThat(all).isCompleted();
    assertThat(acknowledgements.failure()).isNull();
  }

  @Test
  void noneOfNoneIsMissing() {
    assertThat(acknowledgements.noMore()).isCompleted();
  }

  @Test
  void theFirstRefusalIsToldOnceNoneIsOutstanding() {
    TimeoutException first = new TimeoutException("first");
    for (int i = 0; i < 3; i++) {
      acknowledgements.expect();
    }
    acknowledgements.onCompletion(null, first);
    assertThat(acknowledgements.failure()).isSameAs(first);
    acknowledgements.onCompletion(null, new TimeoutException("second"));
    CompletableFuture<Void> all = acknowledgements.noMore();
    assertThat(all).isNotDone();
    acknowledgements.onCompletion(null, null);
    assertThat(all).isCompletedExceptionally();
    assertThatThrownBy(all::join).hasCause(first);
    assertThat(acknowledgements.failure()).isSameAs(first);
  }
}
