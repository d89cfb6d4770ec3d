package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BeginTaskTest {

  private final BeginTask begun = new BeginTask();
  private final List<String> gone = new ArrayList<>();

  @Test
  void differentIdsGoAtOnce() {
    assertThat(begun.enter("a", () -> gone.add("a"))).isTrue();
    assertThat(begun.enter("b", () -> gone.add("b"))).isTrue();
    assertThat(begun.inWork()).isEqualTo(2);
    assertThat(gone).isEmpty();
  }

  @Test
  void theSameIdGoesOneAfterTheOther() {
    begun.enter("a", () -> gone.add("first"));
    assertThat(begun.enter("a", () -> gone.add("second"))).isFalse();
    assertThat(begun.enter("a", () -> gone.add("third"))).isFalse();
    assertThat(begun.inWork()).isEqualTo(1);
    assertThat(gone).isEmpty();

    begun.leave("a");
    assertThat(gone).containsExactly("second");
    begun.leave("a");
    assertThat(gone).containsExactly("second", "third");
    begun.leave("a");
    assertThat(begun.inWork()).isZero();
    assertThat(begun.enter("a", () -> gone.add("fourth"))).isTrue();
  }

  @Test
  void neverAreTwoAtWorkOnOneId() throws InterruptedException {
    int each = 500;
    ExecutorService threads = Executors.newFixedThreadPool(8);
    Map<String, AtomicInteger> atWork = new HashMap<>();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(2 * each);
    for (String id : List.of("a", "b")) {
      atWork.put(id, new AtomicInteger());
    }
    for (int i = 0; i < 2 * each; i++) {
      String id = i % 2 == 0 ? "a" : "b";
      Runnable work =
          () -> {
            most.accumulateAndGet(atWork.get(id).incrementAndGet(), Math::max);
            atWork.get(id).decrementAndGet();
            begun.leave(id);
            done.countDown();
          };
      threads.execute(
          () -> {
            if (begun.enter(id, () -> threads.execute(work))) {
              work.run();
            }
          });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    threads.shutdown();
    assertThat(most).hasValue(1);
    assertThat(begun.inWork()).isZero();
  }
}
