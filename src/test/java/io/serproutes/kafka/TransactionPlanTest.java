package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.StoppingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionPlanTest {

  private static final TopicPartition IDS = new TopicPartition("ids", 0);
  private static final TopicPartition MORE = new TopicPartition("ids", 1);
  private static final TopicPartition PARKED = new TopicPartition("parked", 0);

  private final Settings settings = new Settings((String key) -> null);
  private final AssignedPartitions offsets =
      new AssignedPartitions(settings, new Gate(settings, new BeginTask()));
  private final PartitionProgress ids = new PartitionProgress(10, null);
  private final PartitionProgress more = new PartitionProgress(20, null);
  private final PartitionProgress parked = new PartitionProgress(30, null);
  private final Map<TransactionPart, Optional<Throwable>> ended = new HashMap<>();

  @BeforeEach
  void join() {
    offsets.assigned(IDS, ids);
    offsets.assigned(MORE, more);
    offsets.assigned(PARKED, parked);
    for (String topic : List.of("ids", "parked")) {
      offsets.member(
          topic, new ConsumerGroupMetadata(topic + "-group", 7, "member", Optional.empty()));
    }
  }

  private TransactionPart part(PartitionProgress progress, long offset) {
    progress.read(offset);
    return part(new RecordInWork(progress, offset));
  }

  private TransactionPart part(RecordInWork origin) {
    TransactionPart[] self = new TransactionPart[1];
    self[0] =
        new TransactionPart(
            origin,
            Set.of("out"),
            List.of(),
            1,
            0,
            null,
            failure -> ended.put(self[0], Optional.ofNullable(failure)));
    return self[0];
  }

  private TransactionPlan plan(TransactionPart... parts) {
    return new TransactionPlan(List.of(parts), offsets);
  }

  @Test
  void whereNothingIsNewThereIsNothingToCommit() {
    assertThat(plan().isEmpty()).isTrue();
    ids.read(10);
    ids.settle(10, true);
    TransactionPlan plan = plan();
    assertThat(plan.isEmpty()).as("something has ended").isFalse();
    assertThat(plan.parts()).isEmpty();
    assertThat(plan.commits("ids")).isEqualTo(Map.of(IDS, new OffsetAndMetadata(11)));
    plan.committed();
    assertThat(plan().isEmpty()).isTrue();
  }

  @Test
  void aPartOfNoTopicIsCommittedWithoutAnOffset() {
    TransactionPart host = part((RecordInWork) null);
    TransactionPlan plan = plan(host);
    assertThat(plan.isEmpty()).isFalse();
    assertThat(plan.parts()).containsExactly(host);
    assertThat(plan.topicsOfIds()).isEmpty();
    plan.committed();
    assertThat(ended.get(host)).isEmpty();
  }

  @Test
  void theOffsetsOfATopicGoByItsOwnMembership() {
    TransactionPart a = part(ids, 10);
    TransactionPart b = part(more, 20);
    TransactionPart c = part(parked, 30);
    TransactionPlan plan = plan(a, b, c);
    assertThat(plan.parts()).containsExactlyInAnyOrder(a, b, c);
    assertThat(plan.topicsOfIds()).containsExactly("ids", "parked");
    assertThat(plan.commits("ids")).containsOnlyKeys(IDS, MORE);
    assertThat(plan.commits("parked")).isEqualTo(Map.of(PARKED, new OffsetAndMetadata(31)));
    assertThat(plan.member("ids").groupId()).isEqualTo("ids-group");
    assertThat(plan.member("parked").groupId()).isEqualTo("parked-group");
  }

  @Test
  void whatCannotBeCommittedNowIsTold() {
    offsets.member("parked", new ConsumerGroupMetadata("parked-group"));
    TransactionPart joining = part(parked, 30);
    offsets.revoked(MORE);
    TransactionPart lost = part(new RecordInWork(more, 20));
    TransactionPlan plan = plan(joining, lost);
    assertThat(plan.withoutGroup()).containsExactly(joining);
    assertThat(plan.parts()).isEmpty();
    assertThat(ended).containsOnlyKeys(lost);
    assertThat(ended.get(lost)).containsInstanceOf(StoppingException.class);
    assertThat(plan.commits("parked")).isEmpty();
  }

  @Test
  void aCommitThatFailedIsMadeAgain() {
    ids.read(10);
    ids.settle(10, true);
    plan().failed();
    TransactionPlan again = plan();
    assertThat(again.commits("ids")).isEqualTo(Map.of(IDS, new OffsetAndMetadata(11)));
    again.committed();
    assertThat(plan().isEmpty()).isTrue();
  }

  @Test
  void ofPartsOfNoTopicTheOthersTellWhetherTheyAreCommitted() {
    TransactionPart a = part(ids, 10);
    TransactionPart host = part((RecordInWork) null);
    TransactionPlan plan = plan(a, host);
    assertThat(plan.resolve(Map.of(IDS, new OffsetAndMetadata(11)))).isEmpty();
    assertThat(ended).containsOnlyKeys(a, host);
    assertThat(ended.values()).allMatch(Optional::isEmpty);
    assertThat(ids.committable()).isEqualTo(11);
  }

  @Test
  void whatTheGroupDoesNotKnowGoesAgain() {
    TransactionPart a = part(ids, 10);
    TransactionPart host = part((RecordInWork) null);
    TransactionPlan plan = plan(host, a);
    assertThat(plan.resolve(Map.of(IDS, new OffsetAndMetadata(10))))
        .containsExactlyInAnyOrder(a, host);
    assertThat(ended).isEmpty();
    assertThat(ids.committable()).isEqualTo(10);
  }

  /** Its next owner may have ended the record; that says nothing of this transaction. */
  @Test
  void whatALostPartitionHasEndedSaysNothingOfTheOthers() {
    TransactionPart lost = part(ids, 10);
    TransactionPart ours = part(more, 20);
    TransactionPart host = part((RecordInWork) null);
    TransactionPlan plan = plan(lost, ours, host);
    offsets.revoked(IDS);
    assertThat(plan.resolve(Map.of(IDS, new OffsetAndMetadata(11))))
        .containsExactlyInAnyOrder(ours, host);
    assertThat(ended).containsOnlyKeys(lost);
    assertThat(ended.get(lost)).isEmpty();
  }

  /** The group may know it only as if it had never been told. */
  @Test
  void whatIsResolvedIsCommittedOnceMore() {
    TransactionPart a = part(ids, 10);
    plan(a).resolve(Map.of(IDS, new OffsetAndMetadata(11)));
    assertThat(plan().commits("ids")).isEqualTo(Map.of(IDS, new OffsetAndMetadata(11)));
  }

  @Test
  void whatWasReadFromATopicThatIsGoneGoesWithTheOthers() {
    TransactionPart gone = part(ids, 10);
    TransactionPart ours = part(more, 20);
    ids.noteDeleted();
    TransactionPlan plan = plan(gone, ours);
    assertThat(plan.commits("ids")).containsOnlyKeys(MORE);
    assertThat(plan.parts()).containsExactlyInAnyOrder(gone, ours);
    assertThat(plan.resolve(Map.of())).containsExactlyInAnyOrder(gone, ours);
    assertThat(plan.resolve(Map.of(MORE, new OffsetAndMetadata(21)))).isEmpty();
    assertThat(ended).containsOnlyKeys(gone, ours);
  }

  /** As where it is revoked at this moment. */
  @Test
  void whatIsOfAnAssignmentThatIsOverIsLeft() {
    TransactionPart a = part(ids, 10);
    ids.close();
    TransactionPlan plan = plan(a);
    assertThat(plan.parts()).isEmpty();
    assertThat(plan.commits("ids")).isEmpty();
    assertThat(ended.get(a)).containsInstanceOf(StoppingException.class);
  }

  @Test
  void anOffsetThatTheGroupDoesNotKnowIsCommittedAgain() {
    ids.read(10);
    ids.settle(10, true);
    assertThat(plan().resolve(Map.of())).isEmpty();
    assertThat(plan().commits("ids")).isEqualTo(Map.of(IDS, new OffsetAndMetadata(11)));
  }
}
