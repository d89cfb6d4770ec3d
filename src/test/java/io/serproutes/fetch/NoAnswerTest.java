package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpHostConnectException;
import org.junit.jupiter.api.Test;

class NoAnswerTest {

  @Test
  void whyThereIsNoAnswerIsToldForAPerson() {
    assertThat(NoAnswer.inWords(new UnknownHostException("api.example")))
        .isEqualTo("unknown host: api.example");
    assertThat(NoAnswer.inWords(new ConnectException("Connection refused")))
        .isEqualTo("no connection: Connection refused");
    assertThat(NoAnswer.inWords(new HttpHostConnectException("Connect to api.example failed")))
        .isEqualTo("no connection: Connect to api.example failed");
    assertThat(NoAnswer.inWords(new NoRouteToHostException("No route to host")))
        .isEqualTo("no connection: No route to host");
    assertThat(NoAnswer.inWords(new SocketTimeoutException("Read timed out")))
        .isEqualTo("time-out: Read timed out");
    assertThat(NoAnswer.inWords(new ConnectTimeoutException("Connect timed out")))
        .isEqualTo("time-out: Connect timed out");
    assertThat(NoAnswer.inWords(new SSLHandshakeException("no trust"))).isEqualTo("TLS: no trust");
    assertThat(NoAnswer.inWords(new IOException("Connection reset"))).isEqualTo("Connection reset");
    assertThat(NoAnswer.inWords(new IOException())).isEqualTo("java.io.IOException");
  }
}
