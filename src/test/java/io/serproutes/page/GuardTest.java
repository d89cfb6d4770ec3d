package io.serproutes.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serproutes.Settings;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {

  private static final String TOKEN = "a-token/of+this=test";

  private static Guard guard(String... keysAndValues) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return new Guard(new Settings(values::get));
  }

  private static Map<String, String> headers(String... namesAndValues) {
    Map<String, String> headers = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1:8084",
        "127.0.0.1",
        "10.1.2.3:80",
        "[::1]:8084",
        "[fe80::1]",
        "localhost:8084",
        "LOCALHOST",
        "localhost.",
        "serp.localhost:1",
        "serp.example.com:8084",
        "SERP.example.com"
      })
  void theseNamesAreSurelyOurs(String host) {
    Guard guard = guard("serp.page.hosts", "other.example.com, Serp.Example.com");
    assertThatCode(() -> guard.checkHost(headers("Host", host)::get)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example",
        "evil.example:8084",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "evil-localhost",
        "localhost@evil.example",
        "evil.example/localhost",
        "127.0.0.1 evil",
        "[::1",
        "::1",
        "[evil]",
        "sub.serp.example.com",
        "127.1",
        "2130706433",
        ":8084",
        ""
      })
  void anyOtherNameMayBeThatOfAnotherPage(String host) {
    Guard guard = guard("serp.page.hosts", "serp.example.com");
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> guard.checkHost(headers("Host", host)::get))
        .withMessageContaining("serp.page.hosts")
        .satisfies(e -> assertThat(e.status()).isEqualTo(421));
  }

  @Test
  void aRequestWithoutAHostIsRefused() {
    assertThatExceptionOfType(RefusedException.class)
        .isThrownBy(() -> guard().checkHost(name -> null));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // Sec-Fetch-Site, Origin, Host, own header, accepted
        "-, -, localhost:8084, 1, true", // no browser
        "same-origin, http://localhost:8084, localhost:8084, 1, true",
        "same-origin, -, localhost:8084, 1, true",
        "-, http://192.168.1.5:8084, 192.168.1.5:8084, 1, true", // browsers say no more there
        "-, https://serp.example.com, serp.example.com, 1, true", // behind a proxy with TLS
        "same-site, http://localhost:8084, localhost:8084, 1, false",
        "cross-site, http://localhost:8084, localhost:8084, 1, false",
        "none, http://localhost:8084, localhost:8084, 1, false",
        "'', http://localhost:8084, localhost:8084, 1, false",
        "-, http://evil.example, localhost:8084, 1, false",
        "-, http://localhost:9999, localhost:8084, 1, false",
        "-, null, localhost:8084, 1, false", // a sandboxed frame or a file
        "-, %%, localhost:8084, 1, false",
        "-, -, localhost:8084, -, false", // a form of a browser that sends no Origin
        "same-origin, -, localhost:8084, ' ', false",
      })
  void anActionComesFromThePageItselfOrFromNoBrowser(
      String site, String origin, String host, String own, boolean accepted) {
    Map<String, String> headers =
        headers("Sec-Fetch-Site", site, "Origin", origin, "Host", host, "X-Serp-Page", own);
    if (accepted) {
      assertThatCode(() -> guard().checkOrigin(headers::get)).doesNotThrowAnyException();
    } else {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> guard().checkOrigin(headers::get))
          .satisfies(e -> assertThat(e.status()).isEqualTo(403));
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // Sec-Fetch-Site, Sec-Fetch-Mode, accepted
        "-, -, true", // no browser
        "same-origin, cors, true",
        "none, navigate, true", // typed by a person
        "cross-site, navigate, true", // a link
        "cross-site, no-cors, false",
        "cross-site, -, false",
        "same-site, cors, false",
      })
  void scriptsAndPicturesOfOtherPagesGetNothing(String site, String mode, boolean accepted) {
    Map<String, String> headers = headers("Sec-Fetch-Site", site, "Sec-Fetch-Mode", mode);
    if (accepted) {
      assertThatCode(() -> guard().checkSite(headers::get)).doesNotThrowAnyException();
    } else {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> guard().checkSite(headers::get))
          .satisfies(e -> assertThat(e.status()).isEqualTo(403));
    }
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // serp.server.host, serp.page.write, serp.page.token, Authorization, details, actions
        "127.0.0.1, auto, -, -, ON, ON",
        "localhost, auto, -, -, ON, ON",
        "::1, auto, -, -, ON, ON",
        "127.0.0.1, off, -, -, ON, OFF",
        "0.0.0.0, auto, -, -, OFF, OFF",
        "0.0.0.0, auto, -, Bearer a-token/of+this=test, OFF, OFF",
        "0.0.0.0, auto, a-token/of+this=test, -, TOKEN, TOKEN",
        "0.0.0.0, auto, a-token/of+this=test, Bearer a-token/of+this=test, ON, ON",
        "0.0.0.0, auto, a-token/of+this=test, bearer  a-token/of+this=test, ON, ON",
        "0.0.0.0, auto, a-token/of+this=test, a-token/of+this=test, TOKEN, TOKEN",
        "0.0.0.0, auto, a-token/of+this=test, Basic a-token/of+this=test, TOKEN, TOKEN",
        "0.0.0.0, auto, a-token/of+this=test, Bearer a-token/of+this=tes, TOKEN, TOKEN",
        "0.0.0.0, auto, a-token/of+this=test, Bearer, TOKEN, TOKEN",
        "0.0.0.0, off, a-token/of+this=test, Bearer a-token/of+this=test, ON, OFF",
        "127.0.0.1, auto, a-token/of+this=test, -, TOKEN, TOKEN",
      })
  void whatARequestMayDo(
      String host, String write, String token, String sent, Access details, Access actions) {
    Guard guard =
        guard("serp.server.host", host, "serp.page.write", write, "serp.page.token", token);
    Map<String, String> headers = headers("Authorization", sent);
    assertThat(guard.details(headers::get)).isEqualTo(details);
    assertThat(guard.actions(headers::get)).isEqualTo(actions);
    if (actions == Access.ON) {
      assertThatCode(() -> guard.checkActions(headers::get)).doesNotThrowAnyException();
    } else {
      assertThatExceptionOfType(RefusedException.class)
          .isThrownBy(() -> guard.checkActions(headers::get))
          .satisfies(e -> assertThat(e.status()).isEqualTo(actions == Access.TOKEN ? 401 : 403))
          .satisfies(e -> assertThat(e).hasMessageNotContaining(TOKEN));
    }
  }
}
