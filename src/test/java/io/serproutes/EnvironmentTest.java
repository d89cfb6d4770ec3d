package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

  @TempDir Path temp;

  private static String value(String variable, String value, String key) {
    Environment environment = new Environment(Map.of(variable, value));
    assertThat(environment.keys()).isEqualTo(java.util.Set.of(key));
    assertThat(environment.warnings()).isEmpty();
    return environment.value(key);
  }

  @ParameterizedTest
  @CsvSource({
    "SERP_FROM, serp.from",
    "SERP_API_MAX_CONCURRENT, serp.api.max-concurrent",
    "SERP_KAFKA_PROPERTIES_SASL_JAAS_CONFIG, serp.kafka.properties.sasl.jaas.config",
    "SERP_KAFKA_PROPERTIES_SSL_TRUSTSTORE_FILE, serp.kafka.properties.ssl.truststore.file",
  })
  void aVariableIsNamedAfterItsKey(String variable, String key) {
    assertThat(value(variable, "a value", key)).isEqualTo("a value");
  }

  @ParameterizedTest
  @CsvSource({
    "SERP_API_LOGIN_FILE, serp.api.login",
    "SERP_API_PASSWORD_FILE, serp.api.password",
    "SERP_KAFKA_PROPERTIES_SASL_JAAS_CONFIG_FILE, serp.kafka.properties.sasl.jaas.config",
    "SERP_KAFKA_PROPERTIES_SSL_KEY_PASSWORD_FILE, serp.kafka.properties.ssl.key.password",
  })
  void theFileOfASecretHoldsItsValue(String variable, String key) throws IOException {
    Path file = Files.writeString(temp.resolve("secret"), " p\u00e4ss\nword \n");
    assertThat(value(variable, file.toString(), key)).isEqualTo(" p\u00e4ss\nword ");
    assertThat(new Environment(Map.of(variable, file.toString())).source(key)).isEqualTo(variable);
    Files.writeString(file, "\uFEFFp\u00e4ss");
    assertThat(value(variable, file.toString(), key)).isEqualTo("p\u00e4ss");
  }

  @Test
  void theFileOfASecretThatCannotBeRead() throws IOException {
    Path missing = temp.resolve("missing");
    assertThatThrownBy(() -> value("SERP_API_PASSWORD_FILE", missing + "", "serp.api.password"))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage("SERP_API_PASSWORD_FILE cannot be read: " + missing + ": no such file");
    Path binary = Files.write(temp.resolve("binary"), new byte[] {(byte) 0xff});
    assertThatThrownBy(() -> value("SERP_API_PASSWORD_FILE", binary + "", "serp.api.password"))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageContaining("is not text in UTF-8");
  }

  @Test
  void aSecretAndItsFileAtOnce() {
    Map<String, String> both = new HashMap<>();
    both.put("SERP_API_PASSWORD", "swordfish");
    both.put("SERP_API_PASSWORD_FILE", "/run/secrets/password");
    assertThatThrownBy(() -> new Environment(both).value("serp.api.password"))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage("SERP_API_PASSWORD and SERP_API_PASSWORD_FILE are both set; unset one of them");
    both.put("SERP_API_PASSWORD", "");
    assertThat(new Environment(both).source("serp.api.password"))
        .isEqualTo("SERP_API_PASSWORD_FILE");
  }

  /** As Kubernetes makes them of Services named serp, serp-routes, serp-server, serp-api-path. */
  @ParameterizedTest
  @CsvSource({
    "SERP_SERVICE_HOST, 10.0.0.1",
    "SERP_SERVICE_PORT, 8084",
    "SERP_SERVICE_PORT_HTTP, 8084",
    "SERP_PORT, tcp://10.0.0.1:8084",
    "SERP_PORT_8084_TCP, tcp://10.0.0.1:8084",
    "SERP_PORT_8084_TCP_PROTO, tcp",
    "SERP_PORT_8084_TCP_ADDR, 10.0.0.1",
    "SERP_ROUTES_SERVICE_HOST, 10.0.0.1",
    "SERP_ROUTES_SERVICE_PORT_HTTP, 8084",
    "SERP_ROUTES_PORT, tcp://10.0.0.1:8084",
    "SERP_ROUTES_PORT_8084_TCP_ADDR, 10.0.0.1",
    "SERP_SERVER_PORT, tcp://10.0.0.1:8084",
    "SERP_SERVER_PORT, udp://10.0.0.1:8084",
    "SERP_API_PATH_PORT_53_UDP_PORT, 53",
  })
  void whatKubernetesMakesOfAServiceIsPassedOver(String variable, String value) {
    Environment environment = new Environment(Map.of(variable, value, "HOME", "/root"));
    assertThat(environment.keys()).isEmpty();
    assertThat(environment.value("serp.server.port")).isNull();
    assertThat(environment.warnings()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "SERP_FORM, ; did you mean SERP_FROM?",
    "SERP_API_PASWORD, ; did you mean SERP_API_PASSWORD?",
    "SERP_BROWSER_LANGUAGE, ''",
    "SERP_FOLDER_INBOX_FILE, ; did you mean SERP_FOLDER_INBOX?", // no secret
  })
  void aVariableThatIsNoKeyIsAWarning(String variable, String suggestion) {
    Environment environment = new Environment(Map.of(variable, "x"));
    assertThat(environment.keys()).isEmpty();
    assertThat(environment.warnings())
        .singleElement()
        .asString()
        .startsWith("the environment variable " + variable + " has no effect: it is not a key of")
        .endsWith(suggestion.isEmpty() ? "serp-routes" : suggestion);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HOME", "SERPENT", "serp.from"})
  void otherVariablesAreNoneOfOurs(String variable) {
    Environment environment = new Environment(Map.of(variable, "x"));
    assertThat(environment.keys()).isEmpty();
    assertThat(environment.warnings()).isEmpty();
  }
}
