package io.serproutes.kafka;

import io.serproutes.InContext;
import io.serproutes.Keys;
import io.serproutes.RepeatingTask;
import io.serproutes.Settings;
import io.serproutes.feed.FedOutcomes;
import io.serproutes.feed.Leader;
import io.serproutes.ids.TaskId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that leads where processes share a topic of ids: it has partition 0 of that topic in
 * a group of its own, {@code {group-id}-feeder}, which reads nothing.
 *
 * <p>While it leads it reads the keys of the topics of receipts and of parked ids, from the moment
 * on at which it leads, so that {@link FedOutcomes} hears what became of ids in other processes.
 *
 * <p>Both consumers belong to one thread, which starts when somebody asks for the first time.
 */
public final class GroupLeader extends InContext implements Leader, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-tasks-ready");
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
  private static final long RETRY_MILLIS = 1000;
  private static final long DEAF = TimeUnit.MINUTES.toNanos(1);
  private static final int POLL_RECORDS = 500;
  private static final String FETCH_BYTES = Integer.toString(1 << 20);
  private static final Deserializer<Void> PASSED_OVER = (topic, value) -> null;

  private final Settings settings;
  private final SerpKafkaComponent kafka;
  private final TopicPartition first;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile Standing standing = Standing.UNKNOWN;
  private Thread thread;

  // of the thread
  private Consumer<Void, Void> member;
  private Consumer<String, Void> outcomes;
  private boolean hasJoined;
  private long hearFrom = System.nanoTime();

  /** A process that has not joined yet; its clients are made as {@code kafka} makes its own. */
  public GroupLeader(Settings settings, SerpKafkaComponent kafka) {
    this.settings = settings;
    this.kafka = kafka;
    first = new TopicPartition(settings.get(Keys.TOPIC_IDS), 0);
  }

  @Override
  public synchronized Standing standing() {
    if (thread == null && closing.getCount() > 0) {
      thread = new Thread(this::run, "serp-feeder-group");
      thread.setDaemon(true);
      thread.setContextClassLoader(KafkaConsumer.class.getClassLoader()); // as Camel has it
      thread.start();
    }
    return standing;
  }

  private void run() {
    RepeatingTask step = new RepeatingTask("the group that chooses who polls", this::step);
    try {
      while (closing.getCount() > 0) {
        step.run();
      }
    } finally {
      closeClients(); // after an error, too: another process leads then
    }
  }

  private void step() {
    try {
      if (member == null) {
        join();
      }
      member.poll(POLL);
      if (member.assignment().contains(first)) {
        lead();
      } else {
        follow();
      }
    } catch (RuntimeException e) {
      closeClients();
      pause();
      throw e;
    }
  }

  private void pause() {
    try {
      closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void join() {
    Map<String, Object> properties = properties("feeder");
    properties.put("group.id", settings.get(Keys.GROUP_ID) + "-feeder");
    member = new KafkaConsumer<>(properties, PASSED_OVER, PASSED_OVER);
    member.subscribe(List.of(first.topic()), new Paused());
  }

  Map<String, Object> properties(String client) {
    KafkaConfiguration options = kafka.getConfiguration().copy();
    options.setMaxPollRecords(POLL_RECORDS); // of keys alone
    Map<String, Object> properties =
        kafka.getClients().forConsumer(client, options.createConsumerProperties());
    properties.put("bootstrap.servers", settings.required(Keys.BROKERS));
    properties.put("fetch.max.bytes", FETCH_BYTES);
    properties.remove("group.id");
    return properties;
  }

  private void lead() {
    if (settings.get(Keys.TO).contains("kafka") && System.nanoTime() - hearFrom >= 0) {
      hear();
    }
    if (standing != Standing.LEADS) {
      LOG.info("this process polls the list of finished tasks");
      standing = Standing.LEADS;
    }
  }

  // polls go on without: a full page is then followed after its period
  private void hear() {
    try {
      if (outcomes == null) {
        outcomes =
            new KafkaConsumer<>(
                properties("feeder-outcomes"), new StringDeserializer(), PASSED_OVER);
      }
      readAll(outcomes, List.of(settings.get(Keys.TOPIC_RECEIPTS), parkedTopic()));
      FedOutcomes listener = getCamelContext().getRegistry().findSingleByType(FedOutcomes.class);
      outcomes.poll(POLL).forEach(record -> tell(listener, record));
    } catch (RuntimeException e) {
      LOG.warn(
          "the feeder cannot read what became of ids in other processes, which is tried again in a"
              + " minute: {}; it needs to read the topics of receipts and of parked ids",
          e.getMessage());
      close(outcomes);
      outcomes = null;
      hearFrom = System.nanoTime() + DEAF;
    }
  }

  private void follow() {
    close(outcomes);
    outcomes = null;
    standing = hasJoined ? Standing.FOLLOWS : Standing.UNKNOWN;
  }

  /** Reads topics from their end on, and a partition that was added since from its beginning. */
  static void readAll(Consumer<?, ?> consumer, List<String> topics) {
    List<TopicPartition> all = new ArrayList<>();
    for (String topic : topics) { // as the client knows them: it looks again by itself
      consumer
          .partitionsFor(topic)
          .forEach(partition -> all.add(new TopicPartition(topic, partition.partition())));
    }
    boolean isFirst = consumer.assignment().isEmpty();
    if (isFirst || !consumer.assignment().containsAll(all)) {
      consumer.assign(all);
    }
    if (isFirst) {
      consumer.seekToEnd(all);
      all.forEach(consumer::position); // looked up now: what is fed from here on is heard of
    }
  }

  private String parkedTopic() {
    return settings.get(Keys.TOPIC_PARKED);
  }

  private void tell(FedOutcomes listener, ConsumerRecord<String, Void> record) {
    TaskId id = TaskId.parse(record.key());
    if (id != null && record.topic().equals(parkedTopic())) {
      listener.parked(id);
    } else if (id != null) {
      listener.ended(id);
    }
  }

  /** Reads nothing of what is assigned. */
  private final class Paused implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      hasJoined = true;
      member.pause(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      if (partitions.contains(first) && standing == Standing.LEADS) {
        LOG.info("another process polls the list of finished tasks from here on");
        standing = Standing.UNKNOWN;
      }
    }
  }

  private void closeClients() {
    standing = Standing.UNKNOWN;
    hasJoined = false;
    close(outcomes);
    outcomes = null;
    close(member);
    member = null;
  }

  private static void close(Consumer<?, ?> consumer) {
    try {
      if (consumer != null) {
        consumer.close(CLOSE_PATIENCE);
      }
    } catch (RuntimeException e) {
      LOG.debug("closing a consumer of the feeder", e);
    }
  }

  /** Leaves the group, so that another process leads at once. */
  @Override
  public void close() throws InterruptedException {
    Thread running;
    synchronized (this) {
      closing.countDown();
      running = thread;
    }
    if (running != null) {
      running.join(2 * CLOSE_PATIENCE.toMillis() + POLL.toMillis());
    }
  }
}
