package io.serproutes.kafka;

import java.util.Iterator;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Records of a task for a topic that the route names; made one by one while they are sent. */
@FunctionalInterface
interface TopicRecords {

  /**
   * The records, in order.
   *
   * @throws java.io.UncheckedIOException from the iterator, where the disk of an answer fails
   */
  Iterator<ProducerRecord<Object, Object>> to(String topic);
}
