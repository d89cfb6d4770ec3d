package io.serproutes.fetch;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

/** Why a call brought no answer, in words for a person who runs the program. */
final class NoAnswer {

  private NoAnswer() {}

  static String inWords(Exception failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
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
}
