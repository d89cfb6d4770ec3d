package io.serproutes.kafka;

import io.serproutes.Settings;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells why a topic cannot be read, once as long as the reason stays the same, and has the next
 * attempt wait: Camel makes it at once, and each is a rebalance of the group. For all consumers of
 * the topic, one after the other; to be used on the polling thread.
 */
final class FailedPolls {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final int PAUSE_SECONDS = 5;
  private static final long STEP_MILLIS = 100;
  private static final long OVER = TimeUnit.MINUTES.toNanos(1);

  private final Settings settings;
  private final String topic;
  private final BooleanSupplier stopping;
  private final LongSupplier nanoTime;
  private String told = "";
  private long failedAt;

  /** Failures of a topic's consumers; {@code stopping} ends a wait. */
  FailedPolls(Settings settings, String topic, BooleanSupplier stopping, LongSupplier nanoTime) {
    this.settings = settings;
    this.topic = topic;
    this.stopping = stopping;
    this.nanoTime = nanoTime;
  }

  /**
   * Tells of a poll that failed, and waits.
   *
   * @return what Camel is to be told, so that it makes a new consumer: for good it ends one that
   *     was not authenticated, and a broker that starts refuses logins for a moment
   * @throws InterruptException where the thread is interrupted meanwhile
   */
  RuntimeException tell(RuntimeException failure) {
    if (!stopping.getAsBoolean()) {
      String words = KafkaFailures.ofReading(failure, topic, settings);
      boolean isNews = !words.equals(told) || nanoTime.getAsLong() - failedAt > OVER;
      if (isNews) {
        told = words;
        LOG.warn(
            "{} is not read now: {}; its records stay there, and this is tried again every {} s",
            topic,
            words,
            PAUSE_SECONDS);
      }
      LOG.debug("a poll of {} failed", topic, failure);
      pause();
      failedAt = nanoTime.getAsLong();
    }
    return failure instanceof AuthenticationException
        ? new KafkaException(failure.getMessage(), failure)
        : failure;
  }

  private void pause() {
    long end = nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(PAUSE_SECONDS);
    try {
      while (!stopping.getAsBoolean() && nanoTime.getAsLong() - end < 0) {
        TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
