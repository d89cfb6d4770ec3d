package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LargestRecordTest {

  private static final Map<String, String> KEYS =
      Map.of(
          "serp.kafka.max-item-bytes",
          "900KiB",
          "serp.kafka.topics.paid",
          "paid",
          "serp.kafka.topics.receipts",
          "receipts");

  private static String warning(Key<String> topic, String maxMessageBytes) {
    return warning(topic, maxMessageBytes, "");
  }

  private static String warning(Key<String> topic, String maxMessageBytes, String passed) {
    Settings settings =
        new Settings(
            (String key) -> key.equals("serp.kafka.pass-headers") ? passed : KEYS.get(key));
    return new LargestRecord(settings).warning(topic, maxMessageBytes);
  }

  @Test
  void headersThatArePassedOnCount() {
    assertThat(warning(Keys.TOPIC_PAID, "925696", "a,b")).isNull();
    assertThat(warning(Keys.TOPIC_PAID, "925695", "a,b"))
        .contains("less than 925696, which are serp.kafka.max-item-bytes and 4 KiB; set");
    assertThat(warning(Keys.TOPIC_RECEIPTS, "841728", "a,b")).isNull();
    assertThat(warning(Keys.TOPIC_RECEIPTS, "841727", "a,b")).contains("less than 841728; set");
  }

  @Test
  void aTopicThatRefusesItemsIsNamedWithBothNumbers() {
    assertThat(warning(Keys.TOPIC_PAID, "923648")).isNull();
    assertThat(warning(Keys.TOPIC_PAID, "923647"))
        .isEqualTo(
            "paid may refuse large items, whose ids become dead letters: max.message.bytes=923647"
                + " is less than 923648, which are serp.kafka.max-item-bytes and 2 KiB; set"
                + " max.message.bytes=923648 for this topic, or a smaller"
                + " serp.kafka.max-item-bytes");
  }

  @Test
  void aTopicOfReceiptsMustAcceptTheLongest() {
    assertThat(warning(Keys.TOPIC_RECEIPTS, "839680")).isNull();
    assertThat(warning(Keys.TOPIC_RECEIPTS, "65536"))
        .isEqualTo(
            "receipts may refuse large records, and calls are halted then: max.message.bytes=65536"
                + " is less than 839680; set max.message.bytes=839680 for this topic");
  }

  @Test
  void aNumberThatIsNotKnownIsNoFault() {
    assertThat(warning(Keys.TOPIC_PAID, "")).isNull();
  }
}
