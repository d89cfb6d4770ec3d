package io.serproutes.kafka;

import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaHeaderFilterStrategy;

/** Of a message's headers a record gets ours and no other. */
public final class RecordHeaders extends KafkaHeaderFilterStrategy {

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return !name.startsWith("serp.") && !name.equals("content-type");
  }
}
