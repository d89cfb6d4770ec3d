package io.serproutes.kafka;

import io.serproutes.ids.Source;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;

/**
 * A record that was read, with the progress of its partition in which its end is noted.
 *
 * @param progress that of the assignment under which the record was read
 */
record TopicRecord(TopicPartition partition, long offset, PartitionProgress progress) {

  private static final String PROPERTY = "serpTopicRecord";
  // where Camel's Kafka leaves them up to 4.18.2 and from 4.18.3 on
  private static final String HEADERS = "kafka.HEADERS";
  private static final String LATER_HEADERS = "CamelKafkaHeaders";

  /**
   * Keeps the record with its exchange, whatever the route makes of the body. It is read again
   * where the route fails before the record is taken: Camel continues with the next one.
   */
  void attachTo(Exchange exchange) {
    exchange.setProperty(PROPERTY, this);
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              @Override
              public void onFailure(Exchange failed) {
                if (take(failed) != null) {
                  progress.settle(offset, false);
                }
              }
            });
  }

  /**
   * The record that an exchange was made of, once: Camel copies the properties of an exchange with
   * it, and an id has many copies.
   */
  static TopicRecord take(Exchange exchange) {
    return (TopicRecord) exchange.removeProperty(PROPERTY);
  }

  /** The headers of the record that an exchange was made of; null where it has none. */
  static Headers headers(Exchange exchange) {
    Object headers = exchange.getMessage().getHeader(HEADERS);
    if (headers == null) {
      headers = exchange.getMessage().getHeader(LATER_HEADERS);
    }
    return headers instanceof Headers all && all.toArray().length > 0 ? all : null;
  }

  /** The source of its ids: topic, partition and offset. */
  Source source() {
    String name = partition.topic() + "-" + partition.partition();
    return new Source("kafka:" + name + "@" + offset, Source.safeName(name) + "-line-" + offset);
  }
}
