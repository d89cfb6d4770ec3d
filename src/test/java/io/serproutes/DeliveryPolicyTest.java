package io.serproutes;

import static io.serproutes.RawApi.result;
import static io.serproutes.RawApi.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.serproutes.deliver.OutputUnavailableException;
import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import io.serproutes.items.ItemBatch;
import io.serproutes.items.ItemType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is unavailable is tried again, and nothing that has been taken is sent again. */
@Timeout(60)
class DeliveryPolicyTest {

  private static final String ID = Ids.good(1);
  private static final byte[] PERMANENT =
      "{\"status_code\":20000,\"tasks\":[{\"id\":\"%s\",\"status_code\":40401}]}"
          .formatted(ID)
          .getBytes(UTF_8);

  @TempDir Path temp;

  private final Map<String, AtomicInteger> sent = new ConcurrentHashMap<>();
  private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final List<Delivery.Outcome> settled = Collections.synchronizedList(new ArrayList<>());
  private final List<String> inOrder = Collections.synchronizedList(new ArrayList<>());
  private final List<String> inFilesBefore = new CopyOnWriteArrayList<>(); // a receipt elsewhere
  private final AtomicInteger withoutType = new AtomicInteger();
  private ItemType tooLarge;
  private RawApi api;
  private RoutesUnderTest routes;

  /** An output whose topics refuse so many times; what they took is counted. */
  private void start(byte[] answer) {
    start(answer, "endpoints");
  }

  private void start(byte[] answer, String to) {
    api = new RawApi((request, socket, out) -> write(out, 200, answer));
    RouteBuilder output =
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:serp-items-to-endpoints")
                .routeConfigurationId("serp-no-retry")
                .process(this::sendItems);
            from("direct:serp-receipt-to-endpoints")
                .routeConfigurationId("serp-no-retry")
                .process(e -> inFilesBefore.addAll(new OutFolder(temp).names("organic")))
                .process(e -> send("receipts"));
            from("direct:serp-dead-letter-to-endpoints")
                .routeConfigurationId("serp-no-retry")
                .process(e -> send("dead-letters"));
            from("direct:serp-items-to-other")
                .process(e -> refuseWithoutType())
                .process(e -> send("other " + e.getMessage().getHeader("serp.item-type")));
          }

          private void sendItems(Exchange e) throws OutputUnavailableException {
            ItemBatch batch = e.getMessage().getBody(ItemBatch.class);
            if (tooLarge == batch.getType()) {
              e.getVariable("serpTask", Task.class).noteOversized(tooLarge, 0);
            }
            send(batch.getType().toString());
          }
        };
    routes =
        RoutesUnderTest.start(
            api.address(), temp, output, "serp.to", to, "serp.circuit.probe-interval", "20ms");
  }

  // as a library may that declares no more
  private void refuseWithoutType() throws Exception {
    if (withoutType.getAndDecrement() > 0) {
      throw new Exception("planned by the test");
    }
  }

  private void send(String topic) throws OutputUnavailableException {
    if (failures.merge(topic, 0, (before, zero) -> before - 1) > 0) {
      throw new IllegalStateException("planned by the test");
    }
    if (refusals.merge(topic, 0, (before, zero) -> before - 1) > 0) {
      throw new OutputUnavailableException(topic + " is away", "Wait", null);
    }
    inOrder.add(topic);
    sent.computeIfAbsent(topic, key -> new AtomicInteger()).incrementAndGet();
  }

  private void refuse(String topic, int times) {
    refusals.put(topic, times + 1); // the first look takes one away
  }

  private void give(String id, Delivery.Outcome outcome) throws Exception {
    routes.give(Delivery.fresh(id, Source.named("test"), settled::add));
    await().until(() -> !settled.isEmpty());
    assertThat(settled).containsExactly(outcome);
  }

  private Map<String, Integer> sent() {
    Map<String, Integer> counts = new TreeMap<>();
    sent.forEach((topic, count) -> counts.put(topic, count.get()));
    return counts;
  }

  @AfterEach
  void stop() {
    routes.close();
    api.close();
  }

  @Test
  void anotherTopicsItemsAreNotSentAgain() throws Exception {
    start(result(ID));
    refuse("paid", 3);
    refuse("receipts", 2);
    give(ID, Delivery.Outcome.DELIVERED);
    assertThat(sent()).isEqualTo(Map.of("organic", 1, "paid", 1, "receipts", 1));
    assertThat(api.requests()).hasSize(1);
  }

  /** Whichever of two outputs comes first. */
  @ParameterizedTest
  @ValueSource(strings = {"endpoints,other", "other,endpoints"})
  void whatAnotherOutputHasTakenIsNotSentToItAgain(String to) throws Exception {
    start(result(ID), to);
    refuse("organic", 2);
    refuse("receipts", 1);
    give(ID, Delivery.Outcome.DELIVERED);
    assertThat(sent())
        .isEqualTo(
            Map.of("organic", 1, "paid", 1, "receipts", 1, "other organic", 1, "other paid", 1));
  }

  /** Items come out into files with the receipt there, which may fail. */
  @ParameterizedTest
  @ValueSource(strings = {"endpoints,files", "files,endpoints"})
  void aReceiptElsewhereFollowsTheItemsInFiles(String to) throws Exception {
    start(result(ID), to);
    give(ID, Delivery.Outcome.DELIVERED);
    assertThat(inFilesBefore).containsExactly(ID + ".json");
    assertThat(sent()).containsEntry("receipts", 1);
  }

  /** More often than a failure is tried again that no stage knows. */
  @Test
  void whateverAnOutputThrowsMeansThatItIsUnavailable() throws Exception {
    start(result(ID), "endpoints,other");
    withoutType.set(5);
    give(ID, Delivery.Outcome.DELIVERED);
    assertThat(sent()).containsEntry("other organic", 1).containsEntry("receipts", 1);
    assertThat(api.requests()).hasSize(1);
  }

  @Test
  void aReceiptThatIsRefusedRepeatsNoDeadLetter() throws Exception {
    start(PERMANENT);
    refuse("dead-letters", 2);
    refuse("receipts", 3);
    give(ID, Delivery.Outcome.DEAD_LETTERED);
    assertThat(sent()).isEqualTo(Map.of("dead-letters", 1, "receipts", 1));
  }

  /** Also its dead letter waits for an output that is unavailable. */
  @Test
  void anIdThatIsGivenUpInDelivery() throws Exception {
    start(result(ID));
    failures.put("paid", 3); // two tries
    refuse("dead-letters", 2);
    refuse("receipts", 2);
    give(ID, Delivery.Outcome.DEAD_LETTERED);
    assertThat(sent()).isEqualTo(Map.of("organic", 1, "dead-letters", 1, "receipts", 1));
  }

  /** Its source gives it again: nothing says what became of it. */
  @Test
  void anIdWhoseDeadLetterFailsToTheEndIsKept() throws Exception {
    start(PERMANENT);
    failures.put("dead-letters", 100);
    give(ID, Delivery.Outcome.KEPT);
    assertThat(sent()).isEmpty();
  }

  /** By delivery, whatever the output: also where several take what comes of an id. */
  @Test
  void theLetterOfATooLargeItemComesBeforeTheReceipt() throws Exception {
    start(result(ID));
    tooLarge = ItemType.PAID;
    refuse("dead-letters", 1);
    refuse("receipts", 1);
    give(ID, Delivery.Outcome.DELIVERED);
    assertThat(inOrder).containsExactly("organic", "paid", "dead-letters", "receipts");
  }

  @Test
  void aHostsIdDoesNotWait() {
    start(result(ID));
    refuse("paid", 1);
    assertThatExceptionOfType(CircuitOpenException.class)
        .isThrownBy(() -> routes.take(ID))
        .withMessageContaining("paid is away");
    assertThat(sent()).isEqualTo(Map.of("organic", 1));
  }
}
