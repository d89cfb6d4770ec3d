package io.serproutes.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Compares the product with loops written by hand: each subject in turn on the same ids, a process
 * of its own each, beside a stand-in of the API and, where needed, a broker.
 *
 * <p>Arguments, each {@code name=value}: {@code work} (folder, kafka, or latency from Kafka to
 * Kafka, see {@link Latency}), {@code items} a task, {@code latency} in ms, {@code slow} (in how
 * many of 1,000 calls it is 10 s), {@code ids} (two sizes; the slope between them is the cost
 * without start-up; all items of the first are compared, byte for byte), {@code rounds}, {@code
 * subjects}, {@code before} (the jar of another build of the product, for that subject), {@code
 * per-minute}, {@code options} (of the Java processes, with commas), {@code allocated} (yes:
 * measured, too, by the collector's log).
 *
 * <p>Subjects: product, before, hand; ceiling (hand without waiting for durability); for folder
 * also node, product-lines, before-lines, hand-lines; for kafka exactly-once and
 * exactly-once-before (the product), hand-receipts, spring-platform, spring-virtual.
 * A name may be followed by the JDK that runs it: {@code hand@/path/of/a/jdk}.
 */
public final class Bench {

  static final String SOME_ID = "10171324-1535-0066-0000-000000000000";

  private static final Path HOME = Path.of("target", "bench", "runs").toAbsolutePath();
  private static final long LOOK_EVERY_MILLIS = 50;
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(10);
  private static final long PATIENCE_AN_ID = TimeUnit.MILLISECONDS.toNanos(10);

  private final Map<String, String> arguments;
  private final List<Subject> subjects = new ArrayList<>();
  private final Allocation allocation = new Allocation(HOME.resolve("collections.log"));
  private final Settings settings;
  private Content whole; // of the first subject

  private Bench(Map<String, String> arguments) throws IOException {
    this.arguments = arguments;
    List<String> options = new ArrayList<>();
    options.addAll(List.of(argument("options", "@config/jvm.options").split(",")));
    if (argument("allocated", "no").equals("yes")) {
      options.add(allocation.option());
    }
    Map<String, Path> jars = new HashMap<>(Map.of("product", Path.of("target/serp-routes.jar")));
    jars.put(Settings.EXACTLY_ONCE, jars.get("product"));
    if (arguments.containsKey("before")) {
      jars.put("before", Path.of(arguments.get("before")));
      jars.put(Settings.EXACTLY_ONCE + "-before", jars.get("before"));
    }
    for (String name : argument("subjects", "product,hand").split(",")) {
      subjects.add(Subject.of(name, HOME, jars, options));
    }
    int items = number("items", 100);
    settings = new Settings(HOME, number("per-minute", 10_000_000), items, answer(items, jars));
  }

  /** Prints one table, in Markdown. */
  public static void main(String[] args) throws Exception {
    Map<String, String> arguments = new LinkedHashMap<>();
    for (String argument : args) {
      arguments.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
    }
    Files.createDirectories(HOME);
    Bench bench = new Bench(arguments);
    if (bench.argument("work", "folder").equals("latency")) {
      bench.latency();
    } else {
      bench.run();
    }
  }

  private String argument(String name, String fallback) {
    return arguments.getOrDefault(name, fallback);
  }

  private int number(String name, int fallback) {
    return Integer.parseInt(argument(name, Integer.toString(fallback)));
  }

  private void latency() throws Exception {
    try (Child api = api();
        Latency latency = new Latency(settings, subjects)) {
      String address = "http://127.0.0.1:" + api.awaitLine("");
      api.drain();
      int ids = number("ids", 1000);
      System.out.println(latency.measure(address, ids, number("rounds", 3), number("rate", 100)));
    }
  }

  private void run() throws Exception {
    String[] given = argument("ids", "2000,22000").split(",");
    int[] sizes = Arrays.stream(given).mapToInt(Integer::parseInt).toArray();
    Table table = new Table(subjects, settings.items(), sizes);
    try (Work work =
        argument("work", "folder").equals("kafka")
            ? new KafkaWork(settings)
            : new FolderWork(settings)) {
      for (int round = 0; round < number("rounds", 3); round++) {
        for (int size : sizes) {
          for (Subject subject : subjects) {
            table.add(subject, trial(work, subject, ids(size), round == 0 && size == sizes[0]));
          }
        }
      }
    }
    System.out.println(table);
  }

  private Figures trial(Work work, Subject subject, List<String> ids, boolean isCompared)
      throws Exception {
    work.prepare(ids);
    try (Child api = api()) {
      String address = "http://127.0.0.1:" + api.awaitLine("");
      api.drain();
      allocation.clear();
      long start = System.nanoTime();
      long until = start + PATIENCE + ids.size() * PATIENCE_AN_ID;
      Figures figures;
      try (Child child = work.start(subject, address)) {
        await(child, work::hasFirst, until);
        double first = seconds(start);
        // to look for many files takes time from the subject
        await(child, () -> answered(address) >= ids.size() && work.isDone(subject), until);
        double last = seconds(start);
        String[] stats = get(address + "/stats", null).split(" ");
        figures =
            new Figures(
                ids.size(),
                first,
                last,
                child.cpuSeconds(),
                child.peakMebibytes(),
                allocation.mebibytes(),
                Long.parseLong(stats[0]),
                Integer.parseInt(stats[1]));
      }
      if (isCompared) {
        compare(subject, work.content(subject), (long) ids.size() * settings.items());
      }
      return figures;
    } finally {
      work.clear(subject);
    }
  }

  private void compare(Subject subject, Content content, long items) {
    if (content.count() != items) {
      String counts = content.count() + " items of " + items;
      throw new IllegalStateException(subject.name() + ": " + counts);
    }
    whole = whole == null ? content : whole;
    String bytes = content.isSame(whole) ? "the same bytes as " : "not the same bytes as ";
    System.err.printf("%s: %d items, %s%s%n", subject.name(), items, bytes, subjects.get(0).name());
  }

  private static long answered(String address) throws IOException {
    return Long.parseLong(get(address + "/stats", null).split(" ")[0]);
  }

  private Child api() throws IOException {
    return Child.java(
        HOME.resolve("api.log"),
        Child.OWN_JDK,
        // or the end of an answer waits 40 ms for the client's acknowledgement
        List.of("-Xmx512m", "-Dsun.net.httpserver.nodelay=true"),
        Map.of(),
        "-cp",
        Subject.CLASS_PATH,
        Api.class.getName(),
        settings.answer().toString(),
        SOME_ID,
        argument("latency", "0"),
        argument("slow", "0"));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Child child, Condition condition, long until) throws Exception {
    while (!condition.holds()) {
      if (!child.isRunning() || System.nanoTime() > until) {
        throw new IllegalStateException("it did not get through, see " + HOME);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  static List<String> ids(int count) {
    return IntStream.range(0, count).mapToObj(Bench::id).toList();
  }

  static String id(int number) {
    return String.format(
        "%08x-1535-0066-0000-%012x",
        0x10000000 + number, number * 2654435761L & 0xffffffffffffL);
  }

  /** An answer of the product's sandbox with so many items. */
  private static Path answer(int items, Map<String, Path> jars) throws IOException {
    Path file = HOME.resolve("answer-" + items + ".json");
    Map<String, Object> keys = Map.of("serp.sandbox.port", 0, "serp.sandbox.items", items);
    String jar = jars.get("product").toAbsolutePath().toString();
    try (Child sandbox =
        Child.java(
            HOME.resolve("sandbox.log"),
            Child.OWN_JDK,
            List.of("-Xmx256m"),
            keys,
            "-jar",
            jar,
            "sandbox")) {
      String address = sandbox.awaitLine("sandbox: ");
      String login =
          Base64.getEncoder().encodeToString("sandbox:sandbox".getBytes(StandardCharsets.UTF_8));
      String path = "/v3/serp/naver/organic/task_get/regular/" + SOME_ID;
      Files.writeString(file, get(address + path, "Basic " + login));
    }
    return file;
  }

  private static String get(String url, String authorization) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    if (authorization != null) {
      connection.setRequestProperty("Authorization", authorization);
    }
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
