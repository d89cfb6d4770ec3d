package io.serproutes.faults;

import io.serproutes.faults.FaultyApi.Mode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** What one seed says: how the program runs, what it is given, and which faults come when. */
final class Plan {

  /** Of an item as a record. */
  static final int MAX_ITEM_BYTES = 100 * 1024;

  /** Of an answer. */
  static final int MAX_ANSWER = 4 << 20;

  static final int MAX_ATTEMPTS = 5;
  static final int PARTITIONS = 4;

  /** Where results go. */
  enum Output {
    FLAT,
    BY_DAY,
    LINES,
    LINES_GZIP,
    KAFKA;

    boolean isLines() {
      return this == LINES || this == LINES_GZIP;
    }
  }

  /** When a process is killed: now, or as soon as there is a new file that ends so. */
  enum Moment {
    AT_ONCE("", ""),
    IN_A_WHILE("", ""),
    A_FILE_MOVES("inbox/.serp", ".moved"),
    A_FILE_IS_DONE("inbox/.done", ""),
    A_RECEIPT("out/receipts", ""),
    AN_ITEM("out/organic", ""),
    AN_ID_IS_PARKED("out/parked", ".json"),
    A_COMMIT("out/.lines", "");

    final String folder;
    final String end;

    Moment(String folder, String end) {
      this.folder = folder;
      this.end = end;
    }
  }

  /** Something that is done once so many calls have been made, or nothing has happened for long. */
  record Step(int atCall, String words, Action action) {}

  /** What a step does. */
  @FunctionalInterface
  interface Action {
    void on(Inputs inputs, Faults faults) throws Exception;
  }

  private static final List<String> NO_IDS =
      List.of("nonsense", "10171324-1535-0066", "' OR 1=1", "네이버");

  private static final List<Kind> LISTED =
      List.of(Kind.GOOD, Kind.GOOD, Kind.GOOD, Kind.PARTIAL, Kind.EMPTY, Kind.HUGE, Kind.FAILED);

  final long seed;
  final boolean fromKafka;
  final boolean withPings;
  final boolean withPolls;
  final Output output;
  final boolean exactlyOnce;
  final boolean fakesClock;
  final boolean tinyDisk;
  final int instances;
  final int mostInstances;
  final int perSecond;
  final int maxConcurrent;
  final int latency;
  final Map<String, Kind> kinds = new LinkedHashMap<>();
  final List<Step> steps = new ArrayList<>();

  private final Random random;
  private int inputs;
  private boolean failsCalls;
  private boolean renames;

  Plan(long seed) {
    this.seed = seed;
    random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    fromKafka = random.nextInt(2) == 0;
    Output drawn = Output.values()[random.nextInt(4)];
    output = random.nextInt(fromKafka ? 4 : 3) == 0 ^ fromKafka ? Output.KAFKA : drawn;
    exactlyOnce = random.nextBoolean() && fromKafka && output == Output.KAFKA;
    withPings = !fromKafka && random.nextInt(4) == 0;
    fakesClock = random.nextInt(10) == 0; // it is slow
    tinyDisk = random.nextInt(3) == 0 && output != Output.KAFKA;
    instances = 1 + random.nextInt(2);
    mostInstances = instances + random.nextInt(2);
    perSecond = 12 + random.nextInt(80);
    maxConcurrent = mostInstances + 3 + random.nextInt(12);
    latency = random.nextInt(80);
    drawIds(80 + random.nextInt(140));
    List<String> ids = new ArrayList<>(kinds.keySet());
    if (fromKafka) {
      drawRecords(ids);
    } else {
      drawFiles(withPings ? drawPings(ids) : ids);
    }
    drawFaults(2 + random.nextInt(4));
    Random polls = new Random(seed * 0x9E3779B97F4A7C15L + 2); // what else a seed means stays
    withPolls = polls.nextInt(3) == 0;
    if (withPolls) {
      drawPolls(polls);
    }
    steps.sort(Comparator.comparingInt(Step::atCall)); // stable
  }

  private void drawIds(int count) {
    Map<Kind, Integer> weights = new EnumMap<>(Kind.class);
    weights.putAll(
        Map.of(Kind.GOOD, 65, Kind.PARTIAL, 4, Kind.EMPTY, 5, Kind.NOT_READY, 6, Kind.FLAKY, 4));
    weights.putAll(Map.of(Kind.UNKNOWN, 3, Kind.NO_SUCH_PAGE, 2, Kind.EXPIRED, 2, Kind.FOREIGN, 2));
    weights.putAll(Map.of(Kind.FAILED, 2, Kind.STRANGE, 2));
    List<Kind> bag = new ArrayList<>();
    weights.forEach((kind, weight) -> bag.addAll(Collections.nCopies(weight, kind)));
    List<Kind> all = new ArrayList<>();
    for (Kind rare :
        List.of(
            Kind.HUGE, Kind.OVERSIZED, Kind.POISON, Kind.CUT_SHORT, Kind.TOO_BIG, Kind.THROTTLED)) {
      all.addAll(Collections.nCopies(random.nextInt(5) / 2, rare));
    }
    while (all.size() < count) {
      all.add(bag.get(random.nextInt(bag.size())));
    }
    Collections.shuffle(all, random);
    all.forEach(kind -> kinds.put(id(random), kind));
  }

  private static String id(Random random) {
    return "%08x-%04x-0066-0000-%012x"
        .formatted(random.nextInt(), random.nextInt(1 << 16), random.nextLong() >>> 16);
  }

  /** Some ids, now and then one of them twice, or something that is no id. */
  private List<String> entries(List<String> ids) {
    List<String> entries = new ArrayList<>();
    for (String id : ids) {
      entries.add(random.nextInt(15) == 0 ? id.toUpperCase() : id);
      if (random.nextInt(25) == 0) {
        entries.add(ids.get(random.nextInt(ids.size())));
      }
      if (random.nextInt(25) == 0) {
        entries.add(NO_IDS.get(random.nextInt(NO_IDS.size())) + " " + ++inputs);
      }
    }
    return entries;
  }

  private int anyTime() {
    return random.nextInt(kinds.size());
  }

  private void add(int atCall, String words, Action action) {
    steps.add(new Step(atCall, words, action));
  }

  private List<String> cut(List<String> ids, int from, int most) {
    return ids.subList(from, Math.min(ids.size(), from + 1 + random.nextInt(most)));
  }

  private void drawRecords(List<String> ids) {
    for (int from = 0; from < ids.size(); ) {
      List<String> some = cut(ids, from, 60);
      int at = from == 0 ? 0 : anyTime();
      from += some.size();
      List<GivenRecord> records = GivenRecord.of(entries(some), random);
      add(
          at,
          "send " + records.size() + " records with " + some.size() + " ids",
          (inputs, faults) -> inputs.send(records));
    }
  }

  /** Has some of the ids pinged; the others are returned. */
  private List<String> drawPings(List<String> ids) {
    int pinged = 1 + random.nextInt(ids.size() / 2);
    for (int from = 0; from < pinged; ) {
      List<String> some = cut(ids.subList(0, pinged), from, 20);
      from += some.size();
      add(anyTime(), "ping " + some.size() + " ids", (inputs, faults) -> inputs.ping(some));
    }
    return ids.subList(pinged, ids.size());
  }

  /** Has more ids appear in the list of finished tasks. */
  private void drawPolls(Random polls) {
    int calls = kinds.size();
    for (int lists = 1 + polls.nextInt(3); lists > 0; lists--) {
      List<String> some = new ArrayList<>();
      for (int ids = 1 + polls.nextInt(25); ids > 0; ids--) {
        String id = id(polls);
        Kind kind = LISTED.get(polls.nextInt(LISTED.size()));
        kinds.put(id, tinyDisk && kind == Kind.HUGE ? Kind.GOOD : kind); // or it is full for ever
        some.add(id);
      }
      add(
          polls.nextInt(calls),
          "list " + some.size() + " ids as finished",
          (inputs, faults) -> inputs.list(some));
    }
  }

  private void drawFiles(List<String> ids) {
    for (int from = 0, n = 0; from < ids.size(); n++) {
      List<String> some = cut(ids, from, 50);
      int at = from == 0 ? 0 : anyTime();
      from += some.size();
      drawFile(n, at, entries(some));
    }
  }

  private void drawFile(int n, int at, List<String> entries) {
    GivenFile file = GivenFile.draw(n, random);
    GivenFile.Manner manner =
        GivenFile.Manner.values()[random.nextInt(GivenFile.Manner.values().length)];
    int later = at + random.nextInt(2 + entries.size());
    List<String> first = entries.subList(0, 1 + random.nextInt(entries.size()));
    List<String> rest = entries.subList(first.size(), entries.size());
    int change = random.nextInt(10);
    boolean grows = change < 3 && !rest.isEmpty();
    List<String> now = grows ? first : entries;
    add(
        at,
        file + ", " + now.size() + " entries, " + manner,
        (inputs, faults) -> inputs.drop(file, now, manner));
    if (grows && change == 0 && file.canBeAppendedTo()) {
      add(
          later,
          "append " + rest.size() + " entries to " + file,
          (inputs, faults) -> inputs.append(file, first, rest));
    } else if (grows && change == 1 && file.canBeAppendedTo()) {
      add(
          at,
          "append " + rest.size() + " entries to it when it is moved",
          (inputs, faults) -> inputs.appendAtMove(file, first, rest));
    } else if (grows) {
      add(
          later,
          "replace " + file + " by one of " + entries.size(),
          (inputs, faults) -> inputs.replace(file, first, entries));
    } else if (change == 3) {
      renames = true;
      add(later, "rename " + file, (inputs, faults) -> inputs.rename(file, entries));
    } else if (change == 4) {
      GivenFile twice = GivenFile.draw(1000 + n, random);
      add(
          later,
          first.size() + " of its entries again in " + twice,
          (inputs, faults) -> inputs.drop(twice, first, manner));
    }
  }

  private void drawFaults(int count) {
    List<Runnable> menu = new ArrayList<>();
    menu.addAll(Collections.nCopies(4, this::drawKill));
    menu.addAll(Collections.nCopies(6, this::drawApi));
    menu.addAll(Collections.nCopies(2, this::drawSuspend));
    menu.addAll(Collections.nCopies(2, this::drawRestart));
    menu.addAll(Collections.nCopies(mostInstances > instances ? 3 : 0, this::drawGuest));
    menu.addAll(Collections.nCopies(usesKafka() ? 5 : 0, this::drawBroker));
    menu.addAll(Collections.nCopies(tinyDisk ? 6 : 0, this::drawDisk));
    menu.addAll(Collections.nCopies(fakesClock ? 6 : 0, this::drawClock));
    for (int i = 0; i < count; i++) {
      menu.get(random.nextInt(menu.size())).run();
    }
  }

  private void drawKill() {
    int instance = random.nextInt(instances);
    int pause = random.nextInt(1500);
    int again = random.nextInt(3) == 0 ? 300 + random.nextInt(2500) : -1;
    String twice = again < 0 ? "" : ", and once more " + again + " ms later";
    List<Moment> moments = moments();
    Moment moment = moments.get(random.nextInt(moments.size()));
    add(
        anyTime(),
        "kill " + instance + " " + moment + ", start it after " + pause + " ms" + twice,
        (inputs, faults) -> faults.kill(instance, moment, pause, again));
  }

  private List<Moment> moments() {
    List<Moment> moments = new ArrayList<>(List.of(Moment.AT_ONCE, Moment.IN_A_WHILE));
    if (!fromKafka) {
      moments.addAll(List.of(Moment.A_FILE_MOVES, Moment.A_FILE_IS_DONE));
    }
    if (output.isLines()) {
      moments.addAll(List.of(Moment.A_COMMIT, Moment.A_RECEIPT, Moment.AN_ID_IS_PARKED));
    } else if (output != Output.KAFKA) {
      moments.addAll(List.of(Moment.AN_ITEM, Moment.A_RECEIPT, Moment.AN_ID_IS_PARKED));
    }
    return moments;
  }

  private void drawSuspend() {
    int instance = random.nextInt(instances);
    int millis = usesKafka() && random.nextInt(4) == 0 ? 8_000 : 300 + random.nextInt(4_000);
    add(
        anyTime(),
        "suspend " + instance + " for " + millis + " ms",
        (inputs, faults) -> faults.suspend(instance, millis));
  }

  private void drawRestart() {
    int instance = random.nextInt(instances);
    int pause = random.nextInt(1000);
    add(
        anyTime(),
        "stop " + instance + ", start it after " + pause + " ms",
        (inputs, faults) -> faults.restart(instance, pause));
  }

  private void drawGuest() {
    int joins = anyTime();
    add(joins, "another instance joins", (inputs, faults) -> faults.join());
    if (random.nextBoolean()) {
      boolean kills = random.nextBoolean();
      int leaves = joins + random.nextInt(kinds.size());
      add(
          leaves,
          "it is " + (kills ? "killed" : "stopped"),
          (inputs, faults) -> faults.leave(kills));
    }
  }

  private void drawApi() {
    Mode mode = Mode.values()[1 + random.nextInt(Mode.values().length - 1)];
    int millis = 200 + random.nextInt(2500);
    failsCalls |= mode.isTransient();
    add(
        anyTime(),
        "API " + mode + " for " + millis + " ms",
        (inputs, faults) -> faults.api(mode, millis));
  }

  private void drawBroker() {
    int n = random.nextInt(3);
    int millis = 200 + random.nextInt(3000);
    boolean kills = random.nextBoolean();
    switch (random.nextInt(5)) {
      case 0, 1 ->
          add(
              anyTime(),
              (kills ? "kill" : "stop") + " broker " + n + ", start it after " + millis + " ms",
              (inputs, faults) -> faults.broker(n, kills, millis));
      case 2 ->
          add(
              anyTime(),
              "cut the network to the brokers for " + millis + " ms",
              (inputs, faults) -> faults.network(n, true, millis));
      case 3 ->
          add(
              anyTime(),
              "nothing passes to broker " + n + " for " + 2 * millis + " ms",
              (inputs, faults) -> faults.network(n, false, 2 * millis));
      default -> add(anyTime(), "roll the brokers", (inputs, faults) -> faults.roll());
    }
  }

  private void drawDisk() {
    int millis = 500 + random.nextInt(3000);
    add(
        anyTime(),
        "the disk is full for " + millis + " ms",
        (inputs, faults) -> faults.disk(millis));
  }

  private void drawClock() {
    String offset = List.of("-1h", "+1h", "-90", "+7", "-3").get(random.nextInt(5));
    add(anyTime(), "the clock is set to " + offset, (inputs, faults) -> faults.clock(offset));
  }

  /** Whether a file gets another name while it may be in work. */
  boolean renames() {
    return renames;
  }

  /** Whether calls fail that would not by their ids, so that an id may use up its tries. */
  boolean failsCalls() {
    return failsCalls;
  }

  boolean usesKafka() {
    return fromKafka || output == Output.KAFKA;
  }

  /** All of it in words, with which it can be run again. */
  String words() {
    Map<Kind, Long> counts =
        kinds.values().stream()
            .collect(
                Collectors.groupingBy(
                    kind -> kind, () -> new EnumMap<>(Kind.class), Collectors.counting()));
    String flow =
        "%s to %s%s%s%s, %d of at most %d instances, %d calls/s, %d at once, answers within %d ms"
            .formatted(
                (fromKafka ? "Kafka" : withPings ? "folder and pings" : "folder")
                    + (withPolls ? " and polls" : ""),
                output,
                exactlyOnce ? " exactly once" : "",
                fakesClock ? ", clock that is set" : "",
                tinyDisk ? ", small disk" : "",
                instances,
                mostInstances,
                perSecond,
                maxConcurrent,
                latency);
    String schedule =
        steps.stream()
            .map(step -> "  after %3d calls: %s".formatted(step.atCall(), step.words()))
            .collect(Collectors.joining("\n"));
    return "seed %d (again: -Dfaults.seed=%1$d)\n%s\n%d ids: %s\n%s"
        .formatted(seed, flow, kinds.size(), counts, schedule);
  }
}
