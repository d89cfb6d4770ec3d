package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.serproutes.Settings;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicIdsTest {

  private static final String ID = "10171324-1535-0066-0000-9d46f8b53b39";
  private static final String OTHER = "10171324-1535-0066-0000-000000000001";
  private static final TopicPartition PARTITION = new TopicPartition("ids", 3);
  private static final long OFFSET = 42;

  private static final CamelContext CONTEXT = new DefaultCamelContext();

  private final Map<String, String> keys = new HashMap<>();
  private final Settings settings = new Settings((String key) -> keys.get(key));
  private final Gate gate = new Gate(settings, new BeginTask());
  private final AssignedPartitions offsets = new AssignedPartitions(settings, gate);
  private final Intake intake = new Intake();
  private final PartitionProgress progress = new PartitionProgress(OFFSET, null);

  @ParameterizedTest(name = "{index}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        ID + "|" + ID,
        "\"" + ID + "\"|" + ID,
        "{\"id\":\"" + ID + "\",\"keyword\":\"x\"}|" + ID,
        "[\"" + ID + "\",{\"id\":\"" + OTHER + "\"}]|" + ID + "," + OTHER,
        "[]|``",
        "``|<>",
        "no id|<no id>",
        "{\"id\":7}|<{\"id\":7}>",
        "{\"id\":null}|<{\"id\":null}>",
        "[\"" + ID + "\",[1],null]|" + ID + ",<[1]>,<null>",
        "{\"id\":\"" + ID + "\"|<{\"id\":\"" + ID + "\">",
      })
  void readsEveryFormOfAValue(String value, String expected) {
    assertThat(texts(value)).isEqualTo(expected);
  }

  @Test
  void aTombstoneIsNoId() {
    assertThat(texts(null)).isEqualTo("<>");
  }

  @Test
  void bytesThatAreNoTextAreNoId() {
    byte[] bytes = {(byte) 0xff, (byte) 0xfe, '1'};
    assertThat(texts(bytes)).isEqualTo("<\ufffd\ufffd1>");
  }

  /** The deliveries' texts; in brackets where they are no ids. */
  private String texts(Object value) {
    List<Delivery> deliveries = deliveries(value);
    assertThat(deliveries)
        .allSatisfy(delivery -> assertThat(delivery.source().label()).isEqualTo("kafka:ids-3@42"))
        .allSatisfy(delivery -> assertThat(delivery.source().fileStem()).isEqualTo("ids-3-line-42"))
        .allSatisfy(delivery -> assertThat(delivery.isParkedBefore()).isFalse());
    return deliveries.stream()
        .map(Delivery::text)
        .map(text -> text.matches("[0-9a-f-]{36}") ? text : "<" + text + ">")
        .collect(Collectors.joining(","));
  }

  private List<Delivery> deliveries(Object value) {
    List<Delivery> deliveries = new ArrayList<>();
    ids().ids(exchange(value)).forEachRemaining(deliveries::add);
    return deliveries;
  }

  private TopicIds ids() {
    return new TopicIds(settings, intake, new Transactions(settings, offsets, Runnable::run, gate));
  }

  private Exchange exchange(Object value) {
    offsets.assigned(PARTITION, progress);
    progress.read(OFFSET);
    Exchange exchange = new DefaultExchange(CONTEXT);
    new TopicRecord(PARTITION, OFFSET, progress).attachTo(exchange);
    exchange.getMessage().setBody(value);
    return exchange;
  }

  /** As a step of somebody's own does that stands before: Camel continues with the next record. */
  @Test
  void aRecordThatARouteFailsWithIsReadAgain() throws Exception {
    Exchange exchange = exchange(ID);
    try (CamelContext camel = new DefaultCamelContext()) {
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:record")
                  .errorHandler(noErrorHandler())
                  .throwException(new IllegalStateException("planned by the test"))
                  .process(ids());
            }
          });
      camel.start();
      camel.createProducerTemplate().send("direct:record", exchange);
    }
    assertThat(exchange.isFailed()).isTrue();
    assertThat(progress.open()).isZero();
    assertThat(progress.takeKept(System.nanoTime())).isEqualTo(OFFSET);
  }

  @Test
  void eachIdOfARecordPassesItsHeadersOn() {
    keys.put("serp.kafka.pass-headers", "traceparent, long, short, absent");
    byte[] longest = new byte[1024];
    byte[] latin = {(byte) 0xe9, 0, '\n'};
    Exchange exchange = exchange("[\"" + ID + "\",\"" + OTHER + "\"]");
    Headers headers =
        new RecordHeaders()
            .add("traceparent", "00-1".getBytes())
            .add("traceparent", latin)
            .add("long", new byte[1025])
            .add("short", longest)
            .add("absent", null)
            .add("TraceParent", "other".getBytes())
            .add("secret", "x".getBytes());
    exchange.getMessage().setHeader(KafkaConstants.HEADERS, headers);
    List<Delivery> deliveries = new ArrayList<>();
    ids().ids(exchange).forEachRemaining(deliveries::add);
    assertThat(deliveries)
        .hasSize(2)
        .allSatisfy(
            delivery ->
                assertThat(delivery.headers())
                    .containsOnlyKeys("traceparent", "short")
                    .containsEntry("traceparent", latin)
                    .containsEntry("short", longest));
    assertThat(progress.openBytes())
        .as("they take room while they are in work")
        .isGreaterThan(1024);
  }

  /** What is no id lies in memory as long as it is. */
  @Test
  void aSingleIdTakesNoRoomForTheRecordItCameInButALongTextDoes() {
    String padded = "{\"id\":\"" + ID + "\",\"pad\":\"" + "x".repeat(5000) + "\"}";
    Exchange exchange = exchange(padded);
    progress.weigh(OFFSET, padded.length());
    ids().ids(exchange);
    assertThat(progress.openBytes()).isZero();
    String noId = "no id ".repeat(1000);
    exchange.getMessage().setBody(noId);
    new TopicRecord(PARTITION, OFFSET, progress).attachTo(exchange);
    ids().ids(exchange);
    assertThat(progress.openBytes()).isEqualTo(noId.length());
  }

  /** Camel would copy it with each id, several times. */
  @Test
  void nothingOfARecordStaysWithTheExchangeOfItsIds() {
    Exchange exchange = exchange(ID);
    exchange.getMessage().setHeader(KafkaConstants.KEY, "a key");
    assertThat(ids().ids(exchange)).hasNext();
    assertThat(exchange.getMessage().hasHeaders()).isFalse();
    assertThat(exchange.hasProperties()).isFalse();
  }

  @Test
  void theHeadersOfARecordThatHasNoneCostNothing() {
    Exchange exchange = exchange(ID);
    exchange.getMessage().setHeader(KafkaConstants.HEADERS, new RecordHeaders());
    ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    int times = 10_000;
    long allocated = 0;
    for (int round = 0; round < 2; round++) { // the first one loads classes
      long before = memory.getThreadAllocatedBytes(self);
      for (int i = 0; i < times; i++) {
        assertNothing(TopicRecord.headers(exchange));
      }
      allocated = memory.getThreadAllocatedBytes(self) - before;
    }
    assertThat(allocated / times).isZero();
  }

  private static void assertNothing(Headers headers) {
    if (headers != null) {
      throw new AssertionError(headers);
    }
  }

  @Test
  void aRecordEndsWithTheLastOfItsIds() {
    List<Delivery> deliveries = deliveries("[\"" + ID + "\",\"" + OTHER + "\"]");
    deliveries.get(1).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(progress.committable()).isEqualTo(OFFSET);
    deliveries.get(0).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(progress.committable()).isEqualTo(OFFSET + 1);
    assertThat(intake.inWork()).isZero();
  }

  @Test
  void aRecordOfWhichOneIdHasToStayStays() {
    List<Delivery> deliveries = deliveries("[\"" + ID + "\",\"" + OTHER + "\"]");
    deliveries.get(0).settlement().settled(Delivery.Outcome.KEPT);
    deliveries.get(1).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(progress.committable()).isEqualTo(OFFSET);
    assertThat(progress.takeKept(0)).isEqualTo(OFFSET);
  }

  @Test
  void ofARecordThatIsReadAgainOnlyWhatHasNotEndedIsAskedFor() {
    String array = "[\"" + ID + "\",\"" + OTHER + "\",\"x\"]";
    List<Delivery> deliveries = deliveries(array);
    deliveries.get(0).settlement().settled(Delivery.Outcome.DELIVERED);
    deliveries.get(1).settlement().settled(Delivery.Outcome.KEPT);
    deliveries.get(2).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(progress.takeKept(0)).isEqualTo(OFFSET);
    deliveries = deliveries(array);
    assertThat(deliveries).extracting(Delivery::text).containsExactly(OTHER);
    deliveries.get(0).settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(progress.committable()).isEqualTo(OFFSET + 1);
  }

  /** The commit of the record itself was lost. */
  @Test
  void aRecordAllOfWhoseIdsHaveEndedEndsAtOnce() {
    progress.read(OFFSET);
    progress.settleId(OFFSET, 0);
    progress.settleId(OFFSET, 1);
    assertThat(deliveries("[\"" + ID + "\",\"" + OTHER + "\"]")).isEmpty();
    assertThat(progress.committable()).isEqualTo(OFFSET + 1);
  }

  @Test
  void whatIsToldOfAnotherRecordIsNotBelieved() {
    progress.read(OFFSET);
    progress.settleId(OFFSET, 0);
    progress.settleId(OFFSET, 7);
    assertThat(deliveries("[\"" + ID + "\",\"" + OTHER + "\"]")).hasSize(2);
  }

  /** A thread that waits for room would hold up the end of the partition. */
  @Test
  void idsOfARecordThatIsTakenAwayAreHandedOutNoMore() {
    var deliveries = ids().ids(exchange("[\"" + ID + "\",\"" + OTHER + "\",\"x\"]"));
    Delivery first = deliveries.next();
    progress.drop();
    assertThat(deliveries.hasNext()).isFalse();
    first.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(progress.open()).isZero();
    assertThat(progress.endedIds(OFFSET).stream()).containsExactly(0);
    assertThat(intake.inWork()).isZero();
  }

  /** Camel tells of the failure and goes on with the next record. */
  @Test
  void aRecordThatCannotBeLookedAtIsReadAgain() {
    Object body =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no memory, say");
          }
        };
    assertThatThrownBy(() -> ids().ids(exchange(body))).hasStackTraceContaining("no memory, say");
    assertThat(progress.takeKept(0)).isEqualTo(OFFSET);
    assertThat(deliveries(ID)).hasSize(1);
  }

  @Test
  void anEmptyArrayEndsAtOnce() {
    assertThat(deliveries("[]")).isEmpty();
    assertThat(progress.committable()).isEqualTo(OFFSET + 1);
  }

  @Test
  void idsOfAPartitionThatIsTakenAwayAreNotWanted() {
    Delivery delivery = deliveries(ID).get(0);
    assertThat(delivery.settlement().isWanted()).isTrue();
    progress.drop();
    assertThat(delivery.settlement().isWanted()).isFalse();
  }

  @Test
  void idsThatFindNoRoomBeforeTheStopStay() {
    String ids =
        IntStream.range(0, 3)
            .mapToObj(i -> '"' + ID + '"')
            .collect(Collectors.joining(",", "[", "]"));
    var deliveries = ids().ids(exchange(ids));
    deliveries.next().settlement().settled(Delivery.Outcome.DELIVERED);
    intake.stop();
    assertThatThrownBy(deliveries::next).hasMessageContaining("stopping");
    assertThat(deliveries.hasNext()).isFalse();
    assertThat(progress.takeKept(0)).isEqualTo(OFFSET);
    assertThat(intake.inWork()).isZero();
  }

  @ParameterizedTest(name = "{index}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "{\"task_id\":\"" + ID + "\",\"reason\":\"not-ready\",\"attempts\":7}|<" + ID + ">",
        "{\"task_id\":\"" + ID + "\",\"reason\":\"unreadable\"}|<" + ID + ">",
        "{\"task_id\":\"" + ID + "\",\"reason\":\"rejected\"}|``",
        "{\"task_id\":null,\"input\":\"x\",\"reason\":\"not-ready\"}|<x>",
        "{\"reason\":\"not-ready\"}|<>",
        "[\"not-ready\"]|``",
        "7|``",
        "{\"task_id\"|``",
        "``|``",
      })
  void replaysTheLettersWhoseReasonIsNamed(String value, String expected) {
    assertThat(letters(value)).isEqualTo(expected);
    if (expected.isEmpty()) {
      assertThat(progress.committable()).isEqualTo(OFFSET + 1);
    }
  }

  @Test
  void aTombstoneAmongLettersIsPassedOver() {
    assertThat(letters(null)).isEmpty();
  }

  @Test
  void replaysOtherReasonsWhereTheyAreNamed() {
    keys.put("serp.replay.reasons", "rejected, expired");
    assertThat(letters("{\"task_id\":\"" + ID + "\",\"reason\":\"expired\"}"))
        .isEqualTo("<" + ID + ">");
    assertThat(letters("{\"task_id\":\"" + ID + "\",\"reason\":\"not-ready\"}")).isEmpty();
  }

  private String letters(String value) {
    List<String> letters = new ArrayList<>();
    ids()
        .deadLetter(exchange(value))
        .forEachRemaining(
            delivery -> {
              letters.add("<" + delivery.text() + ">");
              assertThat(delivery.history()).as("a replay counts anew").isNull();
            });
    return String.join(",", letters);
  }

  @Test
  void aTransactionEndsTheRecordOfASingleId() {
    assertThat(deliveries(ID).get(0).settlement().origin())
        .isEqualTo(new RecordInWork(progress, OFFSET));
  }

  /** It ends with the last of its ids. */
  @Test
  void noIdOfSeveralEndsTheirRecord() {
    assertThat(deliveries("[\"" + ID + "\",\"" + OTHER + "\"]"))
        .hasSize(2)
        .allSatisfy(delivery -> assertThat(delivery.settlement().origin()).isNull());
  }

  @Test
  void whatIsHandedOutIsHandedOutOnce() {
    var deliveries = ids().ids(exchange("[\"" + ID + "\",\"" + OTHER + "\"]"));
    deliveries.next();
    deliveries.next();
    assertThat(deliveries.hasNext()).isFalse();
    assertThatThrownBy(deliveries::next).isInstanceOf(NoSuchElementException.class);
    assertThat(intake.inWork()).isEqualTo(2);
  }
}
