package io.serproutes.kafka;

import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Which failures leave a producer in a state that only a new producer is free of. */
final class FatalStates {

  // the client refuses everything after one of these, whatever becomes of its cause
  private static final Set<Class<?>> FATAL =
      Set.of(
          ClusterAuthorizationException.class,
          TransactionalIdAuthorizationException.class,
          ProducerFencedException.class,
          InvalidProducerEpochException.class,
          InvalidPidMappingException.class,
          UnknownProducerIdException.class,
          OutOfOrderSequenceException.class,
          UnsupportedVersionException.class);

  private FatalStates() {}

  /** Whether an acknowledgement failed so. */
  static boolean isFatal(Throwable failure) {
    return failure != null && FATAL.contains(failure.getClass());
  }

  /**
   * Whether a client that does not even take a record will take none any more: it says so with a
   * bare {@link KafkaException} or that it is closed. What it has a name for passes by itself.
   */
  static boolean takesNoMore(Throwable refusal) {
    return isFatal(refusal)
        || refusal instanceof IllegalStateException
        || refusal != null && refusal.getClass() == KafkaException.class;
  }

  /** What came first: the client's later refusals have it as their cause. */
  static Throwable first(Throwable failure) {
    boolean isWrapped =
        failure.getCause() != null
            && (failure instanceof IllegalStateException
                || failure.getClass() == KafkaException.class);
    return isWrapped ? first(failure.getCause()) : failure;
  }
}
