package io.serproutes.kafka;

import io.serproutes.IllegalSettingException;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;

/**
 * The addresses in {@code serp.kafka.brokers}. Finds out why no broker answers: Kafka's client says
 * so only after a time-out, whatever the cause.
 */
final class BrokerAddresses {

  private static final int MILLIS = 3000;

  private final String key;
  private final List<String> addresses;
  private final String protocol;

  /**
   * Addresses as the key has them.
   *
   * @param protocol the client's {@code security.protocol}
   */
  BrokerAddresses(String brokers, String protocol) {
    this.key = "serp.kafka.brokers=" + brokers;
    this.addresses =
        Arrays.stream(brokers.split(",")).map(String::strip).filter(a -> !a.isEmpty()).toList();
    this.protocol = protocol;
  }

  /**
   * Checks what can be known without a connection.
   *
   * @throws IllegalSettingException where an address is none, a line each, or no host is known
   */
  void check() {
    List<String> malformed = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (String address : addresses) {
      String host = Utils.getHost(address);
      int port = port(address);
      if (host == null || host.isEmpty() || port < 1 || port > 65535) {
        malformed.add(key + ": " + address + " is not host:port, such as localhost:9092");
        continue;
      }
      try {
        InetAddress.getAllByName(host);
      } catch (UnknownHostException e) {
        unknown.add(host);
      }
    }
    if (!malformed.isEmpty()) {
      throw new IllegalSettingException(String.join("\n", malformed));
    }
    if (unknown.size() == addresses.size()) {
      throw new IllegalSettingException(
          key
              + ": unknown host "
              + String.join(", ", unknown)
              + "; correct the name, or the name service (DNS) of this machine");
    }
  }

  private static int port(String address) {
    try {
      Integer port = Utils.getPort(address);
      return port == null ? 0 : port;
    } catch (NumberFormatException e) {
      return 0; // it has more digits than any number of Java
    }
  }

  /**
   * Connects to the addresses, as a broker has not answered yet.
   *
   * @return what is certainly wrong, in words for a person; null where a broker may yet answer
   */
  String fault() {
    Map<String, String> failures = new LinkedHashMap<>();
    for (String address : addresses) {
      try (Socket connection = connect(address)) {
        return wrongProtocol(address, connection);
      } catch (IOException e) {
        failures.put(address, inWords(e));
      }
    }
    String why =
        failures.entrySet().stream()
            .map(one -> one.getKey() + ": " + one.getValue())
            .collect(Collectors.joining(", "));
    return "no broker answers at "
        + key
        + " ("
        + why
        + "); start the broker, or correct the address";
  }

  /** The addresses that cannot be connected to, each with the reason; of several, all at once. */
  List<String> unreachable() {
    return addresses.parallelStream()
        .map(address -> new String[] {address, failure(address)})
        .filter(tried -> tried[1] != null)
        .map(tried -> tried[0] + ": " + tried[1])
        .toList();
  }

  /** That connections are accepted and no broker answers, in words for a person. */
  String silence(int seconds) {
    return "no broker answers at "
        + key
        + " within "
        + seconds
        + " s, though connections are accepted; check the port, and whether security.protocol="
        + protocol
        + " and the listener of the broker go together";
  }

  /** Why a request failed, in words for a person; {@code seconds} is how long it waited. */
  String inWords(Throwable failure, int seconds) {
    boolean isSilence = failure instanceof TimeoutException;
    String fault = isSilence || failure instanceof SslAuthenticationException ? fault() : null;
    if (fault != null) {
      return fault;
    }
    return isSilence ? silence(seconds) : KafkaFailures.inWords(failure);
  }

  private static String failure(String address) {
    try (Socket socket = connect(address)) {
      return null;
    } catch (IOException e) {
      return inWords(e);
    }
  }

  private static Socket connect(String address) throws IOException {
    IOException failure = null;
    for (InetAddress host : InetAddress.getAllByName(Utils.getHost(address))) {
      Socket socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(host, Utils.getPort(address)), MILLIS);
        return socket;
      } catch (IOException e) {
        socket.close();
        failure = e;
      }
    }
    throw failure;
  }

  private static String inWords(IOException failure) {
    if (failure instanceof UnknownHostException) {
      return "unknown host";
    }
    if (failure instanceof SocketTimeoutException) {
      return "no connection within " + MILLIS / 1000 + " s";
    }
    return failure instanceof ConnectException ? "connection refused" : failure.getMessage();
  }

  private String wrongProtocol(String address, Socket connection) {
    boolean wantsTls = protocol.endsWith("SSL");
    Boolean hasTls = hasTls(address, connection);
    if (hasTls == null || hasTls == wantsTls) {
      return null;
    }
    String listener = key + ": the listener at " + address;
    String setting = "serp.kafka.properties.security.protocol is " + protocol;
    return hasTls
        ? listener
            + " uses TLS, but "
            + setting
            + "; set it to SSL or SASL_SSL, or use the port of another listener"
        : listener
            + " does not answer with TLS, but "
            + setting
            + ": it is a listener without TLS, or it forwards to a broker that is away; start the"
            + " broker, or use the port of a listener with TLS";
  }

  // a broker without TLS takes the greeting for a length and closes the connection; so does what
  // forwards to a broker that is away, and a password must not be sent in clear because of that
  private static Boolean hasTls(String address, Socket connection) {
    SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
    String host = Utils.getHost(address);
    int port = Utils.getPort(address);
    try (SSLSocket socket = (SSLSocket) tls.createSocket(connection, host, port, true)) {
      socket.setSoTimeout(MILLIS);
      socket.startHandshake();
      return true;
    } catch (SocketTimeoutException e) {
      return null;
    } catch (SocketException e) {
      return false;
    } catch (IOException e) {
      boolean isNone = e instanceof EOFException || e.getCause() instanceof EOFException;
      return !isNone && !String.valueOf(e.getMessage()).contains("Unsupported or unrecognized");
    }
  }
}
