package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class StagedRecordsTest {

  private final Task task = TestTasks.fresh(TestTasks.id(1));
  private final StagedRecords staged = StagedRecords.of(task);

  private void stage(String topic, String type, Integer index, String key) {
    stage(topic, topic, type, index, key);
  }

  private void stage(String step, String topic, String type, Integer index, String key) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setVariable("serpItemType", type);
    exchange.setProperty(ExchangePropertyKey.SPLIT_INDEX, index);
    exchange.getExchangeExtension().setHistoryNodeId(step);
    staged.stage(topic, exchange, List.of(new ProducerRecord<>(topic, key, new byte[0])));
  }

  private List<String> keys(boolean isDelivered) {
    List<String> keys = new ArrayList<>();
    staged
        .all(isDelivered)
        .forEach(step -> step.forEach(record -> keys.add(record.topic() + " " + record.key())));
    return keys;
  }

  @Test
  void aStepThatIsRepeatedReplacesWhatItStaged() {
    stage("organic", "organic", 0, "1st");
    stage("paid", "paid", 1, "1st");
    stage("organic", "organic", 0, "2nd");
    stage("receipts", null, 0, "1st");
    stage("receipts", null, 0, "2nd");
    assertThat(keys(true)).containsExactly("paid 1st", "organic 2nd", "receipts 2nd");
    assertThat(staged.topics()).containsExactlyInAnyOrder("organic", "paid", "receipts");
    assertThat(StagedRecords.of(task)).isSameAs(staged);
  }

  /** As in a copied route that splits a batch. */
  @Test
  void stepsOfOneTopicAreToldApartByWhatTheySend() {
    stage("all", "organic", 0, "a");
    stage("all", "organic", 1, "b");
    stage("all", "paid", 0, "c");
    stage("all", "organic", 1, "b again");
    assertThat(keys(true)).containsExactly("all a", "all c", "all b again");
  }

  /** As in a copied route that sends a batch, and then a line about it. */
  @Test
  void twoStepsToOneTopicKeepTheirOwn() {
    stage("first", "all", "organic", 0, "batch");
    stage("second", "all", "organic", 0, "line");
    stage("first", "all", "organic", 0, "batch again");
    stage("second", "all", "organic", 0, "line again");
    assertThat(keys(true)).containsExactly("all batch again", "all line again");
    assertThat(staged.topics()).containsExactly("all");
  }

  @Test
  void anIdThatIsGivenUpLaterSendsNoItems() {
    stage("organic", "organic", 0, "item");
    stage("dead-letters", null, 0, "too large");
    stage("dead-letters", null, 0, "given up");
    stage("receipts", null, 0, "receipt");
    assertThat(keys(false)).containsExactly("dead-letters given up", "receipts receipt");
  }

  @Test
  void whatIsStagedAfterTheCommitIsRefused() {
    staged.committed();
    assertThatThrownBy(() -> stage("organic", "organic", 0, "late"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("would never be sent to organic");
  }

  @Test
  void whatATaskStagedIsForgottenWithIt() {
    stage("organic", "organic", 0, "item");
    staged.run();
    assertThat(keys(true)).isEmpty();
    assertThat(staged.topics()).isEmpty();
  }
}
