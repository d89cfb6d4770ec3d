package io.serproutes;

import static io.serproutes.RawApi.result;
import static io.serproutes.RawApi.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An output of the user's own: a plain route that knows nothing of ours. */
@Timeout(60)
class OwnOutputTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ID = Ids.good(1);
  private static final String OF_ALL_TYPES = Ids.good(1000);

  @TempDir Path temp;

  private final RawApi api =
      new RawApi((request, socket, out) -> write(out, 200, answer(request.id())));
  private final List<String> taken = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Boolean> settled = new ConcurrentHashMap<>();
  private final Map<String, Integer> refusals = new ConcurrentHashMap<>();
  private RoutesUnderTest routes;

  private static byte[] answer(String id) {
    String answer = new String(result(id), UTF_8);
    return (id.equals(OF_ALL_TYPES)
            ? answer.replace("[{\"type\"", "[{\"type\":\"x\"},{\"type\"")
            : answer)
        .getBytes(UTF_8);
  }

  private void start(String to, Consumer<Exchange> own) {
    RouteBuilder output =
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:serp-items-to-own").process(own::accept);
            from("direct:serp-items-to-own-2").process(e -> take("own-2", e.getMessage()));
          }
        };
    routes =
        RoutesUnderTest.start(
            api.address(), temp, output, "serp.to", to, "serp.circuit.probe-interval", "20ms");
  }

  private void startRefusing(String to) {
    start(
        to,
        exchange -> {
          Message message = exchange.getMessage();
          String id = message.getHeader("serp.task-id", String.class);
          if (refusals.merge(id, -1, Integer::sum) >= 0) {
            throw new IllegalStateException("no room\nfor\u001b[31m this");
          }
          take("own", message);
        });
  }

  private void take(String output, Message message) {
    taken.add(
        String.join(
            " ",
            output,
            message.getHeader("serp.task-id", String.class),
            message.getHeader("serp.item-type", String.class)));
  }

  private void give(String id) throws Exception {
    Delivery.Settlement settlement = outcome -> settled.put(id, outcome.isAcknowledged());
    routes.give(Delivery.fresh(id, Source.named("test"), settlement));
  }

  private List<String> all(String... outputs) {
    List<String> all = new ArrayList<>();
    for (String type : List.of("organic", "paid")) {
      for (String output : outputs) {
        all.add(output + " " + ID + " " + type);
      }
    }
    return all;
  }

  @AfterEach
  void stop() {
    routes.close();
    api.close();
  }

  @Test
  void itsBodyAndHeadersAreWhatAnyEndpointCanUse() throws Exception {
    List<Map<String, Object>> headers = Collections.synchronizedList(new ArrayList<>());
    List<Object> bodies = Collections.synchronizedList(new ArrayList<>());
    start(
        "own",
        exchange -> {
          Message message = exchange.getMessage();
          headers.add(Map.copyOf(message.getHeaders()));
          List<String> items = new ArrayList<>();
          message.getBody(Iterable.class).forEach(item -> items.add((String) item));
          try (InputStream stream = message.getBody(InputStream.class)) {
            bodies.add(JSON.readTree(stream));
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
          bodies.add(read(message.getBody(String.class)));
          bodies.add(read(new String(message.getBody(byte[].class), UTF_8)));
          bodies.add(read(items.toString()));
        });
    assertThat(routes.take(ID).path("outcome").asText()).isEqualTo("delivered");
    assertThat(headers)
        .containsExactly(
            Map.of(
                "serp.task-id", ID,
                "serp.item-type", "organic",
                "serp.item-count", "2",
                "content-type", "application/json"),
            Map.of(
                "serp.task-id", ID,
                "serp.item-type", "paid",
                "serp.item-count", "2",
                "content-type", "application/json"));
    assertThat(bodies).hasSize(8);
    assertThat(Set.copyOf(bodies.subList(0, 4))).hasSize(1);
    assertThat((JsonNode) bodies.get(0))
        .singleElement()
        .satisfies(item -> assertThat(item.at("/task/id").asText()).isEqualTo(ID));
    assertThat(routes.out().names("receipts")).containsExactly(ID + ".json");
    assertThat(routes.out().names("organic")).isEmpty();
  }

  private static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void eachOfSeveralOutputsGetsAllItems() throws Exception {
    startRefusing("own,files,own-2");
    routes.take(ID);
    assertThat(taken).containsExactlyElementsOf(all("own", "own-2"));
    assertThat(routes.out().names("organic")).containsExactly(ID + ".json");
    assertThat(routes.out().names("receipts")).containsExactly(ID + ".json");
  }

  @Test
  void onlyWhatAnOutputHasNotTakenIsSentToItAgain() throws Exception {
    refusals.put(ID, 5);
    startRefusing("own-2,own");
    give(ID);
    await().until(() -> settled.get(ID) != null);
    assertThat(settled).isEqualTo(Map.of(ID, true));
    assertThat(taken).containsExactlyElementsOf(all("own-2", "own"));
    assertThat(api.requests()).hasSize(1);
    assertThat(routes.out().receipt(ID).path("outcome").asText()).isEqualTo("delivered");
  }

  @Test
  void whatItThrowsIsToldToAHost() {
    refusals.put(ID, 5);
    startRefusing("own");
    assertThatExceptionOfType(CircuitOpenException.class)
        .isThrownBy(() -> routes.take(ID))
        .withMessage("the circuit is open: cannot deliver: own: no room for [31m this");
    assertThat(routes.out().names("dead-letters")).isEmpty();
  }

  @Test
  void anIdThatIsRefusedWhileOthersPassIsRejected() throws Exception {
    refusals.put(ID, Integer.MAX_VALUE);
    startRefusing("files,own");
    give(ID);
    for (int i = 2; !settled.containsKey(ID); i++) {
      String other = Ids.good(i);
      give(other);
      await().until(() -> settled.containsKey(other));
    }
    assertThat(settled).allSatisfy((id, ended) -> assertThat(ended).isTrue());
    JsonNode letter = routes.out().deadLetter(ID);
    assertThat(letter.path("reason").asText()).isEqualTo("rejected");
    assertThat(letter.path("status_message").asText()).isEqualTo("own: no room for [31m this");
    assertThat(routes.out().receipt(ID).path("outcome").asText()).isEqualTo("dead-lettered");
    assertThat(routes.out().names("organic")).doesNotContain(ID + ".json");
    assertThat(refusals.get(ID)).isLessThanOrEqualTo(Integer.MAX_VALUE - 3);
    assertThat(routes.out().names("dead-letters")).containsExactly(ID + ".json");
  }

  /** An output that fails now and then: what passes between are other items of the same id. */
  @Test
  void anIdIsNotRejectedBecauseItsOwnItemsPass() throws Exception {
    Set<String> refused = ConcurrentHashMap.newKeySet();
    start(
        "own",
        exchange -> {
          if (refused.add(exchange.getMessage().getHeader("serp.item-type", String.class))) {
            throw new IllegalStateException("away");
          }
          take("own", exchange.getMessage());
        });
    give(OF_ALL_TYPES);
    await().until(() -> settled.containsKey(OF_ALL_TYPES));
    assertThat(refused).containsExactlyInAnyOrder("organic", "paid", "other");
    assertThat(routes.out().names("dead-letters")).isEmpty();
    assertThat(taken).hasSize(3);
  }

  /** As while a server is away: nobody passes, so nobody is to blame. */
  @Test
  void idsThatAreAllRefusedAreKept() throws Exception {
    List<String> ids = Ids.good(1, 4);
    AtomicInteger refused = new AtomicInteger();
    start(
        "own",
        exchange -> {
          if (refused.incrementAndGet() <= 20) {
            throw new IllegalStateException("away");
          }
          take("own", exchange.getMessage());
        });
    for (String id : ids) {
      give(id);
    }
    await().until(() -> settled.size() == ids.size());
    assertThat(routes.out().names("dead-letters")).isEmpty();
    assertThat(taken).hasSize(2 * ids.size()).doesNotHaveDuplicates();
  }

  /** What a route does to its exchange stays there. */
  @Test
  void itMayStopAndRemoveEverything() throws Exception {
    start(
        "own,files",
        exchange -> {
          exchange.getMessage().removeHeaders("*");
          exchange.getMessage().setBody(null);
          exchange.removeVariable("serpTask");
          exchange.setRouteStop(true);
        });
    assertThat(routes.take(ID).path("outcome").asText()).isEqualTo("delivered");
    assertThat(routes.out().names("paid")).containsExactly(ID + ".json");
  }
}
