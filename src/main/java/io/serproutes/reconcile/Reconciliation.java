package io.serproutes.reconcile;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.Count;
import io.serproutes.IllegalSettingException;
import io.serproutes.Keys;
import io.serproutes.Outputs;
import io.serproutes.Settings;
import io.serproutes.Times;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.OutcomeFiles;
import io.serproutes.deliver.ReceiptOutcome;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.ids.IdTexts;
import io.serproutes.ids.InboxIds;
import io.serproutes.ids.TaskId;
import io.serproutes.kafka.TopicScan;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.camel.util.function.ThrowingConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the vendor's list of finished tasks with our receipts. Takes no id and, unless told to
 * feed the missing ones, changes nothing.
 *
 * <p>It looks in the order in which an id moves, at the sources, then at what is parked, then at
 * the receipts, so that an id that moves meanwhile is seen at least once.
 */
public final class Reconciliation {

  private static final Logger LOG = LoggerFactory.getLogger("serp-reconcile");

  /** How far the vendor's clock, ours and the brokers' may differ. */
  private static final Duration CLOCKS = Duration.ofHours(1);

  private final Settings settings;
  private final List<String> from;
  private final List<String> receipts;
  private final Engine engine;
  private final ThrowingConsumer<Duration, InterruptedException> pause;
  private final OutcomeFiles files;

  /**
   * A comparison by these settings, which have been checked.
   *
   * @throws IllegalSettingException where it cannot tell the engine, or the receipts go where it
   *     cannot read them
   */
  public Reconciliation(Settings settings) {
    this(settings, time -> Thread.sleep(time.toMillis()));
  }

  Reconciliation(Settings settings, ThrowingConsumer<Duration, InterruptedException> pause) {
    this.settings = settings;
    this.pause = pause;
    files = new OutcomeFiles(settings);
    from = settings.get(Keys.FROM);
    receipts = Outputs.of(settings).ofReceipts();
    engine = Engine.of(settings);
    if (receipts.equals(List.of("endpoints"))) {
      throw new IllegalSettingException(
          "the receipts of serp.to=endpoints are with the host, where reconcile cannot read them");
    }
  }

  /**
   * Compares.
   *
   * @param start the beginning of the time in which tasks were posted
   * @param end its end
   * @param feed whether to give the missing ids to the drop folder or the topic of ids
   * @throws IllegalSettingException where a topic cannot be read, or ids should be fed whose
   *     receipts may lie elsewhere or have been removed; a line for a person
   * @throws IOException where the list or a file cannot be read; a line for a person
   */
  public Findings run(Instant start, Instant end, boolean feed)
      throws IOException, InterruptedException {
    if (feed) {
      checkReceipts();
    }
    Findings findings = new Findings(engine.toString(), start, end);
    try (IdListClient list = new IdListClient(settings, engine, pause)) {
      list.read(start, end, findings::listed);
    }
    LOG.info("{} finished tasks of {} are compared with receipts", findings.finished(), engine);
    boolean usesKafka = from.contains("kafka") || receipts.contains("kafka");
    try (TopicScan topics = usesKafka ? new TopicScan(settings) : null) {
      waiting(findings, topics, feed);
      receipts(findings, topics, start);
      if (feed && findings.missing() > 0) {
        findings.fedTo = feed(findings, topics);
      }
    }
    return findings;
  }

  // a folder that is misspelt or not mounted would make all ids missing; a run makes it at its
  // start
  private void checkReceipts() {
    if (!receipts.contains("kafka") && !files.haveReceipts()) {
      throw new IllegalSettingException(
          "there is no folder "
              + ResultFolder.of(settings).resolve(ResultFolder.RECEIPTS)
              + ", so every id would be given; none is. Check serp.files.dir and its disk; if"
              + " nothing was ever delivered, start a run first");
    }
  }

  private void waiting(Findings findings, TopicScan topics, boolean feed) throws IOException {
    if (isInboxUsed()) {
      InboxIds.forEach(settings, id -> findings.waits(id, Findings.INBOX));
    }
    String group = settings.get(Keys.GROUP_ID);
    if (from.contains("kafka")) {
      findings.lag = topics.lag(Keys.TOPIC_IDS, group);
      findings.isLagRead = feed;
      if (feed) { // else a backlog is fed again by each run
        topics.uncommitted(Keys.TOPIC_IDS, group, (key, value) -> waitsInTopic(findings, value));
      }
    }
    findings.forEach(
        id -> {
          if (files.isPosted(id)) {
            findings.waits(id, Findings.POSTED);
          } else if (files.isParked(id)) {
            findings.waits(id, Findings.PARKED);
          }
        });
    if (topics != null) {
      topics.uncommitted(
          Keys.TOPIC_PARKED,
          group + "-parked",
          (key, value) -> findings.waits(TaskId.parse(key), Findings.PARKED));
    }
  }

  private static void waitsInTopic(Findings findings, byte[] record) {
    if (record != null) {
      IdTexts.of(new String(record, UTF_8))
          .forEach(id -> findings.waits(TaskId.parse(id), Findings.TOPIC));
    }
  }

  private boolean isInboxUsed() {
    return from.contains("folder") || !from.contains("kafka");
  }

  private void receipts(Findings findings, TopicScan topics, Instant start) throws IOException {
    if (receipts.contains("files")) {
      findings.forEach(id -> findings.ended(id, files.find(id)));
      files.forEachLine(findings::ended);
    }
    if (receipts.contains("kafka")) {
      topics.since(
          Keys.TOPIC_RECEIPTS,
          start.minus(CLOCKS),
          (key, value) -> findings.ended(TaskId.parse(key), receipt(value)));
      if (findings.missing() > 0) {
        Instant since = topics.wholeSince(Keys.TOPIC_RECEIPTS);
        findings.receiptsSince = since.isAfter(start.minus(CLOCKS)) ? since : null;
      }
    }
  }

  private static ReceiptOutcome receipt(byte[] value) {
    try {
      return value == null ? null : ReceiptOutcome.read(value);
    } catch (IOException e) {
      LOG.warn("a record of the topic of receipts is ignored: it holds no JSON");
      return null;
    }
  }

  /** Gives the missing ids to a source; returns the file or topic, for a person. */
  private String feed(Findings findings, TopicScan topics) throws IOException {
    if (findings.receiptsSince != null) {
      throw new IllegalSettingException(
          Count.of(findings.missing(), "id")
              + " without a receipt may have ended, as the topic "
              + settings.get(Keys.TOPIC_RECEIPTS)
              + " may have lost receipts from before "
              + Times.record(findings.receiptsSince)
              + "; none is given. Use a --from more than an hour later than that, "
              + (receipts.contains("files")
                  ? "--set serp.to=files if the files have all receipts of that time, "
                  : "")
              + "or leave out --feed to see them");
    }
    if (from.contains("kafka")) {
      topics.send(findings.missingIds());
      return settings.get(Keys.TOPIC_IDS);
    }
    Path inbox = Path.of(settings.get(Keys.INBOX));
    Path file = inbox.resolve("reconcile-" + Times.stamp(Instant.now()) + ".txt");
    new DurableFiles()
        .write(
            file.toAbsolutePath(),
            out -> {
              for (TaskId id : findings.missingIds()) {
                out.write((id + "\n").getBytes(US_ASCII));
              }
            });
    return file.toString();
  }
}
