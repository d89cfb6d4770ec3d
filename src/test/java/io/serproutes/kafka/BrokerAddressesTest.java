package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.IllegalSettingException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAddressesTest {

  private static BrokerAddresses addresses(String brokers) {
    return new BrokerAddresses(brokers, "PLAINTEXT");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost|localhost",
        "localhost:9092,localhost|localhost",
        "localhost:|localhost:",
        "localhost:0|localhost:0",
        "localhost:65536|localhost:65536",
        "localhost:90929092909|localhost:90929092909",
        ":9092|:9092",
      })
  void anAddressWithoutHostOrPortIsNamed(String brokers, String wrong) {
    assertThatThrownBy(() -> addresses(brokers).check())
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(
            "serp.kafka.brokers="
                + brokers
                + ": "
                + wrong
                + " is not host:port, such as localhost:9092");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:1",
        " localhost:1 , 127.0.0.1:2",
        "[::1]:1",
        "no.such.invalid:1,[::1]:1"
      })
  void anAddressThatMayBeRightPasses(String brokers) {
    assertThatCode(() -> addresses(brokers).check()).doesNotThrowAnyException();
  }

  @Test
  void unknownHostsAreNamedWhereNoneIsKnown() {
    assertThatThrownBy(() -> addresses("no.such.invalid:1,nor.this.invalid:2").check())
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(
            "serp.kafka.brokers=no.such.invalid:1,nor.this.invalid:2: unknown host no.such.invalid,"
                + " nor.this.invalid; correct the name, or the name service (DNS) of this machine");
  }

  @Test
  void aPortWhereNobodyListensIsNamed() throws IOException {
    int port = Broker.freePort();
    assertThat(addresses("localhost:" + port).fault())
        .isEqualTo(
            "no broker answers at serp.kafka.brokers=localhost:"
                + port
                + " (localhost:"
                + port
                + ": connection refused); start the broker, or correct the address");
  }

  /** It may yet answer: a broker accepts connections before it serves them. */
  @ParameterizedTest
  @ValueSource(strings = {"PLAINTEXT", "SSL"})
  void aServerThatIsSilentIsNotJudged(String protocol) throws IOException {
    InetAddress[] hosts = InetAddress.getAllByName("localhost");
    try (ServerSocket silent = new ServerSocket(0, 1, hosts[hosts.length - 1])) {
      int port = silent.getLocalPort();
      assertThat(new BrokerAddresses("localhost:" + port, protocol).fault()).isNull();
    }
  }

  /**
   * The client takes it for a certificate that is not trusted. It may be a proxy of a broker that
   * is away: whoever set PLAINTEXT then would send a password in clear.
   */
  @Test
  void aListenerThatDoesNotAnswerWithTlsIsNamedWithBothCauses() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 9, InetAddress.getByName("localhost"))) {
      Thread closing = new Thread(() -> closeAll(plain));
      closing.start();
      String address = "localhost:" + plain.getLocalPort();
      assertThat(
              new BrokerAddresses(address, "SASL_SSL")
                  .inWords(new SslAuthenticationException("SSL handshake failed"), 3))
          .isEqualTo(
              "serp.kafka.brokers="
                  + address
                  + ": the listener at "
                  + address
                  + " does not answer with TLS, but serp.kafka.properties.security.protocol is"
                  + " SASL_SSL: it is a listener without TLS, or it forwards to a broker that is"
                  + " away; start the broker, or use the port of a listener with TLS");
    }
  }

  private static void closeAll(ServerSocket server) {
    try {
      while (true) {
        server.accept().close();
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  @Test
  void whatTheBrokersRefuseIsSaidAsItIs() {
    assertThat(addresses("localhost:1").inWords(new InvalidTopicException("no topic"), 3))
        .isEqualTo("no topic");
  }
}
