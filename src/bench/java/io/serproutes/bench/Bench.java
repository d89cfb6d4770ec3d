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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Compares the product with loops written by hand: each subject in turn on the same ids, a process
 * of its own each, beside a stand-in of the API and, where needed, a broker.
 *
 * <p>Arguments, each {@code name=value}: {@code work} (folder or kafka), {@code items} a task,
 * {@code latency} in ms, {@code slow} (in how many of 1,000 calls it is 10 s), {@code ids} (two
 * sizes; the slope between them is the cost without start-up), {@code rounds}, {@code subjects}
 * (product, hand, ceiling; node for folder; exactly-once, spring-platform, spring-virtual for kafka;
 * before),
 * {@code before} (the jar of another build of the product, for that subject), {@code per-minute},
 * {@code options} (of the Java processes, with commas).
 */
public final class Bench {

  private static final String SOME_ID = "10171324-1535-0066-0000-000000000000";
  private static final Path HOME = Path.of("target", "bench", "runs").toAbsolutePath();
  private static final long LOOK_EVERY_MILLIS = 50;
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(12);

  private final Map<String, String> arguments;
  private final String jar;

  private Bench(Map<String, String> arguments, String jar) {
    this.arguments = arguments;
    this.jar = jar;
  }

  /** Prints one table, in Markdown. */
  public static void main(String[] args) throws Exception {
    Map<String, String> arguments = new LinkedHashMap<>();
    for (String argument : args) {
      arguments.put(argument.split("=", 2)[0], argument.split("=", 2)[1]);
    }
    Files.createDirectories(HOME);
    Path jar = HOME.resolve("serp-routes.jar"); // a build meanwhile must not take it away
    Files.copy(
        Path.of("target/serp-routes.jar"),
        jar,
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    new Bench(arguments, jar.toString()).run();
  }

  private String argument(String name, String fallback) {
    return arguments.getOrDefault(name, fallback);
  }

  private void run() throws Exception {
    int items = Integer.parseInt(argument("items", "100"));
    Path answer = answer(items);
    int[] sizes =
        Arrays.stream(argument("ids", "2000,6000").split(",")).mapToInt(Integer::parseInt).toArray();
    List<String> subjects = List.of(argument("subjects", "product,hand").split(","));
    Settings settings =
        new Settings(
            Integer.parseInt(argument("per-minute", "10000000")),
            List.of(argument("options", "-Xmx96m").split(",")),
            jar,
            arguments.get("before"));
    Table table = new Table(subjects, items, sizes);
    try (Work work =
        argument("work", "folder").equals("kafka")
            ? new KafkaWork(HOME, settings, items)
            : new FolderWork(HOME, settings)) {
      int rounds = Integer.parseInt(argument("rounds", "3"));
      for (int round = 0; round < rounds; round++) {
        for (int size : sizes) {
          for (String subject : subjects) {
            table.add(subject, size, trial(work, subject, ids(size), answer));
          }
        }
      }
    }
    System.out.println(table);
  }

  private Figures trial(Work work, String subject, List<String> ids, Path answer)
      throws Exception {
    work.prepare(ids);
    try (Child api = api(answer)) {
      String address = "http://127.0.0.1:" + api.awaitLine("");
      api.drain();
      long start = System.nanoTime();
      try (Child child = work.start(subject, address)) {
        await(child, work::hasFirst, start);
        double first = seconds(start);
        await(child, () -> work.isDone(subject), start);
        double last = seconds(start);
        String[] stats = get(address + "/stats", null).split(" ");
        return new Figures(
            ids.size(),
            first,
            last,
            child.cpuSeconds(),
            child.peakMebibytes(),
            Long.parseLong(stats[0]),
            Integer.parseInt(stats[1]));
      }
    } finally {
      work.clear();
    }
  }

  private Child api(Path answer) throws IOException {
    return Child.java(
        HOME.resolve("api.log"),
        // or the end of an answer waits 40 ms for the client's acknowledgement
        List.of("-Xmx512m", "-Dsun.net.httpserver.nodelay=true"),
        Map.of(),
        "-cp",
        System.getProperty("java.class.path"),
        Api.class.getName(),
        answer.toString(),
        SOME_ID,
        argument("latency", "0"),
        argument("slow", "0"));
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Child child, Condition condition, long start) throws Exception {
    while (!condition.holds()) {
      if (!child.isRunning() || System.nanoTime() - start > PATIENCE) {
        throw new IllegalStateException("it did not get through, see " + HOME);
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<String> ids(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                String.format(
                    "%08x-1535-0066-0000-%012x",
                    0x10000000 + i, i * 2654435761L & 0xffffffffffffL))
        .toList();
  }

  /** An answer of the product's sandbox with so many items. */
  private Path answer(int items) throws IOException {
    Path file = HOME.resolve("answer-" + items + ".json");
    Map<String, Object> keys = Map.of("serp.sandbox.port", 0, "serp.sandbox.items", items);
    try (Child sandbox =
        Child.java(
            HOME.resolve("sandbox.log"),
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

  /**
   * What one run took.
   *
   * @param first seconds from the start of the process to the first item
   * @param last seconds from the start of the process to the last item or receipt
   * @param cpu seconds of processor time
   * @param peak MiB resident at most
   * @param answers calls that the API answered
   * @param minute the most calls in any 60 s
   */
  record Figures(
      int ids, double first, double last, double cpu, double peak, long answers, int minute) {

    double rate() {
      return ids / (last - first);
    }
  }

  /** The runs of all subjects, as medians with the least and the most. */
  private static final class Table {

    private final List<String> subjects;
    private final int items;
    private final int[] sizes;
    private final Map<String, Map<Integer, List<Figures>>> runs = new LinkedHashMap<>();

    Table(List<String> subjects, int items, int[] sizes) {
      this.subjects = subjects;
      this.items = items;
      this.sizes = sizes;
    }

    void add(String subject, int size, Figures figures) {
      runs.computeIfAbsent(subject, s -> new LinkedHashMap<>())
          .computeIfAbsent(size, s -> new ArrayList<>())
          .add(figures);
      System.err.printf("%s %s%n", subject, figures);
    }

    @Override
    public String toString() {
      int large = sizes[sizes.length - 1];
      StringBuilder text =
          new StringBuilder(
              "| | tasks/s | items/s | CPU ms a task, slope | peak MiB | first item s | last item s"
                  + " | most calls in 60 s | tasks/s to "
                  + subjects.get(0)
                  + " |\n|---|---|---|---|---|---|---|---|---|\n");
      for (String subject : subjects) {
        List<Figures> of = runs.get(subject).get(large);
        double[] rates = of.stream().mapToDouble(Figures::rate).toArray();
        text.append("| ").append(subject).append(" | ");
        text.append(spread(rates, "%.0f")).append(" | ");
        text.append(spread(Arrays.stream(rates).map(r -> r * items).toArray(), "%.0f"));
        text.append(" | ").append(spread(slopes(subject), "%.2f")).append(" | ");
        text.append(spread(of.stream().mapToDouble(Figures::peak).toArray(), "%.0f"));
        text.append(" | ");
        text.append(spread(of.stream().mapToDouble(Figures::first).toArray(), "%.1f"));
        text.append(" | ");
        text.append(spread(of.stream().mapToDouble(Figures::last).toArray(), "%.1f"));
        text.append(" | ");
        text.append(spread(of.stream().mapToDouble(Figures::minute).toArray(), "%.0f"));
        text.append(" | ").append(spread(ratios(subject, large), "%.2f")).append(" |\n");
      }
      return text.toString();
    }

    private double[] slopes(String subject) {
      Map<Integer, List<Figures>> of = runs.get(subject);
      List<Figures> small = of.get(sizes[0]);
      List<Figures> large = of.get(sizes[sizes.length - 1]);
      int more = sizes[sizes.length - 1] - sizes[0];
      return IntStream.range(0, large.size())
          .mapToDouble(i -> 1000 * (large.get(i).cpu() - small.get(i).cpu()) / more)
          .toArray();
    }

    private double[] ratios(String subject, int size) {
      List<Figures> base = runs.get(subjects.get(0)).get(size);
      List<Figures> of = runs.get(subject).get(size);
      return IntStream.range(0, of.size())
          .mapToDouble(i -> base.get(i).rate() / of.get(i).rate())
          .toArray();
    }

    private static String spread(double[] values, String format) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      double median =
          sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
      return String.format(
          format + " (" + format + "–" + format + ")",
          median,
          sorted[0],
          sorted[sorted.length - 1]);
    }
  }
}
