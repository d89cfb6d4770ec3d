package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.feed.FedMemory;
import io.serproutes.feed.Leader;
import io.serproutes.feed.ReadyApi;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.direct.DirectComponent;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes of the vendor's list, with what keeps its ids in the hands of the test. */
class FeederRoutesTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path temp;

  @AutoClose private final ReadyApi api = new ReadyApi();
  private final List<List<String>> asked = new CopyOnWriteArrayList<>();
  private final List<List<String>> kept = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private volatile Leader.Standing standing = Leader.Standing.LEADS;
  private final AtomicInteger looks = new AtomicInteger(); // whether this process leads
  private volatile int pollsWhenKept;

  private RoutesUnderTest start(String... keys) {
    return RoutesUnderTest.start(api.address(), temp, new Feeder(), keys);
  }

  private final class Feeder extends RouteBuilder {

    @Override
    public void configure() throws Exception {
      Registry beans = getContext().getRegistry();
      beans.bind("serpLeader", (Leader) this::standing);
      // a stopped route fails at once
      getContext().getComponent("direct", DirectComponent.class).setBlock(false);
      Settings settings = beans.findSingleByType(Settings.class);
      beans.bind("serpFed", new FedMemory(settings, beans.findSingleByType(Tally.class)));
      from("direct:serp-keep-in-folder").errorHandler(noErrorHandler()).process().body(this::keep);
      PluginHelper.getRoutesLoader(getContext())
          .loadRoutes(
              PluginHelper.getResourceLoader(getContext())
                  .resolveResource(
                      "file:routes/" + RouteFiles.source("tasks-ready") + ".camel.yaml"));
    }

    private Leader.Standing standing() {
      looks.incrementAndGet();
      return standing;
    }

    private void keep(Object body) {
      List<String> ids = ((List<?>) body).stream().map(id -> ((TaskId) id).value()).toList();
      asked.add(ids);
      if (failures.getAndDecrement() > 0) {
        throw new IllegalStateException("no space left", new IOException("planned by the test"));
      }
      pollsWhenKept = api.polls().size();
      kept.add(ids);
    }
  }

  /** The list may show an id only once: what it showed is kept before it is asked again. */
  @Test
  void aPageThatCannotBeKeptIsTriedAgainBeforeTheNextPoll() {
    List<String> ids = Ids.good(0, 3);
    api.showingOnce().finish(ids);
    failures.set(2);
    try (RoutesUnderTest routes = start("serp.ready.poll", "3s")) {
      await("kept").atMost(PATIENCE).until(() -> kept.size() == 1);
      assertThat(asked).containsExactly(ids, ids, ids);
      assertThat(pollsWhenKept).isOne();
      api.finish(Ids.good(3, 4));
      await("the next poll").atMost(PATIENCE).until(() -> kept.size() == 2);
      assertThat(kept.get(1)).isEqualTo(Ids.good(3, 4));
    }
    assertThat(api.asked()).as("a feeder asks for no task").isEmpty();
  }

  @Test
  void aProcessThatDoesNotLeadDoesNotPoll() {
    standing = Leader.Standing.FOLLOWS;
    api.finish(Ids.good(0, 3));
    try (RoutesUnderTest routes = start()) {
      await("some ticks of the timer")
          .pollDelay(Duration.ofSeconds(2))
          .until(() -> api.polls().isEmpty());
      standing = Leader.Standing.LEADS;
      await("kept").atMost(PATIENCE).until(() -> kept.size() == 1);
    }
  }

  @Test
  void aPollThatDoesNotEvenBeginIsFollowedByAnother() throws Exception {
    api.finish(Ids.good(0, 3));
    standing = Leader.Standing.FOLLOWS;
    Feeder feeder = new Feeder();
    try (RoutesUnderTest routes =
        RoutesUnderTest.start(api.address(), temp, feeder, "serp.ready.poll", "3s")) {
      feeder.getContext().getRouteController().stopRoute("serp-poll-tasks-ready");
      standing = Leader.Standing.LEADS;
      int before = looks.get();
      await("a tick after the poll").atMost(PATIENCE).until(() -> looks.get() > before + 2);
      feeder.getContext().getRouteController().startRoute("serp-poll-tasks-ready");
      await("kept").atMost(PATIENCE).until(() -> kept.size() == 1);
    }
  }

  @Test
  void anotherPathOfTheListCanBeGiven() {
    try (RoutesUnderTest routes = start("serp.ready.path", "/v3/serp/tasks_ready")) {
      await("a poll").atMost(PATIENCE).until(() -> !api.others().isEmpty());
      assertThat(api.others()).contains("/v3/serp/tasks_ready");
    }
  }
}
