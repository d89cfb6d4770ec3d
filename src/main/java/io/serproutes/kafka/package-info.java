/**
 * Kafka, as a source of ids, as a way out, and as a place where ids wait.
 *
 * <p>Read in this order, beside {@code routes/kafka/kafka.camel.yaml}:
 *
 * <ol>
 *   <li>{@link io.serproutes.kafka.KafkaClients} makes the clients of our {@link
 *       io.serproutes.kafka.SerpKafkaComponent}: a consumer that tracks what has ended, and one
 *       producer for all topics.
 *   <li>{@code TrackingConsumer} goes on reading while records are in work and commits up to the
 *       lowest that has not ended; {@code Rebalance} keeps it in step with the group.
 *   <li>{@link io.serproutes.kafka.AssignedPartitions} holds the partitions that are ours and this
 *       process's part of the limits; {@code PartitionProgress} is one partition, {@code
 *       EndedOffsets} what of it goes into a commit's metadata.
 *   <li>{@link io.serproutes.kafka.TopicIds} takes the ids out of a record, {@code RecordIds} hands
 *       them out once there is room, {@code RecordSettlement} ends the record with the last of
 *       them.
 *   <li>{@link io.serproutes.kafka.KafkaRecords} makes records of items, receipts and dead letters;
 *       {@code RecordsProducer} sends them and goes on when all have been acknowledged.
 *   <li>{@link io.serproutes.kafka.ParkedTopic} keeps the parked ids of a topic until they are due,
 *       in {@code WaitingRecords} and a {@code ValueFile}.
 *   <li>{@link io.serproutes.kafka.TopicsCheck} looks at the start whether broker and topics are
 *       there, {@code Retention} whether parked ids are kept for long enough.
 * </ol>
 *
 * <p>Camel's Kafka component is optional to a host; outside this package only the program's start
 * needs it.
 */
package io.serproutes.kafka;
