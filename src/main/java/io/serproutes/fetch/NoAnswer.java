package io.serproutes.fetch;

import io.serproutes.Failures;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls that bring no answer: why, in words for a person who runs the program, and one warning as
 * soon as the API cannot be reached. Safe for use by many threads.
 */
final class NoAnswer {

  private static final Logger LOG = LoggerFactory.getLogger("serp-fetch-task");

  private final String address;
  private final AtomicBoolean warned = new AtomicBoolean();

  /** For calls to {@code serp.api.base-url}. */
  NoAnswer(String address) {
    this.address = address;
  }

  static String inWords(Exception failure) {
    String message = Failures.inWords(failure);
    if (failure instanceof UnknownHostException) {
      return "unknown host: " + message;
    }
    if (failure instanceof ConnectException || failure instanceof NoRouteToHostException) {
      return "no connection: " + message;
    }
    if (failure instanceof SocketTimeoutException) {
      return "time-out: " + message;
    }
    return failure instanceof SSLException ? "TLS: " + message : message;
  }

  /** Warns where there was no connection, once until there is an answer. */
  void warn(Exception failure, String words) {
    boolean noConnection =
        failure instanceof UnknownHostException
            || failure instanceof ConnectException
            || failure instanceof NoRouteToHostException
            || failure instanceof ConnectTimeoutException
            || failure instanceof SSLException;
    if (noConnection && warned.compareAndSet(false, true)) {
      LOG.warn(
          "{} cannot be reached ({}). Check serp.api.base-url and the network; the call is made"
              + " again.",
          address,
          words);
    }
  }

  /** Notes that there is an answer. */
  void over() {
    warned.set(false);
  }
}
