package io.serproutes.kafka;

import io.serproutes.Keys;
import io.serproutes.LookAhead;
import io.serproutes.Settings;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.deliver.ParkedRecord;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.History;
import io.serproutes.ids.Delivery.Settlement;
import io.serproutes.ids.Intake;
import io.serproutes.ids.PassedHeaders;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ids whose task is not ready, as records of a topic.
 *
 * <p>A record is read when it is written and waits here until it is due: 54 bytes of heap, its
 * value in a temporary file. Its offset is committed when the id has ended or has been parked anew,
 * so after a restart or a rebalance whoever has the partition reads it again.
 *
 * <p>The command {@code fetch} only writes the topic: its records are for the group that reads it.
 */
public final class ParkedTopic implements ParkedIds {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-parked-kafka");
  private static final long SENT_PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private final AssignedPartitions offsets;
  private final Intake intake;
  private final PassedHeaders headers;
  private final WaitingRecords waiting;
  private final long longestDelay;
  private final AtomicReference<String> disk = new AtomicReference<>(); // what is wrong with it
  private final Map<String, Sent> sent = new LinkedHashMap<>(); // the latest at its end
  private final Map<Settlement, Instant> asking = new ConcurrentHashMap<>(); // when first
  private boolean isTaking; // one that has left those that wait and is not yet asked for
  private final String topic;
  private final boolean isRead;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final long startSecond;
  private final long startNanos;

  /** A record that has not come back yet. */
  private static final class Sent {
    private final long at; // by nanoTime
    private boolean isDue; // at once, whatever it says

    Sent(long at) {
      this.at = at;
    }

    void setDue() {
      isDue = true;
    }
  }

  /** Parked ids whose progress is kept in {@code offsets}. */
  public ParkedTopic(Settings settings, AssignedPartitions offsets, Intake intake) {
    this(settings, offsets, intake, new WaitingRecords(), InstantSource.system(), System::nanoTime);
  }

  ParkedTopic(
      Settings settings,
      AssignedPartitions offsets,
      Intake intake,
      WaitingRecords waiting,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    startSecond = clock.instant().getEpochSecond();
    startNanos = nanoTime.getAsLong();
    this.topic = settings.get(Keys.TOPIC_PARKED);
    this.isRead = settings.arguments().isEmpty();
    this.longestDelay = settings.get(Keys.NOT_READY_MAX_DELAY).toSeconds();
    this.offsets = offsets;
    this.intake = intake;
    this.headers = new PassedHeaders(settings);
    this.waiting = waiting;
  }

  /** Notes that the record of a task is about to be sent; it counts until it has been read. */
  public void sending(@Variable(Task.VARIABLE) Task task) {
    synchronized (sent) {
      dropReadElsewhere();
      String id = task.getId().value();
      sent.remove(id);
      sent.put(id, new Sent(nanoTime.getAsLong()));
    }
  }

  /** Notes a record that was read; it waits until it is due. */
  public void note(Exchange exchange) {
    TopicRecord read = TopicRecord.take(exchange);
    PartitionProgress progress = read.progress();
    byte[] value = exchange.getMessage().getBody(byte[].class);
    ParkedRecord record = parse(value);
    if (record == null) {
      LOG.warn(
          "record {} of {} is not a parked id and is skipped", read.offset(), read.partition());
      progress.park();
      progress.unpark();
      progress.settle(read.offset(), true);
      return;
    }
    boolean isParked = false;
    try {
      TaskId id = TaskId.parse(record.taskId());
      long first = record.history(clock.instant()).firstAskedAt().getEpochSecond();
      waiting.add(due(record), first, id, progress, read.offset(), value);
      isParked = true;
      disk.set(null);
    } catch (IOException e) {
      sayOnce(e.getMessage());
    } finally {
      if (isParked) {
        progress.park();
      } else {
        progress.cannotPark(read.offset());
      }
      readBack(record.taskId()); // last, so that the id counts all the time
    }
  }

  private void readBack(String id) {
    Sent read;
    synchronized (sent) {
      read = sent.remove(id);
    }
    if (read != null && read.isDue) {
      wakeWaiting(Set.of(TaskId.parse(id)));
    }
  }

  // what waits keeps its wait when the clock is set; that of whoever wrote it may have been ahead
  private long due(ParkedRecord record) {
    long now = clock.instant().getEpochSecond();
    long wait = Instant.parse(record.dueAt()).getEpochSecond() - now;
    return steadySecond() + Math.min(wait, longestDelay);
  }

  // as the clock would show had it not been set since the start
  private long steadySecond() {
    return startSecond + TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - startNanos);
  }

  private Instant shown(long dueSecond) {
    return clock.instant().plusSeconds(dueSecond - steadySecond());
  }

  private void sayOnce(String why) {
    String problem =
        "parked ids cannot be kept in %s (%s)".formatted(System.getProperty("java.io.tmpdir"), why);
    if (disk.getAndSet(problem) == null) {
      LOG.warn("{}: they stay in {} and are read again until there is room", problem, topic);
    }
  }

  private static ParkedRecord parse(byte[] value) {
    if (value == null) {
      return null;
    }
    try {
      ParkedRecord record = ParkedRecord.read(value);
      boolean isOurs = record.source() != null && TaskId.parse(record.taskId()) != null;
      return isOurs ? record : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** The parked ids that are due now, each once there is room for it. */
  public Iterator<Delivery> due() {
    return new LookAhead<>() {
      @Override
      protected Delivery fetch() {
        return takeDue();
      }
    };
  }

  private Delivery takeDue() {
    try {
      for (WaitingRecords.Due due; (due = poll()) != null; ) {
        due.progress().unpark();
        if (due.value() != null) {
          return delivery(due);
        }
        sayOnce("one cannot be read");
        due.progress().settle(due.offset(), false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  // a run once would end while an id counted nowhere
  private synchronized WaitingRecords.Due poll() {
    WaitingRecords.Due due = waiting.poll(steadySecond());
    isTaking = due != null;
    return due;
  }

  private synchronized void startAsking(Settlement settlement, Instant firstAsked) {
    asking.put(settlement, firstAsked);
    isTaking = false;
  }

  private Delivery delivery(WaitingRecords.Due due) throws InterruptedException {
    ParkedRecord record = parse(due.value());
    History history = record.history(clock.instant());
    Source source = Source.named(record.source());
    Settlement settlement = settlement(due.progress(), due.offset());
    startAsking(settlement, history.firstAskedAt());
    try {
      return intake.take(record.taskId(), source, history, settlement).with(record.passed(headers));
    } catch (InterruptedException e) {
      settlement.settled(Delivery.Outcome.KEPT); // the program stops
      throw e;
    }
  }

  private Settlement settlement(PartitionProgress progress, long offset) {
    return new Settlement() {
      @Override
      public void settled(Delivery.Outcome outcome) {
        asking.remove(this);
        progress.settle(offset, outcome.isAcknowledged());
      }

      @Override
      public Object origin() {
        return new RecordInWork(progress, offset);
      }

      @Override
      public boolean isWanted() {
        return progress.isWanted();
      }
    };
  }

  @Override
  public Instant oldest() {
    return ParkedIds.earliest(waiting.oldestSecond(), asking.values());
  }

  @Override
  public Instant nextDue() {
    Long second = waiting.nextSecond();
    return second == null ? null : shown(second);
  }

  @Override
  public List<Parked> first(int most) {
    List<Parked> first = new ArrayList<>();
    for (WaitingRecords.Value one : waiting.first(most)) {
      ParkedRecord record = parse(one.value());
      if (record != null) {
        TaskId id = TaskId.parse(record.taskId());
        first.add(new Parked(id, shown(one.dueSecond()), record));
      }
    }
    return first;
  }

  /** Counts the parked ids that this process asks for, those in work included. */
  @Override
  public synchronized int size() {
    int own = waiting.size() + asking.size() + (isTaking ? 1 : 0);
    synchronized (sent) {
      dropReadElsewhere();
      return own + sent.size();
    }
  }

  // what has not come back by now was read by another instance; the oldest are the first
  private void dropReadElsewhere() {
    long now = nanoTime.getAsLong();
    for (Iterator<Sent> one = sent.values().iterator();
        isRead && one.hasNext() && now - one.next().at > SENT_PATIENCE; ) {
      one.remove();
    }
  }

  /**
   * Makes those of these ids that are parked here due now, also those whose record has not come
   * back yet. These are not among the returned: it may come to another process.
   */
  @Override
  public Set<TaskId> wake(Set<TaskId> ids) {
    synchronized (sent) {
      ids.stream().map(id -> sent.get(id.value())).filter(Objects::nonNull).forEach(Sent::setDue);
    }
    return wakeWaiting(ids);
  }

  private Set<TaskId> wakeWaiting(Set<TaskId> ids) {
    return waiting.wake(ids, ParkedTopic::idOf);
  }

  private static TaskId idOf(byte[] value) {
    ParkedRecord record = parse(value);
    return record == null ? null : TaskId.parse(record.taskId());
  }

  @Override
  public boolean isKnown() {
    return !isRead || offsets.isParkedUpToStart(topic);
  }

  @Override
  public String whyNotKnown() {
    return isKnown() ? null : disk.get();
  }
}
