package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void theAddressOfAServiceOfKubernetesIsNoValue() {
    give("serp.server.port", "tcp://10.0.0.1:8084");
    assertThat(values(Map.of()).value("serp.server.port")).isNull();
    give("serp.server.port", "8084");
    assertThat(values(Map.of()).value("serp.server.port")).isEqualTo("8084");
  }
}
