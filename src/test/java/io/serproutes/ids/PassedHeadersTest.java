package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PassedHeadersTest {

  private final Map<String, byte[]> record = new HashMap<>();

  private Map<String, byte[]> passed(String named) {
    Settings settings = new Settings(Map.of("serp.kafka.pass-headers", named)::get);
    return new PassedHeaders(settings).of(record::get);
  }

  @Test
  void theNamedOnesArePassedOnInTheirOrder() {
    record.put("tenant", new byte[] {1});
    record.put("secret", new byte[] {2});
    record.put("traceparent", new byte[] {3});
    assertThat(passed("traceparent, absent, tenant").keySet())
        .containsExactly("traceparent", "tenant");
    assertThat(passed("traceparent").get("traceparent")).containsExactly(3);
  }

  @Test
  void aLongOneIsLeftOut() {
    record.put("longest", new byte[1024]);
    record.put("long", new byte[1025]);
    assertThat(passed("long, longest")).containsOnlyKeys("longest");
    assertThat(passed("long")).isEmpty();
  }

  @Test
  void noneIsPassedOnUnlessItIsNamed() {
    record.put("traceparent", new byte[] {3});
    assertThat(passed("")).isEmpty();
  }
}
