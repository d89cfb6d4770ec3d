package io.serproutes.feed.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.feed.FedMemory;
import io.serproutes.feed.ReadyCounts;
import io.serproutes.feed.ReadyPage;
import io.serproutes.feed.ReadyPolls;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignalsTest {

  private static final TaskId ID = TestTasks.id(1);
  private static final TaskId OTHER = TestTasks.id(2);

  @TempDir private Path temp;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final BeginTask work = new BeginTask();
  private Settings settings;
  private Tally tally;
  @AutoClose private Postbacks postbacks;
  private Signals signals;
  private final Set<TaskId> parked = new HashSet<>();
  private final List<TaskId> woken = new ArrayList<>();

  @BeforeEach
  void prepare() throws IOException {
    settings =
        new Settings(
            Map.of(
                    "serp.from",
                    "webhooks",
                    "serp.webhooks.postback",
                    "body",
                    "serp.files.dir",
                    temp.toString())
                ::get);
    tally = new Tally(new Secrets(settings));
    postbacks = new Postbacks(settings, new Intake(), work, TestTasks.judgePosted(settings));
    postbacks.prepare();
    signals = new Signals(work, tally, postbacks);
    FedMemory memory = new FedMemory(settings, tally);
    memory.listen();
    context.getRegistry().bind("fed", memory);
    context.getRegistry().bind("parked", new Parked());
    signals.setCamelContext(context);
  }

  private final class Parked implements ParkedIds {

    @Override
    public int size() {
      return parked.size();
    }

    @Override
    public Instant oldest() {
      return null;
    }

    @Override
    public Instant nextDue() {
      return null;
    }

    @Override
    public Set<TaskId> wake(Set<TaskId> ids) {
      Set<TaskId> here = new HashSet<>(parked);
      here.retainAll(ids);
      woken.addAll(here);
      return here;
    }
  }

  private List<TaskId> signal(TaskId... ids) throws InterruptedException {
    return chosen(List.of(ids).stream().map(id -> new Signal(id, null)).toList());
  }

  private List<TaskId> chosen(List<Signal> all) throws InterruptedException {
    List<Signal> chosen = signals.choose(all);
    return chosen == null ? null : chosen.stream().map(Signal::id).toList();
  }

  private Signal posted(TaskId id) throws IOException {
    PostedBody body = postbacks.begin(id);
    body.write(TestTasks.body(id, 20000, "{}", "[]").getBytes(UTF_8));
    assertThat(body.end()).isTrue();
    return new Signal(id, body);
  }

  private static Task answered(int code, String result) {
    return TestTasks.answer(TestTasks.fresh(ID), 200, TestTasks.body(ID, code, "{}", result));
  }

  private void begin(TaskId id) {
    begin(Delivery.fresh(id.value(), Source.named("test"), ended -> {}));
  }

  private void begin(Object body) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(body);
    work.process(exchange, doneSync -> {});
  }

  @Test
  void whatIsNotKnownIsKeptOnceAndItsRepeatChangesNothing() throws Exception {
    assertThat(signal(ID, OTHER, ID)).containsExactly(ID, OTHER);
    assertThat(signal(ID)).as("it was not kept").containsExactly(ID);
    signals.kept();
    assertThat(signal(ID, OTHER)).containsExactly(OTHER);
  }

  @Test
  void whatIsBeingKeptForTheListIsNotKeptAgain() throws Exception {
    ReadyPolls polls = new ReadyPolls(settings, tally, new Secrets(settings), new ReadyCounts());
    polls.setCamelContext(context);
    ReadyPage page = new ReadyPage(1, List.of(ID), 0, 0, List.of(), 20000, null, null);
    assertThat(polls.choose(page)).containsExactly(ID);
    FutureTask<List<TaskId>> signal = new FutureTask<>(() -> signal(ID, OTHER));
    Thread thread = new Thread(signal);
    thread.start();
    while (thread.isAlive() && thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    polls.ended(null, "a file");
    assertThat(signal.get(20, TimeUnit.SECONDS)).containsExactly(OTHER);
  }

  /** Its file may be taken before the feeder goes on. */
  @Test
  void whatEndsWhileItIsKeptHasEnded() throws Exception {
    assertThat(signal(ID, OTHER)).containsExactly(ID, OTHER);
    tally.ended(answered(40400, "null"));
    signals.kept();
    assertThat(signal(ID, OTHER)).as("a dead letter is asked for again").containsExactly(ID);
  }

  @Test
  void whatIsParkedIsDueAndNotKept() throws Exception {
    parked.add(ID);
    assertThat(signal(ID, OTHER)).containsExactly(OTHER);
    assertThat(woken).containsExactly(ID);
  }

  @Test
  void whatIsInWorkChangesNothing() throws Exception {
    begin(ID);
    assertThat(signal(ID)).isNull();
  }

  /** It may be given back to its host as not ready, or refused by the circuit. */
  @Test
  void whatOnlyAHostBroughtIsKept() throws Exception {
    begin(ID.value());
    assertThat(signal(ID)).containsExactly(ID);
    begin(ID);
    assertThat(signal(ID)).as("behind it waits that of a source").isNull();
  }

  /** Its answer came before the task was finished. */
  @Test
  void whatIsParkedAfterASignalIsDueAtOnce() throws Exception {
    begin(ID);
    assertThat(signal(ID)).isNull();
    parked.add(ID);
    tally.ended(answered(40602, "null"));
    assertThat(woken).containsExactly(ID);
    tally.ended(answered(40602, "null"));
    assertThat(woken).as("for one signal").hasSize(1);
  }

  @Test
  void whatIsParkedAndNotYetOutOfWorkIsDueAtOnce() throws Exception {
    begin(ID);
    parked.add(ID);
    tally.ended(answered(40602, "null"));
    assertThat(signal(ID)).isNull();
    assertThat(woken).containsExactly(ID);
  }

  @Test
  void whatWasDeliveredOfAnotherSourceIsNotAskedAgain() throws Exception {
    tally.ended(answered(20000, "[]"));
    assertThat(signal(ID)).isNull();
  }

  /** A task may have both URLs. */
  @Test
  void ofAPingbackAndAPostbackTheAnswerIsKept() throws Exception {
    Signal ping = new Signal(ID, null);
    Signal posted = posted(ID);
    assertThat(signals.choose(List.of(ping, posted))).containsExactly(posted);
    assertThat(signals.choose(List.of(posted, ping))).containsExactly(posted);
  }

  @Test
  void anAnswerOfAnIdThatIsQueuedOrDeliveredChangesNothing() throws Exception {
    signal(ID);
    signals.kept();
    assertThat(signals.choose(List.of(posted(ID)))).as("queued").isNull();
    tally.ended(answered(20000, "[]"));
    assertThat(signals.choose(List.of(posted(ID)))).as("delivered").isNull();
    parked.add(OTHER);
    assertThat(signals.choose(List.of(posted(OTHER)))).as("parked").isNull();
    assertThat(woken).containsExactly(OTHER);
  }

  /** The first may have been posted by somebody who knows the token. */
  @Test
  void anAnswerTakesThePlaceOfOneThatWaits() throws Exception {
    List<Signal> first = signals.choose(List.of(posted(ID)));
    assertThat(postbacks.keep(first)).isNull();
    signals.kept();
    assertThat(signal(ID)).as("a pingback").isNull();
    Signal second = posted(ID);
    assertThat(signals.choose(List.of(second))).containsExactly(second);
    begin(ID);
    assertThat(signals.choose(List.of(second))).as("in work").containsExactly(second);
  }

  /** Nothing is remembered after a restart, but the file is there. */
  @Test
  void aPingbackForAnAnswerThatWaitsChangesNothing() throws Exception {
    postbacks.keep(List.of(posted(ID)));
    assertThat(signal(ID)).isNull();
  }
}
