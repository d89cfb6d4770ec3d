package io.serproutes.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PostedTasksTest {
  private static final long ROOM_FOR_FOUR = 1000;

  private final PostedTasks tasks =
      new PostedTasks(Clock.systemUTC(), Duration.ZERO, ROOM_FOR_FOUR);

  @Test
  void forgetsTheOneThatWasCollectedFirst() {
    String[] ids = post(4);
    tasks.collect(ids[2]);
    tasks.collect(ids[1]);
    post(1);
    assertThat(tasks.find(ids[2])).isNull();
    assertThat(tasks.find(ids[1])).isNotNull();

    post(1);
    assertThat(tasks.find(ids[1])).isNull();
    assertThat(tasks.ready(10)).hasSize(4);
  }

  @Test
  void forgetsTheOneThatWasPostedFirstWhereNoneWasCollected() {
    String[] ids = post(5);

    assertThat(tasks.find(ids[0])).isNull();
    assertThat(tasks.ready(10))
        .extracting(PostedTask::id)
        .containsExactly(ids[1], ids[2], ids[3], ids[4]);
    tasks.collect(ids[0]);
    assertThat(tasks.posted(0, Long.MAX_VALUE)).hasSize(4);
  }

  @Test
  void aTaskIsHandedThenQueuedThenDone() {
    PostedTask task = PostedTask.of("id", posted(), 1000, 2000);

    assertThat(task.status(1099)).isEqualTo(40601);
    assertThat(task.status(1100)).isEqualTo(40602);
    assertThat(task.status(1999)).isEqualTo(40602);
    assertThat(task.status(2000)).isEqualTo(20000);
  }

  @Test
  void aResultRepeatsTheKeywordDecoded() {
    assertThat(PostedTask.keyword(posted().put("keyword", "a+b%20%EB%A7%9B"))).isEqualTo("a b 맛");
    assertThat(PostedTask.keyword(posted().put("keyword", "100%"))).isEqualTo("100%");
  }

  private String[] post(int count) {
    return IntStream.range(0, count).mapToObj(n -> tasks.add(posted()).id()).toArray(String[]::new);
  }

  private static ObjectNode posted() {
    return TaskEnvelope.JSON.objectNode().put("keyword", "x");
  }
}
