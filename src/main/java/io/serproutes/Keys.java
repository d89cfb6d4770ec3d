package io.serproutes;

import io.serproutes.fetch.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * All keys, in the order of {@code config/application.properties}, which says what each means and
 * holds its default; {@code serp.kafka.properties.*} aside.
 */
public final class Keys {

  private static final List<Key<?>> ALL = new ArrayList<>();

  // ids in
  public static final Key<List<String>> FROM =
      add(
          Key.words(
              "serp.from",
              Set.of(
                  "command-line", "folder", "kafka", "dead-letters", "tasks-ready", "webhooks")));
  public static final Key<List<String>> IDS = add(Key.list("serp.ids"));
  public static final Key<List<String>> REPLAY_REASONS =
      add(Key.words("serp.replay.reasons", reasons()));
  public static final Key<Boolean> ONCE = add(Key.flag("serp.once"));
  public static final Key<Duration> WAIT_NOT_READY = add(Key.duration("serp.once.wait-not-ready"));
  public static final Key<Duration> WAIT_CIRCUIT = add(Key.duration("serp.once.wait-circuit"));
  public static final Key<String> INBOX = add(Key.required("serp.folder.inbox"));
  public static final Key<Duration> SETTLE = add(Key.duration("serp.folder.settle"));

  /** Empty where it follows from {@code serp.api.path}. */
  public static final Key<String> READY_PATH =
      add(
          Key.matching(
              "serp.ready.path",
              "|/[^\\s?#]*",
              "a path such as /v3/serp/naver/organic/tasks_ready"));

  /** Zero where it is off; see {@link Settings#readyPoll}. */
  public static final Key<Optional<Duration>> READY_POLL =
      add(Key.period("serp.ready.poll", Duration.ofSeconds(3)));

  public static final Key<String> WEBHOOKS_HOST = add(Key.required("serp.webhooks.host"));
  public static final Key<Integer> WEBHOOKS_PORT = add(Key.number("serp.webhooks.port", 0, 65_535));
  public static final Key<List<String>> WEBHOOKS_TOKEN = add(Key.tokens("serp.webhooks.token"));

  /** Empty where any address may call. */
  public static final Key<List<AddressRange>> WEBHOOKS_ALLOW =
      add(Key.addresses("serp.webhooks.allow"));

  public static final Key<Long> WEBHOOKS_MAX_BODY = add(Key.size("serp.webhooks.max-body"));
  public static final Key<String> WEBHOOKS_POSTBACK =
      add(Key.word("serp.webhooks.postback", Set.of("refetch", "body")));

  // fetch
  public static final Key<String> BASE_URL =
      add(Key.required("serp.api.base-url", ApiAddress::check));
  public static final Key<String> LOGIN = add(Key.credential("serp.api.login"));
  public static final Key<String> PASSWORD = add(Key.credential("serp.api.password"));
  public static final Key<String> API_PATH =
      add(
          Key.matching(
              "serp.api.path",
              "(/[A-Za-z0-9._~-]+)+",
              "a path such as /v3/serp/naver/organic/task_get/regular, without a slash at its end"));
  public static final Key<Integer> CALLS_PER_MINUTE =
      add(Key.number("serp.api.calls-per-minute", 1, 100_000_000));
  public static final Key<Integer> MAX_CONCURRENT =
      add(Key.number("serp.api.max-concurrent", 1, 10_000));
  public static final Key<Double> SHARE = add(Key.share("serp.api.share"));
  public static final Key<Duration> CONNECT_TIMEOUT =
      add(Key.positiveDuration("serp.api.connect-timeout"));
  public static final Key<Duration> RESPONSE_TIMEOUT =
      add(Key.positiveDuration("serp.api.response-timeout"));
  public static final Key<Long> MAX_RESPONSE_SIZE = add(Key.size("serp.api.max-response-size", 1));

  // judge
  public static final Key<Integer> MAX_ATTEMPTS =
      add(Key.number("serp.retry.max-attempts", 1, 1_000_000));
  public static final Key<Duration> FIRST_DELAY = add(Key.duration("serp.retry.first-delay"));
  public static final Key<Duration> MAX_DELAY = add(Key.positiveDuration("serp.retry.max-delay"));
  public static final Key<Duration> NOT_READY_DELAY = add(Key.duration("serp.not-ready.delay"));
  public static final Key<Duration> NOT_READY_MAX_DELAY =
      add(Key.duration("serp.not-ready.max-delay"));
  public static final Key<Duration> NOT_READY_DEADLINE =
      add(Key.duration("serp.not-ready.deadline"));
  public static final Key<Duration> PROBE_INTERVAL =
      add(Key.positiveDuration("serp.circuit.probe-interval"));

  // deliver
  public static final Key<List<String>> TO = add(Key.names("serp.to"));
  public static final Key<String> FILES_DIR = add(Key.required("serp.files.dir"));
  public static final Key<String> FILES_LAYOUT =
      add(Key.word("serp.files.layout", Set.of("flat", "by-day", "lines")));
  public static final Key<Long> LINES_MAX_SIZE = add(Key.size("serp.files.lines.max-size"));
  public static final Key<Duration> LINES_MAX_AGE =
      add(Key.positiveDuration("serp.files.lines.max-age"));
  public static final Key<String> LINES_COMPRESS =
      add(Key.word("serp.files.lines.compress", Set.of("none", "gzip")));

  // Kafka
  public static final Key<String> BROKERS = add(Key.text("serp.kafka.brokers"));
  public static final Key<String> GROUP_ID = add(Key.required("serp.kafka.group-id"));
  public static final Key<String> TOPIC_IDS = add(Key.required("serp.kafka.topics.ids"));
  public static final Key<String> TOPIC_ORGANIC = add(Key.required("serp.kafka.topics.organic"));
  public static final Key<String> TOPIC_PAID = add(Key.required("serp.kafka.topics.paid"));
  public static final Key<String> TOPIC_OTHER = add(Key.required("serp.kafka.topics.other"));
  public static final Key<String> TOPIC_RECEIPTS = add(Key.required("serp.kafka.topics.receipts"));
  public static final Key<String> TOPIC_DEAD_LETTERS =
      add(Key.required("serp.kafka.topics.dead-letters"));
  public static final Key<String> TOPIC_PARKED = add(Key.required("serp.kafka.topics.parked"));

  /** The keys that name topics; each has one purpose. */
  public static final List<Key<String>> TOPICS =
      List.of(
          TOPIC_IDS,
          TOPIC_ORGANIC,
          TOPIC_PAID,
          TOPIC_OTHER,
          TOPIC_RECEIPTS,
          TOPIC_DEAD_LETTERS,
          TOPIC_PARKED);

  public static final Key<Integer> TOPIC_PARTITIONS =
      add(Key.number("serp.kafka.topics.partitions", 1, 100_000));

  /** Empty where the broker's default counts. */
  public static final Key<String> TOPIC_REPLICATION =
      add(
          Key.matching(
              "serp.kafka.topics.replication",
              "|[1-9]\\d{0,2}|1000",
              "a whole number from 1 to 1000"));

  /** See {@link Settings#isExactlyOnce}. */
  public static final Key<String> DELIVERY =
      add(Key.word("serp.kafka.delivery", Set.of("at-least-once", "exactly-once")));

  public static final Key<Long> MAX_ITEM_BYTES = add(Key.size("serp.kafka.max-item-bytes"));
  public static final Key<List<String>> PASS_HEADERS = add(Key.headers("serp.kafka.pass-headers"));

  // a host and its endpoints

  /** Whether {@link RouteFiles#INCLUDE} loads anything. */
  public static final Key<Boolean> ENABLED = add(Key.flag("serp.enabled"));

  /** By what they take: {@code organic}, {@code paid}, … */
  public static final Map<String, Key<String>> ENDPOINTS =
      endpoints("organic", "paid", "other", "receipts", "dead-letters");

  public static final Key<String> ENDPOINTS_EACH =
      add(Key.word("serp.endpoints.each", Set.of("list", "item")));

  // operation
  public static final Key<Integer> SERVER_PORT = add(Key.number("serp.server.port", 0, 65_535));
  public static final Key<String> SERVER_HOST = add(Key.required("serp.server.host"));

  /** Names beside those that are always allowed in the header Host. */
  public static final Key<List<String>> PAGE_HOSTS = add(Key.hosts("serp.page.hosts"));

  public static final Key<String> PAGE_WRITE =
      add(Key.word("serp.page.write", Set.of("auto", "off")));

  /** Empty where there is none. */
  public static final Key<String> PAGE_TOKEN = add(Key.bearer("serp.page.token"));

  public static final Key<Integer> SANDBOX_PORT = add(Key.number("serp.sandbox.port", 0, 65_535));
  public static final Key<Duration> SANDBOX_LATENCY = add(Key.duration("serp.sandbox.latency"));
  public static final Key<Duration> SANDBOX_TURNAROUND =
      add(Key.duration("serp.sandbox.turnaround"));
  public static final Key<String> SANDBOX_ITEMS = add(Key.range("serp.sandbox.items"));

  private Keys() {}

  public static List<Key<?>> all() {
    return Collections.unmodifiableList(ALL);
  }

  /** The key of this name; null where there is none. */
  static Key<?> named(String name) {
    return ALL.stream().filter(key -> key.name().equals(name)).findFirst().orElse(null);
  }

  public static Set<String> names() {
    return ALL.stream().map(Key::name).collect(Collectors.toCollection(TreeSet::new));
  }

  private static <T> Key<T> add(Key<T> key) {
    ALL.add(key);
    return key;
  }

  private static Map<String, Key<String>> endpoints(String... kinds) {
    Map<String, Key<String>> keys = new LinkedHashMap<>();
    for (String kind : kinds) {
      keys.put(kind, add(Key.required("serp.endpoints." + kind)));
    }
    return Collections.unmodifiableMap(keys);
  }

  private static Set<String> reasons() {
    return Arrays.stream(Reason.values()).map(Reason::toString).collect(Collectors.toSet());
  }
}
