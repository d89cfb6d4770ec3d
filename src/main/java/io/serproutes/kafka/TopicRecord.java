package io.serproutes.kafka;

import io.serproutes.ids.Source;
import org.apache.camel.Exchange;
import org.apache.kafka.common.TopicPartition;

/**
 * A record that was read, with the progress of its partition in which its end is noted.
 *
 * @param progress that of the assignment under which the record was read
 */
record TopicRecord(TopicPartition partition, long offset, PartitionProgress progress) {

  private static final String PROPERTY = "serpTopicRecord";

  /** Keeps the record with its exchange, whatever the route makes of the body. */
  void attachTo(Exchange exchange) {
    exchange.setProperty(PROPERTY, this);
  }

  /** The record that an exchange was made of. */
  static TopicRecord of(Exchange exchange) {
    return exchange.getProperty(PROPERTY, TopicRecord.class);
  }

  /** The source of its ids: topic, partition and offset. */
  Source source() {
    String name = partition.topic() + "-" + partition.partition();
    return new Source("kafka:" + name + "@" + offset, Source.safeName(name) + "-line-" + offset);
  }
}
