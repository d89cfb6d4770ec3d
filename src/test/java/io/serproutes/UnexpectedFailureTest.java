package io.serproutes;

import static io.serproutes.RawApi.result;
import static io.serproutes.RawApi.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import io.serproutes.items.SpoolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.Model;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.SplitDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A failure in delivery that no stage knows: an error, or an exception of a user's own route. */
@Timeout(60)
class UnexpectedFailureTest {

  private static final String ID = Ids.good(1);
  private static final String PLANNED = "planned by the test";

  @TempDir Path temp;

  private final AtomicInteger tries = new AtomicInteger();
  private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
  private RawApi api;
  private RoutesUnderTest routes;

  /** An output that does as {@code files} does, but fails with its first {@code failures} tries. */
  private void start(String failing, int failures) {
    api = new RawApi((request, socket, out) -> write(out, 200, result(request.id())));
    RouteBuilder output =
        new RouteBuilder() {
          @Override
          public void configure() {
            for (String what : List.of("items", "receipt", "dead-letter")) {
              RouteDefinition route = from("direct:serp-" + what + "-to-endpoints");
              route.errorHandler(noErrorHandler());
              if (what.equals(failing)) {
                route.process(
                    exchange -> {
                      if (tries.incrementAndGet() <= failures) {
                        throw new IllegalStateException(PLANNED);
                      }
                    });
              }
              route.to("direct:serp-" + what + "-to-files");
            }
          }
        };
    routes = RoutesUnderTest.start(api.address(), temp, output, "serp.to", "endpoints");
  }

  @AfterEach
  void stop() {
    routes.close();
    api.close();
  }

  private List<String> hidden() throws IOException {
    try (Stream<Path> files = Files.walk(temp)) {
      return files.map(Path::toString).filter(name -> name.endsWith(".tmp")).toList();
    }
  }

  @Test
  void aTryThatSucceedsAfterOneThatFailedDelivers() throws Exception {
    for (String failing : List.of("items", "receipt")) {
      start(failing, 1);
      JsonNode receipt = routes.take(ID);
      assertThat(tries.get()).as(failing).isGreaterThan(1);
      assertThat(receipt.path("outcome").textValue()).as(failing).isEqualTo("delivered");
      assertThat(receipt.path("attempts").intValue()).isOne();
      assertThat(routes.out().receipt(ID)).isEqualTo(receipt);
      assertThat(routes.out().find("organic", ID)).hasSize(1);
      assertThat(routes.out().find("paid", ID)).hasSize(1);
      assertThat(routes.out().names("dead-letters")).isEmpty();
      assertThat(hidden()).isEmpty();
      assertThat(api.requests()).hasSize(1);
      stop();
      tries.set(0);
    }
  }

  @Test
  void anIdWhoseTriesAreUsedUpIsDeadLettered() throws Exception {
    start("receipt", 2);
    JsonNode receipt = routes.take(ID);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("dead-lettered");
    assertThat(receipt.path("reason").textValue()).isEqualTo("retries-exhausted");
    assertThat(routes.out().receipt(ID)).isEqualTo(receipt);
    JsonNode letter = routes.out().deadLetter(ID);
    assertThat(letter.path("reason").textValue()).isEqualTo("retries-exhausted");
    assertThat(letter.path("status_message").textValue()).contains(PLANNED);
    assertThat(letter.path("status_code").intValue()).isEqualTo(20000);
    assertThat(routes.out().names("organic")).isEmpty();
    assertThat(hidden()).as("items of tries that failed").isEmpty();
  }

  /** The letter says why the API's answer is none, not that it could not be written at once. */
  @Test
  void aLetterThatCouldNotBeWrittenAtOnceKeepsItsReason() throws Exception {
    start("dead-letter", 1);
    JsonNode receipt = routes.take("no id");
    assertThat(receipt.path("reason").textValue()).isEqualTo("invalid-id");
    assertThat(tries).hasValue(2);
    assertThat(routes.out().all("dead-letters").values())
        .extracting(letter -> letter.path("reason").textValue())
        .containsExactly("invalid-id");
  }

  /** What an output took before another step failed is not handed over again. */
  @Test
  void anOutputThatTookSomethingBeforeItFailed() throws Exception {
    api = new RawApi((request, socket, out) -> write(out, 200, result(request.id())));
    AtomicInteger receipts = new AtomicInteger();
    RouteBuilder output =
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:serp-items-to-endpoints")
                .errorHandler(noErrorHandler())
                .process(exchange -> tries.incrementAndGet());
            from("direct:serp-receipt-to-endpoints")
                .errorHandler(noErrorHandler())
                .process(
                    exchange -> {
                      if (receipts.incrementAndGet() == 1) {
                        throw new IllegalStateException(PLANNED);
                      }
                    });
            from("direct:serp-dead-letter-to-endpoints")
                .errorHandler(noErrorHandler())
                .process(exchange -> tries.addAndGet(1000));
          }
        };
    routes = RoutesUnderTest.start(api.address(), temp, output, "serp.to", "endpoints");
    JsonNode receipt = routes.take(ID);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(receipt.path("organic").intValue()).isOne();
    assertThat(tries).as("two types, once, and no dead letter").hasValue(2);
  }

  private static RouteDefinition route(CamelContext context, String id) {
    return context.getCamelContextExtension().getContextPlugin(Model.class).getRouteDefinition(id);
  }

  private void noteWhatIsSent(RouteBuilder routes) {
    for (String what : List.of("items", "receipt", "dead-letter")) {
      routes
          .from("direct:serp-" + what + "-to-endpoints")
          .errorHandler(routes.noErrorHandler())
          .process(exchange -> sent.add(what))
          .to("direct:serp-" + what + "-to-files");
    }
  }

  /** A step that a user has added to the split, after the one that sends. */
  private void startWithAStepInTheSplit(int failures) {
    api = new RawApi((request, socket, out) -> write(out, 200, result(request.id())));
    RouteBuilder edited =
        new RouteBuilder() {
          @Override
          public void configure() {
            noteWhatIsSent(this);
            RouteDefinition route = route(getContext(), "serp-split-items");
            ProcessorDefinitionHelper.filterTypeInOutputs(route.getOutputs(), SplitDefinition.class)
                .iterator()
                .next()
                .process(
                    exchange -> {
                      if (tries.incrementAndGet() <= failures) {
                        throw new IllegalStateException(PLANNED);
                      }
                    });
          }
        };
    routes = RoutesUnderTest.start(api.address(), temp, edited, "serp.to", "endpoints");
  }

  @Test
  void aStepInTheSplitIsTriedAgainByItself() throws Exception {
    startWithAStepInTheSplit(1);
    assertThat(routes.take(ID).path("outcome").textValue()).isEqualTo("delivered");
    assertThat(tries).as("two types, and one more").hasValue(3);
    assertThat(sent).containsExactly("items", "items", "receipt");
  }

  @Test
  void anIdWhoseStepInTheSplitFailsToTheEndIsDeadLettered() throws Exception {
    startWithAStepInTheSplit(Integer.MAX_VALUE);
    assertThat(routes.take(ID).path("reason").textValue()).isEqualTo("retries-exhausted");
    assertThat(tries).hasValue(2);
    assertThat(sent).containsExactly("items", "dead-letter", "receipt");
    assertThat(api.requests()).hasSize(1);
  }

  /** Else it would have two receipts, and a dead letter beside its items. */
  @ParameterizedTest
  @CsvSource({
    "serp-split-items, items items receipt",
    "serp-work-task, items items receipt",
    "serp-dead-letter, dead-letter receipt"
  })
  void aStepBehindTheReceiptThatFailsChangesNoOutcome(String edited, String expected)
      throws Exception {
    boolean isDelivered = expected.startsWith("items");
    byte[] answer = isDelivered ? result(ID) : "{\"status_code\":40401}".getBytes(UTF_8);
    api = new RawApi((request, socket, out) -> write(out, 200, answer));
    RouteBuilder output =
        new RouteBuilder() {
          @Override
          public void configure() {
            noteWhatIsSent(this);
            route(getContext(), edited).throwException(new IllegalStateException(PLANNED));
          }
        };
    routes = RoutesUnderTest.start(api.address(), temp, output, "serp.to", "endpoints");
    List<Delivery.Outcome> settled = new CopyOnWriteArrayList<>();
    routes.give(Delivery.fresh(ID, Source.named("test"), settled::add));
    await().until(() -> !settled.isEmpty());
    assertThat(settled)
        .containsExactly(isDelivered ? Delivery.Outcome.DELIVERED : Delivery.Outcome.DEAD_LETTERED);
    assertThat(sent).containsExactly(expected.split(" "));
    assertThat(routes.out().receipt(ID).path("outcome").textValue())
        .isEqualTo(isDelivered ? "delivered" : "dead-lettered");
    assertThat(routes.out().names("dead-letters")).hasSize(isDelivered ? 0 : 1);
    assertThat(api.requests()).hasSize(1);
  }

  /** Else it would be asked for again, with a dead letter and a receipt by then. */
  @Test
  void aStepBehindTheParkingThatFailsChangesNoOutcome() throws Exception {
    byte[] answer = "{\"status_code\":20100}".getBytes(UTF_8);
    api = new RawApi((request, socket, out) -> write(out, 200, answer));
    RouteBuilder edited =
        new RouteBuilder() {
          @Override
          public void configure() {
            route(getContext(), "serp-work-task")
                .throwException(new IllegalStateException(PLANNED));
          }
        };
    routes = RoutesUnderTest.start(api.address(), temp, edited, "serp.to", "files");
    List<Delivery.Outcome> settled = new CopyOnWriteArrayList<>();
    routes.give(Delivery.fresh(ID, Source.named("test"), settled::add));
    await().until(() -> !settled.isEmpty());
    assertThat(settled).containsExactly(Delivery.Outcome.PARKED);
    assertThat(routes.out().names("receipts")).isEmpty();
    assertThat(routes.out().names("dead-letters")).isEmpty();
  }

  /** A host keeps its id: nothing is wrong with it. */
  @Test
  void aTemporaryFolderThatFailsIsAnOutputThatIsUnavailable() {
    api = new RawApi((request, socket, out) -> write(out, 200, result(request.id())));
    RouteBuilder output =
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:serp-items-to-endpoints")
                .errorHandler(noErrorHandler())
                .throwException(new SpoolException(new IOException("Input/output error")));
            from("direct:serp-receipt-to-endpoints").to("direct:serp-receipt-to-files");
            from("direct:serp-dead-letter-to-endpoints").to("direct:serp-dead-letter-to-files");
          }
        };
    routes = RoutesUnderTest.start(api.address(), temp, output, "serp.to", "endpoints");
    assertThatExceptionOfType(CircuitOpenException.class)
        .isThrownBy(() -> routes.take(ID))
        .withMessageContaining("cannot deliver: the temporary folder ")
        .withMessageContaining("Input/output error");
    assertThatExceptionOfType(CircuitOpenException.class)
        .as("the circuit is open")
        .isThrownBy(() -> routes.take(Ids.good(2)));
    assertThat(api.requests()).hasSize(1);
    assertThat(routes.out().names("dead-letters")).isEmpty();
  }
}
