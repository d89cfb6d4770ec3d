package accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import check.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.health.HealthCheckHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/** What happens to one account does not concern the other. */
@Timeout(90)
class TwoAccountsTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";
  private static final String REFUSED = "00000000-0000-0401-0000-000000040100";

  @TempDir Path temp;

  private static String send(ConfigurableApplicationContext account, String id) {
    return account.getBean(ProducerTemplate.class).requestBody("direct:orders", id, String.class);
  }

  private static boolean isUp(ConfigurableApplicationContext account) {
    return HealthCheckHelper.invoke(account.getBean(CamelContext.class)).stream()
        .allMatch(result -> result.getState().name().equals("UP"));
  }

  @Test
  void eachHasACircuitOfItsOwn() throws Exception {
    try (Sandbox sandbox = new Sandbox()) {
      List<ConfigurableApplicationContext> accounts =
          TwoAccounts.start(
              "--serp.api.base-url=" + sandbox.address(),
              "--FIRST_LOGIN=sandbox",
              "--FIRST_PASSWORD=sandbox",
              "--SECOND_LOGIN=sandbox",
              "--SECOND_PASSWORD=sandbox",
              "--serp.files.dir=" + temp + "/${camel.main.name}",
              "--server.port=0");
      ConfigurableApplicationContext first = accounts.get(0);
      ConfigurableApplicationContext second = accounts.get(1);

      assertThat(send(second, ID)).contains("\"outcome\":\"delivered\"");
      assertThatThrownBy(() -> send(second, REFUSED))
          .hasStackTraceContaining("CircuitOpenException");
      assertThat(send(first, ID)).contains("\"outcome\":\"delivered\"");
      assertThat(isUp(first)).isTrue();
      assertThat(isUp(second)).isFalse();

      long started = System.nanoTime();
      ((ConfigurableApplicationContext) first.getParent()).close();
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(20));
      assertThat(first.isActive()).isFalse();
      assertThat(second.isActive()).isFalse();
    }
  }
}
