/**
 * Kafka as a source of ids, as an output, and as a place where parked ids wait.
 *
 * <p>Read in this order, beside {@code routes/kafka/kafka.camel.yaml}:
 *
 * <ol>
 *   <li>{@link io.serproutes.kafka.SerpKafkaComponent} makes a {@code TopicEndpoint} of each topic:
 *       it is read by Camel's Kafka consumer and written by a {@code TopicProducer}. {@link
 *       io.serproutes.kafka.KafkaClients} makes the clients of both.
 *   <li>{@code TrackingConsumer} is the client that Camel polls. It continues to read while records
 *       are in work and commits up to the lowest that has not ended; {@code Rebalance} keeps it in
 *       step with the group; {@code FailedPolls} tells why it cannot read.
 *   <li>{@link io.serproutes.kafka.AssignedPartitions} holds the partitions of this process and its
 *       share of the limits; {@code PartitionProgress} is one partition, {@code EndedOffsets} the
 *       part of it that goes into a commit's metadata.
 *   <li>{@code TopicRecord} stays with the exchange of a record. {@link
 *       io.serproutes.kafka.TopicIds} reads the ids of the record, {@code RecordIds} hands them out
 *       once there is room and ends the record with the last of them.
 *   <li>{@link io.serproutes.kafka.KafkaRecords} makes records of items, receipts and dead letters.
 *       {@code TopicProducer} sends them with the {@code SharedProducer} and continues when all
 *       have been acknowledged.
 *   <li>With {@code serp.kafka.delivery=exactly-once} it keeps them as {@code StagedRecords}
 *       instead. {@link io.serproutes.kafka.Transactions} is where the task waits, {@code
 *       TransactionPart} what it wants committed, {@code TransactionPlan} what goes into one
 *       transaction with which offsets, {@code Committer} how that is made and what if it fails.
 *   <li>{@link io.serproutes.kafka.ParkedTopic} keeps the parked ids of a topic until they are due,
 *       in {@code WaitingRecords} and a {@code ValueFile}.
 *   <li>{@link io.serproutes.kafka.TopicsCheck} checks brokers and topics at the start, {@code
 *       Retention} whether parked ids are kept long enough, {@code LargestRecord} whether topics
 *       accept the largest records.
 * </ol>
 *
 * <p>Camel's Kafka component is optional for a host; outside this package only the program's start
 * needs it.
 */
package io.serproutes.kafka;
