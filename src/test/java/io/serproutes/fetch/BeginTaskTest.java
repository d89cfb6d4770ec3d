package io.serproutes.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Delivery.Settlement;
import io.serproutes.ids.Recipient;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class BeginTaskTest {

  private static final String ID = "10171324-1535-0066-0000-000000000001";

  private final BeginTask begun = new BeginTask();
  private final List<String> gone = new ArrayList<>();

  @Test
  void differentIdsGoAtOnce() {
    assertThat(begun.enter("a", null, () -> gone.add("a"))).isTrue();
    assertThat(begun.enter("b", null, () -> gone.add("b"))).isTrue();
    assertThat(begun.inWork()).isEqualTo(2);
    assertThat(gone).isEmpty();
  }

  @Test
  void theSameIdGoesOneAfterTheOther() {
    begun.enter("a", null, () -> gone.add("first"));
    assertThat(begun.enter("a", null, () -> gone.add("second"))).isFalse();
    assertThat(begun.enter("a", null, () -> gone.add("third"))).isFalse();
    assertThat(begun.inWork()).isEqualTo(1);
    assertThat(gone).isEmpty();

    begun.leave("a");
    assertThat(gone).containsExactly("second");
    begun.leave("a");
    assertThat(gone).containsExactly("second", "third");
    begun.leave("a");
    assertThat(begun.inWork()).isZero();
    assertThat(begun.enter("a", null, () -> gone.add("fourth"))).isTrue();
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
            if (begun.enter(id, null, () -> threads.execute(work))) {
              work.run();
            }
          });
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    threads.shutdown();
    assertThat(most).hasValue(1);
    assertThat(begun.inWork()).isZero();
  }

  /** The line for a call must not fill with what waits for one id in a long back-off. */
  @Test
  void anIdThatWaitsForItsOwnEndIsNotInLineForACall() {
    List<String> out = new ArrayList<>();
    for (String name : List.of("first", "second")) {
      Exchange exchange = new DefaultExchange(new DefaultCamelContext());
      Settlement settlement =
          new Settlement() {
            @Override
            public void settled(Outcome outcome) {}

            @Override
            public void outOfLine() {
              out.add(name);
            }
          };
      exchange.getMessage().setBody(Delivery.fresh(ID, Source.named("test"), settlement));
      boolean isBegun = begun.process(exchange, done -> {});
      assertThat(isBegun).isEqualTo(name.equals("first"));
    }
    assertThat(out).containsExactly("second");
  }

  @Test
  void theRouteIsToldWhatItBranchesOn() {
    Exchange exchange = exchange(Delivery.fresh(ID, Source.named("test"), ended -> {}));
    exchange.setVariable("serpVerdict", "deliver"); // of a task that the host gave before
    exchange.setVariable("serpIsAnswered", true);
    assertThat(begin(exchange)).isTrue();
    assertThat(exchange.getVariables())
        .containsOnlyKeys("serpTask", "serpTaskId", "serpWaitsForCircuit")
        .containsEntry("serpTaskId", ID)
        .containsEntry("serpWaitsForCircuit", true);
    TaskId id = TaskId.parse(ID);
    assertThat(begun.isInWork(id) && begun.isKeptInWork(id)).isTrue();
    begun.leave(Task.of(exchange));
    assertThat(begun.isInWork(id) || begun.isKeptInWork(id)).isFalse();
  }

  @Test
  void anIdThatCameWithItsAnswerIsToldApart() {
    Path answer = Path.of("answer.json.gz");
    Exchange exchange =
        exchange(new Delivery(ID, Source.named("test"), null, Map.of(), ended -> {}, answer));
    begin(exchange);
    assertThat(exchange.getVariable("serpIsAnswered")).isEqualTo(true);
  }

  @Test
  void aTextThatIsNoIdGoesAtOnceAndHasNone() {
    for (int i = 0; i < 2; i++) {
      Exchange exchange = exchange("no id");
      assertThat(begin(exchange)).isTrue();
      assertThat(exchange.getVariable("serpTaskId")).isNull();
      begun.leave(Task.of(exchange));
    }
    assertThat(begun.inWork()).isZero();
    assertThat(gone).containsExactly("done, in place: true", "done, in place: true");
  }

  @Test
  void aHostsIdDoesNotWaitForTheCircuitAndItsHeadersGoNoFurther() {
    Recipient recipient = new RecipientOfHost();
    Exchange exchange = exchange(ID);
    exchange.setVariable(Recipient.VARIABLE, recipient);
    exchange.getMessage().setHeader("serp.tag", "order-42");
    exchange.getMessage().setHeader("serp.source", "orders");
    exchange.getMessage().setHeader("Authorization", "the host's");
    begin(exchange);
    Task task = Task.of(exchange);
    assertThat(exchange.getVariable("serpWaitsForCircuit")).isEqualTo(false);
    assertThat(task.getTag()).isEqualTo("order-42");
    assertThat(task.getSource().label()).isEqualTo("orders");
    assertThat(task.getRecipient()).isSameAs(recipient);
    assertThat(exchange.getVariable(Recipient.VARIABLE)).as("read once").isNull();
    assertThat(exchange.getMessage().getHeaders()).isEmpty();
  }

  @Test
  void aHostsIdIsKeptByNobodyButOneOfASourceBehindItIs() {
    Exchange first = exchange(ID);
    begin(first);
    TaskId id = TaskId.parse(ID);
    assertThat(begun.isInWork(id)).isTrue();
    assertThat(begun.isKeptInWork(id)).isFalse();
    begin(exchange(Delivery.fresh(ID, Source.named("test"), ended -> {})));
    assertThat(begun.isKeptInWork(id)).isTrue();
    begun.leave(Task.of(first));
    assertThat(begun.isKeptInWork(id)).isTrue();
  }

  @Test
  void whoWaitedGoesOnOnceTheIdIsFree() {
    Exchange first = exchange(ID);
    assertThat(begin(first)).isTrue();
    assertThat(begin(exchange(ID))).isFalse();
    assertThat(gone).containsExactly("done, in place: true");
    begun.leave(Task.of(first));
    assertThat(gone).containsExactly("done, in place: true", "done, in place: false");
  }

  @Test
  void aHostHasTheTextOfAStreamBackThatWasRead() {
    List<Object> bodies =
        List.of(new ByteArrayInputStream(ID.getBytes(UTF_8)), new StringReader(ID));
    for (Object body : bodies) {
      Exchange exchange = exchange(body);
      begin(exchange);
      Task task = Task.of(exchange);
      assertThat(task.getId().value()).isEqualTo(ID);
      assertThat(task.host().body()).isEqualTo(ID);
      begun.leave(task);
    }
  }

  private static Exchange exchange(Object body) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.getMessage().setBody(body);
    return exchange;
  }

  private boolean begin(Exchange exchange) {
    return begun.process(exchange, doneSync -> gone.add("done, in place: " + doneSync));
  }

  private static final class RecipientOfHost implements Recipient {

    @Override
    public String getName() {
      return "orders";
    }

    @Override
    public String endpoint(String kind) {
      return null;
    }
  }
}
