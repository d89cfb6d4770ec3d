package io.serproutes.kafka;

import io.serproutes.ids.Delivery.Settlement;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * The record of an id that is in work: a transaction ends it together with what comes of the id.
 *
 * @param progress that of the assignment under which the record was read
 */
record RecordInWork(PartitionProgress progress, long offset) {

  /** The record whose end this settles; null where the id is that of a host. */
  static RecordInWork of(Settlement settlement) {
    return (RecordInWork) settlement.origin();
  }

  /** Whether the group knows that it has ended; {@code committed} is null where nothing was. */
  boolean hasEnded(OffsetAndMetadata committed) {
    if (committed == null) {
      return false;
    }
    long above = offset - committed.offset();
    return above < 0 || EndedOffsets.decode(committed.metadata()).tells(above);
  }
}
