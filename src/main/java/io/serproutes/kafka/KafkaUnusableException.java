package io.serproutes.kafka;

/** Kafka cannot be used as it is; the message is one line for a person. */
public final class KafkaUnusableException extends Exception {

  KafkaUnusableException(String message) {
    super(message);
  }
}
