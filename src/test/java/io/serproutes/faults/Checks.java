package io.serproutes.faults;

import io.serproutes.faults.Delivered.Document;
import io.serproutes.faults.Delivered.Found;
import io.serproutes.faults.Delivered.Key;
import io.serproutes.faults.FaultyApi.Call;
import io.serproutes.faults.Given.Times;
import io.serproutes.faults.MadeAnswer.Item;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What must hold, and what does not. */
final class Checks {

  private static final double SECOND = 1e9;
  private static final int WINDOW = 20; // calls
  private static final long NOTICE = 300_000_000; // until the API knows that a client has left

  private final Plan plan;
  private final FaultyApi api;
  private final List<String> wrong = new ArrayList<>();

  Checks(Plan plan, FaultyApi api) {
    this.plan = plan;
    this.api = api;
  }

  /** What does not hold, in words; empty where all does. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  synchronized void wrong(String words) {
    wrong.add(words);
  }

  private void check(boolean holds, String words, Object... values) {
    if (!holds) {
      wrong(words.formatted(values));
    }
  }

  /**
   * Each receipt is true, and what it speaks of is there, byte for byte.
   *
   * @param isOver whether all work is done; else a later delivery of the same id may be half way
   */
  void receiptsAreTrue(Delivered found, boolean isOver) {
    Set<Key> spokenOf = new TreeSet<>();
    for (Document receipt : found.receipts) {
      String id = receipt.id();
      Kind kind = plan.kinds.get(id);
      if (kind == null) {
        wrong("a receipt of an id that nobody gave: " + receipt);
      } else if (receipt.json().has("reason")) {
        givenUpRightly(kind, receipt);
      } else {
        isDelivered(receipt, found, isOver, spokenOf);
      }
    }
    if (isOver && !(plan.output == Plan.Output.KAFKA && !plan.exactlyOnce)) {
      Set<Key> others = new TreeSet<>(found.items.keySet());
      others.removeAll(spokenOf);
      check(others.isEmpty(), "items without a receipt: %s", others);
    }
    found.items.keySet().forEach(key -> wasAnswered(key, found.items.get(key)));
  }

  private void wasAnswered(Key key, List<Found> items) {
    check(
        api.answer(key.id(), key.number()) != null,
        "items of an answer that was never given whole: %s, %s",
        key,
        items.get(0));
  }

  private void givenUpRightly(Kind kind, Document receipt) {
    String reason = receipt.outcome();
    boolean byApi =
        Kind.isGivenUp(reason) && receipt.json().path("attempts").asInt() >= Plan.MAX_ATTEMPTS;
    check(
        kind.outcome().equals(reason) || kind.isPoison() && byApi || plan.failsCalls() && byApi,
        "%s ended as %s: %s",
        kind,
        reason,
        receipt);
    check(receipt.text("outcome").equals("dead-lettered"), "%s", receipt);
  }

  private void isDelivered(Document receipt, Delivered found, boolean isOver, Set<Key> spokenOf) {
    String id = receipt.id();
    int number = receipt.number();
    MadeAnswer answer = api.answer(id, number);
    if (answer == null || !receipt.outcome().equals(answer.outcome())) {
      wrong("a receipt of an answer that was never given: " + receipt);
      return;
    }
    boolean isReplaced =
        !isOver && api.answers(id).stream().anyMatch(later -> later > number); // or is being
    for (String type : Delivered.TYPES) {
      Key key = new Key(receipt.place(), id, number, type);
      spokenOf.add(key);
      long count = answer.records().stream().filter(item -> item.type().equals(type)).count();
      check(receipt.json().path(type).asLong(-1) == count, "%d %s items: %s", count, type, receipt);
      List<Found> items = found.items.getOrDefault(key, List.of());
      if (!isReplaced && plan.output == Plan.Output.KAFKA) {
        areRecords(key, items, answer.records(), found);
      } else if (!isReplaced) {
        areInFile(key, items.stream().map(Found::text).toList(), of(answer, type));
      }
    }
  }

  private static List<Item> of(MadeAnswer answer, String type) {
    return answer.records().stream().filter(item -> item.type().equals(type)).toList();
  }

  private void areInFile(Key key, List<String> found, List<Item> sent) {
    List<String> expected =
        plan.output.isLines()
            ? sent.stream().map(Item::line).toList()
            : sent.isEmpty()
                ? List.of()
                : List.of(
                    sent.stream()
                        .map(Item::record)
                        .collect(Collectors.joining(",\n", "[\n", "\n]\n")));
    check(expected.equals(found), "%s: expected %s, found %s", key, brief(expected), brief(found));
  }

  private void areRecords(Key key, List<Found> found, List<Item> all, Delivered delivered) {
    Map<Integer, Integer> times = new TreeMap<>();
    for (Found item : found) {
      boolean isRight =
          item.index() < all.size() && all.get(item.index()).record().equals(item.text());
      check(
          isRight,
          "%s: item %d is not as it was sent: %s",
          key,
          item.index(),
          brief(List.of(item.text())));
      times.merge(item.index(), 1, Integer::sum);
    }
    areInOrder(key, found, List.copyOf(times.keySet()));
    for (int i = 0; i < all.size(); i++) {
      Item item = all.get(i);
      boolean isLarge = item.bytes() > Plan.MAX_ITEM_BYTES;
      int expected = item.type().equals(key.type()) && !isLarge ? 1 : 0;
      int seen = times.getOrDefault(i, 0);
      check(
          plan.exactlyOnce || expected == 0 ? seen == expected : seen >= expected,
          "%s: item %d is there %d times",
          key,
          i,
          seen);
      String file = delivered.oversized.get(key.id() + "-" + i);
      check(
          !isLarge || file != null && file.length() > Plan.MAX_ITEM_BYTES,
          "%s: item %d is in no file",
          key,
          i);
    }
  }

  // a batch of which a record is not acknowledged is sent again as a whole
  private void areInOrder(Key key, List<Found> found, List<Integer> ascending) {
    int next = 0;
    for (Found item : found) {
      next += next < ascending.size() && item.index() == ascending.get(next) ? 1 : 0;
    }
    check(next == ascending.size(), "%s: item %d comes too early", key, next);
  }

  private static String brief(List<String> texts) {
    String all = texts.toString();
    return texts.size() + " " + (all.length() > 600 ? all.substring(0, 600) + "…" : all);
  }

  /**
   * Each entry has its one outcome, as often as it was given.
   *
   * @param allowance how many may be delivered once more than they were given
   */
  void allHasEnded(Delivered found, Given given, int allowance) {
    Map<String, List<Document>> receipts =
        found.receipts.stream()
            .collect(Collectors.groupingBy(Document::id, TreeMap::new, Collectors.toList()));
    Map<String, Times> ids = given.ids();
    check(ids.keySet().containsAll(receipts.keySet()), "receipts of ids that were not given");
    Map<String, Integer> again = new TreeMap<>();
    Map<String, Integer> askedAgain = new TreeMap<>();
    boolean isByFile = plan.output == Plan.Output.FLAT || plan.output == Plan.Output.BY_DAY;
    boolean parksInFiles = plan.output != Plan.Output.KAFKA; // one file of an id
    ids.forEach(
        (id, times) -> {
          int count = receipts.getOrDefault(id, List.of()).size();
          boolean isOne = isByFile || parksInFiles && plan.kinds.get(id) == Kind.NOT_READY;
          int least = isOne ? Math.min(1, times.least()) : times.least();
          check(
              count >= least, "%s %s has %d receipts of %d", plan.kinds.get(id), id, count, least);
          again.put(id, Math.max(0, count - times.most()));
          askedAgain.put(id, Math.max(0, api.answers(id).size() - times.most()));
        });
    letters(found, given, allowance);
    int repeats = sum(again);
    check(
        repeats <= (plan.exactlyOnce ? 0 : allowance),
        "%d receipts too many, %d allowed: %s",
        repeats,
        allowance,
        positive(again));
    check(
        sum(askedAgain) <= allowance,
        "%d answers too many, %d allowed: %s",
        sum(askedAgain),
        allowance,
        positive(askedAgain));
  }

  private static int sum(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static Map<String, Integer> positive(Map<String, Integer> counts) {
    Map<String, Integer> positive = new TreeMap<>(counts);
    positive.values().removeIf(count -> count == 0);
    return positive;
  }

  private void letters(Delivered found, Given given, int allowance) {
    Map<String, Long> receipts =
        found.receipts.stream()
            .filter(receipt -> receipt.json().has("reason"))
            .collect(
                Collectors.groupingBy(Checks::reasonInPlace, TreeMap::new, Collectors.counting()));
    found.receipts.stream()
        .filter(receipt -> receipt.json().path("oversized").asInt() > 0)
        .forEach(
            receipt ->
                receipts.merge(receipt.place() + " " + receipt.id() + " too-large", 1L, Long::sum));
    Map<String, Long> letters =
        found.letters.stream()
            .filter(letter -> letter.json().has("task_id"))
            .collect(
                Collectors.groupingBy(Checks::reasonInPlace, TreeMap::new, Collectors.counting()));
    if (plan.output != Plan.Output.KAFKA || plan.exactlyOnce) {
      check(
          receipts.equals(letters),
          "receipts say dead-lettered %s, the letters are %s",
          receipts,
          letters);
    } else {
      receipts.forEach(
          (reason, count) -> check(letters.getOrDefault(reason, 0L) >= 1, "no letter: %s", reason));
      letters.keySet().removeAll(receipts.keySet());
      check(letters.size() <= allowance, "letters without a receipt: %s", letters);
    }
    Map<String, Long> inputs =
        found.letters.stream()
            .filter(letter -> letter.json().has("input"))
            .collect(
                Collectors.groupingBy(
                    letter -> letter.text("input"), TreeMap::new, Collectors.counting()));
    inputs(inputs, given.inputs(), allowance);
  }

  private static String reasonInPlace(Document document) {
    return document.place() + " " + document.id() + " " + document.text("reason");
  }

  private void inputs(Map<String, Long> letters, Map<String, Times> given, int allowance) {
    long again = 0;
    for (Map.Entry<String, Long> letter : letters.entrySet()) {
      Times times = given.get(letter.getKey());
      check(times != null, "a dead letter of what nobody gave: %s", letter.getKey());
      again += times == null ? 0 : Math.max(0, letter.getValue() - times.most());
    }
    given.forEach(
        (input, times) ->
            check(letters.getOrDefault(input, 0L) >= times.least(), "no dead letter of %s", input));
    check(
        again <= (plan.exactlyOnce ? 0 : allowance),
        "%d dead letters of what is no id too many: %s",
        again,
        letters);
  }

  /** No stretch of time sees more calls than the account allows. */
  void rateHolds() {
    List<Long> asked = api.calls().stream().map(call -> call.asked).sorted().toList();
    for (int from = 0; from < asked.size(); from++) {
      for (int to = from + WINDOW; to < asked.size(); to += WINDOW) {
        double seconds = (asked.get(to) - asked.get(from)) / SECOND;
        double most = plan.perSecond * (seconds + 1.2) + plan.maxConcurrent;
        if (to - from > most) {
          wrong(
              "%d calls within %.2f s at %d a second"
                  .formatted(to - from, seconds, plan.perSecond));
          return;
        }
      }
    }
  }

  /** There are never more calls at once than the account allows. */
  void concurrencyHolds() {
    int atOnce = mostAtOnce(api.calls());
    check(atOnce <= plan.maxConcurrent, "%d calls at once of %d", atOnce, plan.maxConcurrent);
  }

  private static int mostAtOnce(List<Call> calls) {
    record Edge(long at, int change) {}
    List<Edge> edges = new ArrayList<>();
    for (Call call : calls) {
      long end = call.ended - (call.isBrokenOff ? NOTICE : 0);
      if (call.ended > 0 && end > call.asked) {
        edges.add(new Edge(call.asked, 1));
        edges.add(new Edge(end, -1));
      }
    }
    edges.sort(Comparator.comparingLong(Edge::at).thenComparingInt(Edge::change));
    int now = 0;
    int most = 0;
    for (Edge edge : edges) {
      now += edge.change();
      most = Math.max(most, now);
    }
    return most;
  }
}
