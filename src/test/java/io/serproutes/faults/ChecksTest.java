package io.serproutes.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.faults.Delivered.Document;
import io.serproutes.faults.Delivered.Found;
import io.serproutes.faults.Delivered.Key;
import io.serproutes.faults.MadeAnswer.Item;
import io.serproutes.faults.Plan.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each check says so where its promise is broken, and nothing where all are kept. */
class ChecksTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String INPUT = "no id";

  @TempDir Path temp;

  private final HttpClient client = HttpClient.newHttpClient();
  private Plan plan;
  @AutoClose private FaultyApi api;
  private Given given;
  private Delivered found;

  /** A program without faults has delivered every id of a plan. */
  private void delivered(Output output, boolean exactlyOnce) throws Exception {
    plan =
        LongStream.range(0, 1000)
            .mapToObj(Plan::new)
            .filter(one -> one.output == output && one.exactlyOnce == exactlyOnce)
            .findFirst()
            .orElseThrow();
    plan.kinds.values().removeIf(Kind::isPoison);
    api = new FaultyApi(plan.kinds, 0);
    given = new Given(plan.kinds.keySet());
    given.add(List.of(INPUT), 1, 1);
    found = new Delivered();
    document(found.letters, "{\"input\":\"%s\",\"reason\":\"invalid-id\"}", INPUT);
    askForAll(); // side by side, since some answers are slow
    for (String id : plan.kinds.keySet()) {
      given.add(List.of(id), 1, 1);
      delivered(id, 1);
    }
  }

  private void askForAll() throws Exception {
    ExecutorService askers = Executors.newFixedThreadPool(20);
    try {
      List<Future<Void>> asked = new ArrayList<>();
      for (String id : plan.kinds.keySet()) {
        asked.add(askers.submit(() -> askForAnswer(id, 1)));
      }
      for (Future<Void> one : asked) {
        one.get();
      }
    } finally {
      askers.shutdownNow();
    }
  }

  private HttpResponse<String> ask(String id) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(api.address().resolve("/task_get/" + id)).build(),
        BodyHandlers.ofString());
  }

  private void deliver(String id) throws Exception {
    int number = api.answers(id).size() + 1;
    askForAnswer(id, number);
    delivered(id, number);
  }

  private Void askForAnswer(String id, int number) throws InterruptedException {
    while (api.answers(id).size() < number) {
      try {
        ask(id);
      } catch (IOException e) {
        // a flaky one
      }
    }
    return null;
  }

  private void delivered(String id, int number) throws IOException {
    Kind kind = plan.kinds.get(id);
    if (!kind.hasResult()) {
      String reason = kind.outcome();
      String text = "{\"task_id\":\"%s\",\"outcome\":\"dead-lettered\",\"reason\":\"%s\"}";
      document(found.receipts, text, id, reason);
      document(found.letters, text, id, reason);
      return;
    }
    List<Item> items = MadeAnswer.of(kind, id, number).records();
    List<String> counts = new ArrayList<>();
    for (String type : Delivered.TYPES) {
      List<Found> some = found(items, type);
      counts.add("\"" + type + "\":" + items.stream().filter(i -> i.type().equals(type)).count());
      if (!some.isEmpty()) {
        found.items.put(new Key("here", id, number, type), new ArrayList<>(some));
      }
    }
    long large = plan.usesKafka() ? items.stream().filter(ChecksTest::isLarge).count() : 0;
    String text = "{\"task_id\":\"%s\",\"outcome\":\"%s\",\"tag\":\"%s\",\"oversized\":%d,%s}";
    String tag = MadeAnswer.tag(number);
    document(found.receipts, text, id, kind.outcome(), tag, large, String.join(",", counts));
    if (large > 0) {
      document(found.letters, "{\"task_id\":\"%s\",\"reason\":\"too-large\"}", id);
    }
  }

  private static boolean isLarge(Item item) {
    return item.bytes() > Plan.MAX_ITEM_BYTES;
  }

  private List<Found> found(List<Item> items, String type) {
    List<Integer> places =
        IntStream.range(0, items.size())
            .filter(i -> items.get(i).type().equals(type))
            .boxed()
            .toList();
    if (plan.output == Output.KAFKA) {
      places.stream()
          .filter(i -> isLarge(items.get(i)))
          .forEach(
              i ->
                  found.oversized.put(
                      items
                          .get(i)
                          .record()
                          .replaceFirst("(?s).*\"task\":\\{\"id\":\"([-0-9a-f]{36}).*", "$1-" + i),
                      items.get(i).record()));
      return places.stream()
          .filter(i -> !isLarge(items.get(i)))
          .map(i -> new Found(i, items.get(i).record()))
          .toList();
    }
    String all =
        places.stream()
            .map(i -> items.get(i).record())
            .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    return places.isEmpty() ? List.of() : List.of(new Found(-1, all));
  }

  private void document(List<Document> to, String text, Object... values) throws IOException {
    JsonNode json = JSON.readTree(text.formatted(values));
    to.add(new Document("here", json));
  }

  private List<String> wrong(int allowance) {
    Checks checks = new Checks(plan, api);
    checks.receiptsAreTrue(found, true);
    checks.allHasEnded(found, given, allowance);
    return checks.wrong();
  }

  private void assertWrong(String words) {
    assertThat(wrong(0)).isNotEmpty().anyMatch(one -> one.contains(words));
  }

  private Document delivered() {
    return found.receipts.stream()
        .filter(one -> one.outcome().equals("delivered"))
        .findFirst()
        .orElseThrow();
  }

  private List<Found> items() {
    return found.items.values().iterator().next();
  }

  @Test
  void allIsWellInFiles() throws Exception {
    delivered(Output.FLAT, false);
    assertThat(wrong(0)).isEmpty();
  }

  @Test
  void allIsWellInTopics() throws Exception {
    delivered(Output.KAFKA, true);
    assertThat(wrong(0)).isEmpty();
  }

  @Test
  void aReceiptIsMissing() throws Exception {
    delivered(Output.FLAT, false);
    found.receipts.remove(delivered());
    assertWrong("has 0 receipts of 1");
    assertWrong("items without a receipt");
  }

  @Test
  void aReceiptSaysWhatTheApiDidNot() throws Exception {
    delivered(Output.FLAT, false);
    Document one = delivered();
    found.receipts.remove(one);
    document(found.receipts, one.json().toString().replace("delivered", "partial"));
    assertWrong("a receipt of an answer that was never given");
  }

  @Test
  void anIdIsGivenUpThatIsGood() throws Exception {
    delivered(Output.FLAT, false);
    String id = delivered().id();
    found.receipts.removeIf(one -> one.id().equals(id));
    found.items.keySet().removeIf(key -> key.id().equals(id));
    String text = "{\"task_id\":\"%s\",\"outcome\":\"dead-lettered\",\"reason\":\"not-found\"}";
    document(found.receipts, text, id);
    document(found.letters, text, id);
    assertWrong("ended as not-found");
  }

  @Test
  void aByteOfAnItemDiffers() throws Exception {
    for (Output output : List.of(Output.FLAT, Output.KAFKA)) {
      delivered(output, output == Output.KAFKA);
      Found item = items().get(0);
      items().set(0, new Found(item.index(), item.text().replaceFirst("\"id\":", "\"id\": ")));
      assertWrong(output == Output.KAFKA ? "is not as it was sent" : "expected");
      api.close();
    }
  }

  @Test
  void itemsAreMissing() throws Exception {
    delivered(Output.FLAT, false);
    found.items.remove(found.items.keySet().iterator().next());
    assertWrong("found 0");
  }

  @Test
  void itemsOfAnEarlierDeliveryAreLeft() throws Exception {
    delivered(Output.FLAT, false);
    Key one = found.items.keySet().iterator().next();
    Document receipt =
        found.receipts.stream().filter(r -> r.id().equals(one.id())).findFirst().orElseThrow();
    found.receipts.remove(receipt);
    deliver(one.id());
    assertWrong("items without a receipt");
  }

  @Test
  void anItemIsThereTwice() throws Exception {
    delivered(Output.KAFKA, true);
    items().add(items().get(0));
    assertWrong("is there 2 times");
  }

  @Test
  void itemsAreNotInOrder() throws Exception {
    delivered(Output.KAFKA, false);
    List<Found> some =
        found.items.values().stream().filter(items -> items.size() > 1).findFirst().orElseThrow();
    Found first = some.remove(0);
    some.add(first);
    assertWrong("comes too early");
    some.addAll(List.copyOf(some.subList(0, some.size() - 1)));
    assertThat(wrong(0)).isEmpty();
  }

  @Test
  void anIdIsDeliveredOnceMore() throws Exception {
    delivered(Output.KAFKA, true);
    deliver(delivered().id());
    assertWrong("1 receipts too many");
    assertWrong("1 answers too many");
    assertThat(wrong(1))
        .noneMatch(one -> one.contains("answers"))
        .anyMatch(one -> one.contains("receipts"));
  }

  @Test
  void aDeadLetterIsMissingOrTooMany() throws Exception {
    delivered(Output.FLAT, false);
    Document letter = found.letters.remove(found.letters.size() - 1);
    assertWrong("receipts say dead-lettered");
    found.letters.add(letter);
    document(found.letters, "{\"task_id\":\"%s\",\"reason\":\"expired\"}", delivered().id());
    assertWrong("receipts say dead-lettered");
  }

  @Test
  void whatIsNoIdHasNoLetter() throws Exception {
    delivered(Output.FLAT, false);
    found.letters.remove(0);
    assertWrong("no dead letter of " + INPUT);
  }

  @Test
  void aFileIsTorn() throws Exception {
    delivered(Output.FLAT, false);
    Path out = temp.resolve("instance-0/out");
    Files.createDirectories(out.resolve("receipts"));
    Files.writeString(out.resolve("receipts/x.json"), "{\"task_id\":", UTF_8);
    assertThatThrownBy(() -> Delivered.inFolders(Output.FLAT, List.of(out)))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> Delivered.inFolders(Output.LINES, List.of(out)))
        .isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void callsAreTooFastAndTooMany() throws Exception {
    plan =
        LongStream.range(0, 1000)
            .mapToObj(Plan::new)
            .filter(one -> one.perSecond < 15)
            .findFirst()
            .orElseThrow();
    api = new FaultyApi(plan.kinds, 200);
    List<String> ids = List.copyOf(plan.kinds.keySet());
    List<CompletableFuture<?>> calls = new ArrayList<>();
    for (int i = 0; i < 4 * plan.maxConcurrent + 40; i++) {
      HttpRequest request =
          HttpRequest.newBuilder(api.address().resolve("/" + ids.get(i % ids.size()))).build();
      calls.add(client.sendAsync(request, BodyHandlers.discarding()).exceptionally(e -> null));
    }
    CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).join();
    Checks checks = new Checks(plan, api);
    checks.rateHolds();
    assertThat(checks.wrong()).anyMatch(one -> one.contains("calls within"));
    checks = new Checks(plan, api);
    checks.concurrencyHolds();
    assertThat(checks.wrong()).anyMatch(one -> one.contains("calls at once"));
  }
}
