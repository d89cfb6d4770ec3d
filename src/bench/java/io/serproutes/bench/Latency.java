package io.serproutes.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * How long it takes from an id's record to its items on the topics, as a consumer sees them, while
 * ids come at a steady rate.
 *
 * <p>All subjects run, and ids come to one after the other, each in its own windows of time: what
 * else the machine does meets all of them alike.
 */
final class Latency implements AutoCloseable {

  private static final int WARM_UP = 3000;
  private static final long PATIENCE = TimeUnit.MINUTES.toMillis(5);

  private final Settings settings;
  private final KafkaWork work;
  private final List<Lane> lanes = new ArrayList<>();
  private final List<Subject> subjects;
  private KafkaProducer<String, String> producer;
  private int next;

  Latency(Settings settings, List<Subject> subjects) {
    this.settings = settings;
    this.subjects = subjects;
    work = new KafkaWork(settings);
  }

  /**
   * Measures in windows.
   *
   * @param ids of a window
   * @param rounds windows of each subject
   * @param rate ids a second
   * @return a table, in Markdown
   */
  String measure(String api, int ids, int rounds, int rate) throws Exception {
    work.startBroker();
    producer = work.idProducer();
    for (Subject subject : subjects) {
      Lane lane = new Lane(subject, api);
      lanes.add(lane);
      lane.window(WARM_UP, 1_000_000);
      lane.window(ids, rate);
      lane.forget();
    }
    for (int round = 0; round < rounds; round++) {
      for (Lane lane : lanes) {
        lane.window(ids, rate);
      }
    }
    StringBuilder text =
        new StringBuilder(
            "| at "
                + rate
                + " ids/s | first item ms, half | 99 % | last item ms, half | 99 % | last item ms,"
                + " half of a window | 99 % of a window | CPU ms an id |\n"
                + "|---|---|---|---|---|---|---|---|\n");
    lanes.forEach(text::append);
    return text.toString();
  }

  /** One subject, the topics that it works on, and what was measured of it. */
  private final class Lane implements Runnable, AutoCloseable {

    private final Subject subject;
    private final String topics;
    private final Child child;
    private final KafkaConsumer<String, Void> consumer;
    private final Thread thread = new Thread(this);
    private final Map<String, Id> open = new ConcurrentHashMap<>();
    private final List<double[]> windows = new ArrayList<>(); // of last items
    private final List<double[]> firstItems = new ArrayList<>();
    private final List<Double> cpu = new ArrayList<>();
    private volatile boolean isClosed;

    private final class Id {
      private final long at = System.nanoTime();
      private volatile long first;
      private volatile long last;
      private int items;

      void item() {
        long now = System.nanoTime();
        first = items == 0 ? now - at : first;
        if (++items == settings.items()) {
          last = now - at;
        }
      }
    }

    Lane(Subject subject, String api) throws Exception {
      this.subject = subject;
      topics = work.createTopics();
      consumer = work.consumer((topic, bytes) -> null, KafkaWork.ITEMS);
      child = work.start(subject, api);
      thread.start();
    }

    @Override
    public void run() {
      while (!isClosed) {
        for (ConsumerRecord<String, Void> item : consumer.poll(Duration.ofMillis(100))) {
          Id id = open.get(item.key());
          if (id != null) {
            id.item();
          }
        }
      }
      consumer.close();
    }

    void window(int ids, int rate) throws Exception {
      open.clear();
      double before = child.cpuSeconds();
      long start = System.nanoTime();
      for (int i = 0; i < ids; i++) {
        long due = start + i * 1_000_000_000L / rate;
        for (long left; (left = due - System.nanoTime()) > 0; ) {
          LockSupport.parkNanos(left);
        }
        String id = Bench.id(next++);
        open.put(id, new Id());
        producer.send(new ProducerRecord<>(topics + ".ids", id, id));
      }
      await();
      cpu.add(1000 * (child.cpuSeconds() - before) / ids);
      firstItems.add(sorted(open.values().stream().mapToDouble(id -> id.first / 1e6).toArray()));
      windows.add(sorted(open.values().stream().mapToDouble(id -> id.last / 1e6).toArray()));
      double[] last = windows.get(windows.size() - 1);
      System.err.printf(
          "%s %.1f %.1f%n", subject.name(), Table.part(last, 0.5), Table.part(last, 0.99));
    }

    private void await() throws InterruptedException {
      long until = System.currentTimeMillis() + PATIENCE;
      while (open.values().stream().anyMatch(id -> id.last == 0)) {
        if (!child.isRunning() || System.currentTimeMillis() > until) {
          throw new IllegalStateException(subject.name() + " does not deliver all items");
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }

    void forget() {
      windows.clear();
      firstItems.clear();
      cpu.clear();
    }

    @Override
    public String toString() {
      double[] first = all(firstItems);
      double[] last = all(windows);
      return String.format(
          "| %s | %.0f | %.0f | %.0f | %.0f | %s | %s | %s |%n",
          subject.name(),
          Table.part(first, 0.5),
          Table.part(first, 0.99),
          Table.part(last, 0.5),
          Table.part(last, 0.99),
          Table.spread(each(0.5), "%.0f"),
          Table.spread(each(0.99), "%.0f"),
          Table.spread(cpu.stream().mapToDouble(one -> one).toArray(), "%.1f"));
    }

    private double[] each(double part) {
      return windows.stream().mapToDouble(window -> Table.part(window, part)).toArray();
    }

    private static double[] all(List<double[]> windows) {
      return sorted(windows.stream().flatMapToDouble(Arrays::stream).toArray());
    }

    private static double[] sorted(double[] values) {
      Arrays.sort(values);
      return values;
    }

    @Override
    public void close() throws InterruptedException {
      isClosed = true;
      thread.join();
      child.close();
    }
  }

  @Override
  public void close() throws Exception {
    for (Lane lane : lanes) {
      lane.close();
    }
    if (producer != null) {
      producer.close();
      work.clear(null);
    }
    work.close();
  }
}
