package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.feed.ReadyApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The vendor's list of finished tasks as a source, with ids kept in the topic of ids. */
@Execution(ExecutionMode.CONCURRENT)
class TasksReadyKafkaIT {

  private static final String LEADS = "this process polls the list";
  private static final String LEADS_NO_MORE = "another process polls the list";

  @RegisterExtension static final SharedBroker BROKER = new SharedBroker();

  @TempDir Path temp;

  private final ReadyApi api = new ReadyApi();
  private Scene scene;

  @BeforeEach
  void prepare(TestInfo test) {
    scene =
        new Scene(BROKER.get(), temp, test.getTestMethod().orElseThrow().getName(), 4)
            .api(api.address())
            .key("serp.from", "kafka,tasks-ready")
            .key("serp.ready.poll", "3s");
  }

  @AfterEach
  void close() throws Exception {
    api.close();
    scene.close();
  }

  private void awaitPolls(int count) {
    await(count + " polls")
        .atMost(InstanceUnderTest.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> api.polls().size() >= count);
  }

  @Test
  void oneOfTwoProcessesPollsAndTheOtherTakesOverWhenItIsKilled() {
    List<String> before = Scene.ids(60).subList(0, 30);
    List<String> during = Scene.ids(60).subList(30, 60);
    api.finish(before);
    InstanceUnderTest first = scene.instance("first").start();
    first.awaitOutput(LEADS);
    InstanceUnderTest second = scene.instance("second").start();
    second.awaitStart();
    scene.awaitMembers(2, 4);
    scene.awaitReceipts(before);

    List<InstanceUnderTest> both = List.of(first, second);
    InstanceUnderTest leader =
        await("one that leads")
            .atMost(InstanceUnderTest.PATIENCE)
            .until(() -> both.stream().filter(this::leads).toList(), all -> all.size() == 1)
            .get(0);
    InstanceUnderTest other = leader == first ? second : first;
    api.finish(during);
    api.holdPolls();
    awaitPolls(api.polls().size() + 1);
    leader.kill9();
    api.release();
    scene.awaitReceipts(during);
    other.awaitOutput(LEADS);
  }

  // the first leads until the group has a second member; where partition 0 goes then is Kafka's
  private boolean leads(InstanceUnderTest instance) {
    return instance.output().lastIndexOf(LEADS) > instance.output().lastIndexOf(LEADS_NO_MORE);
  }

  /** The list shows each id exactly once, so what is lost here is lost for good. */
  @Test
  void aKillBetweenThePageAndItsFirstAnswerLosesNothing() {
    List<String> ids = Scene.ids(500);
    api.showingOnce().finish(ids);
    api.holdTasks();
    InstanceUnderTest killed = scene.instance("killed").start();
    killed.awaitOutput("500 ids fed to the topic");
    killed.kill9();
    assertThat(scene.receipts()).isEmpty();
    api.release();
    scene.instance("next").start();
    scene.awaitReceipts(ids);
    assertThat(api.asked()).containsOnlyKeys(ids);
  }

  @Test
  void whatAFullPageHidesFollowsAsSoonAsItsIdsHaveEndedInWhicheverProcess() {
    List<String> ids = Scene.ids(1500);
    api.finish(ids);
    api.holdTasks();
    scene.key("serp.ready.poll", "1h");
    InstanceUnderTest first = scene.instance("first").start();
    first.awaitOutput("1,000 ids fed to the topic");
    scene.instance("second").start().awaitStart();
    scene.awaitMembers(2, 4);
    api.release();
    scene.awaitReceipts(ids);
    assertThat(api.polls()).hasSizeBetween(2, 4);
  }

  @Test
  void aRunOnceReadsTheListToItsEndAndWorksItOff() {
    List<String> ids = Scene.ids(1001);
    api.finish(ids);
    InstanceUnderTest once =
        scene.key("serp.ready.poll", "1h").instance("once").key("serp.once", "true").start();
    assertThat(once.exitCode()).as(once.output()).isZero();
    assertThat(scene.receipts()).containsOnlyKeys(ids);
    assertThat(api.polls()).hasSize(2);
  }
}
