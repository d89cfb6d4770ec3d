package io.serproutes.feed.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.feed.FedMemory;
import io.serproutes.feed.webhooks.Signal.Kind;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignalsTest {

  private static final TaskId ID = TestTasks.id(1);
  private static final TaskId OTHER = TestTasks.id(2);

  private final Settings settings = new Settings(Map.of("serp.from", "webhooks")::get);
  private final Tally tally = new Tally(new Secrets(settings));
  private final BeginTask work = new BeginTask();
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Signals signals = new Signals(work, tally);
  private final Set<TaskId> parked = new HashSet<>();
  private final List<TaskId> woken = new ArrayList<>();

  @BeforeEach
  void prepare() {
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

  private List<TaskId> signal(TaskId... ids) {
    return signals.choose(
        List.of(ids).stream().map(id -> new Signal(Kind.PINGBACK, id, null)).toList());
  }

  private static Task answered(int code, String result) {
    return TestTasks.answer(TestTasks.fresh(ID), 200, TestTasks.body(ID, code, "{}", result));
  }

  private void begin(TaskId id) {
    Exchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(id.value());
    work.process(exchange, doneSync -> {});
  }

  @Test
  void whatIsNotKnownIsKeptOnceAndItsRepeatChangesNothing() {
    assertThat(signal(ID, OTHER, ID)).containsExactly(ID, OTHER);
    assertThat(signal(ID)).as("it was not kept").containsExactly(ID);
    signals.kept(List.of(ID));
    assertThat(signal(ID, OTHER)).containsExactly(OTHER);
  }

  @Test
  void whatIsParkedIsDueAndNotKept() {
    parked.add(ID);
    assertThat(signal(ID, OTHER)).containsExactly(OTHER);
    assertThat(woken).containsExactly(ID);
  }

  @Test
  void whatIsInWorkChangesNothing() {
    begin(ID);
    assertThat(signal(ID)).isNull();
  }

  /** Its answer came before the task was finished. */
  @Test
  void whatIsParkedAfterASignalIsDueAtOnce() {
    begin(ID);
    assertThat(signal(ID)).isNull();
    parked.add(ID);
    tally.ended(answered(40602, "null"));
    assertThat(woken).containsExactly(ID);
    tally.ended(answered(40602, "null"));
    assertThat(woken).as("for one signal").hasSize(1);
  }

  @Test
  void whatIsParkedAndNotYetOutOfWorkIsDueAtOnce() {
    begin(ID);
    parked.add(ID);
    tally.ended(answered(40602, "null"));
    assertThat(signal(ID)).isNull();
    assertThat(woken).containsExactly(ID);
  }

  @Test
  void whatWasDeliveredOfAnotherSourceIsNotAskedAgain() {
    tally.ended(answered(20000, "[]"));
    assertThat(signal(ID)).isNull();
  }
}
