package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class ContextValuesTest {

  @TempDir Path temp;

  private final DefaultCamelContext context = new DefaultCamelContext();

  private ContextValues values(Map<String, String> variables) {
    return new ContextValues(context, new Environment(variables));
  }

  private void give(String key, String value) {
    context.getPropertiesComponent().addInitialProperty(key, value);
  }

  @Test
  void aHostMayGiveASecretAsAFileToo() throws IOException {
    Path file = Files.writeString(temp.resolve("secret"), "swordfish\n");
    ContextValues values = values(Map.of("SERP_API_PASSWORD_FILE", file.toString()));
    assertThat(values.value("serp.api.password")).isEqualTo("swordfish");
    assertThat(values.origin("serp.api.password"))
        .isEqualTo("by the environment variable SERP_API_PASSWORD_FILE");
    give("serp.api.password", "of the host");
    assertThat(values.value("serp.api.password")).isEqualTo("of the host");
  }

  /** Else nobody would hear of one that is misspelt. */
  @Test
  void propertiesOfKafkaInTheEnvironmentAreNamed() {
    Map<String, String> variables = Map.of("SERP_KAFKA_PROPERTIES_SECURITY_PROTOCOLL", "SSL");
    ContextValues values = values(variables);
    String name = Settings.KAFKA_PROPERTIES + "security.protocoll";
    assertThat(values.names(Settings.KAFKA_PROPERTIES)).containsExactly(name);
    assertThat(values.value(name)).isEqualTo("SSL");
  }

  @Test
  void theAddressOfAServiceOfKubernetesIsNoValue() {
    give("serp.server.port", "tcp://10.0.0.1:8084");
    assertThat(values(Map.of()).value("serp.server.port")).isNull();
    give("serp.server.port", "8084");
    assertThat(values(Map.of()).value("serp.server.port")).isEqualTo("8084");
  }

  @Test
  void theAddressOfAServiceHidesNoValueOfTheHost() {
    Properties before = new Properties(); // as the environment is asked
    before.setProperty("serp.server.port", "tcp://10.0.0.1:8084");
    context.getPropertiesComponent().setLocalProperties(before);
    give("serp.server.port", "9090");
    assertThat(values(Map.of()).value("serp.server.port")).isEqualTo("9090");
    inSpring("serp.server.port", "tcp://10.0.0.1:8084");
    StandardEnvironment environment =
        context.getRegistry().lookupByNameAndType("environment", StandardEnvironment.class);
    environment
        .getPropertySources()
        .addLast(
            new MapPropertySource("application.yml of the jar", Map.of("serp.server.port", 7)));
    assertThat(values(Map.of()).value("serp.server.port")).isEqualTo("7");
  }

  /** As camel-spring-boot has it: the environment is a bean, and its texts are the context's. */
  private void inSpring(String key, String value) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("application.yml", Map.of(key, value)));
    context.getRegistry().bind("environment", environment);
    if (Keys.names().contains(key)) {
      give(key, value);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "serp.folder.settle, PT5S, 5000ms",
    "serp.folder.settle, 5000, 5000ms",
    "serp.folder.settle, 5m, 5m",
    "serp.ready.poll, PT1M, 60000ms",
    "serp.ready.poll, false, off",
    "serp.page.write, false, off",
    "serp.api.max-response-size, 64MB, 67108864B",
    "serp.api.max-response-size, 64MiB, 64MiB",
    "serp.files.dir, 64MB, 64MB"
  })
  void inSpringBootDurationsAndSizesMayBeWrittenAsItsOwn(String key, String text, String read) {
    inSpring(key, text);
    assertThat(values(Map.of()).value(key)).isEqualTo(read);
  }

  @ParameterizedTest
  @CsvSource({
    "serp.folder.settle, 5us",
    "serp.folder.settle, -PT5S",
    "serp.folder.settle, 99999999999999999999",
    "serp.api.max-response-size, -64MB",
    "serp.api.max-response-size, 9999999999TB",
    "serp.api.max-concurrent, 64MB",
    "serp.from, kafak",
    "serp.webhooks.allow, 10.0.0.0/33",
    "serp.ready.poll, 1s"
  })
  void whatIsWrongInEitherNotationIsQuotedAsItWasWritten(String key, String text) {
    inSpring(key, text);
    assertThat(values(Map.of()).value(key)).isEqualTo(text);
    assertThat(Keys.named(key).accepts(text)).isFalse();
  }

  @Test
  void outsideOfSpringThereIsOneNotation() {
    give("serp.folder.settle", "PT5S");
    assertThat(values(Map.of()).value("serp.folder.settle")).isEqualTo("PT5S");
  }

  @Test
  void inSpringBootAListMayBeOneOfYaml() {
    inSpring("serp.to[0]", "kafka");
    ContextValues values = values(Map.of());
    assertThat(values.value("serp.to")).isEqualTo("kafka");
    assertThat(values.names("serp.")).containsExactly("serp.to");
  }
}
