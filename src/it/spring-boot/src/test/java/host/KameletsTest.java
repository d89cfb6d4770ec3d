package host;

import static org.assertj.core.api.Assertions.assertThat;

import check.Sandbox;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The Kamelets in Spring Boot: they load what the keys have not, and share it with them. */
@Timeout(90)
class KameletsTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";
  private static final String NOT_READY = "00000000-0000-0000-0000-000000040602";

  @TempDir Path temp;

  private static final BlockingQueue<Object> SUNK = new LinkedBlockingQueue<>();

  static class Routes extends RouteBuilder {

    @Override
    public void configure() {
      from("direct:ask").to("kamelet:serp-naver-organic-action");
      from("direct:sort").to("kamelet:serp-items-sink?organic=direct:sunk");
      from("direct:sunk").process(e -> SUNK.add(e.getMessage().getBody()));
    }
  }

  private static Exchange send(ConfigurableApplicationContext host, String to, String id) {
    return host.getBean(ProducerTemplate.class)
        .request("direct:" + to, e -> e.getMessage().setBody(id));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--spring.config.name=application", "--spring.config.name=none"})
  void itemsComeOutAndHealthAndMetricsComeAlong(String config) throws Exception {
    try (Sandbox sandbox = new Sandbox();
        ConfigurableApplicationContext host =
            SpringApplication.run(
                new Class<?>[] {Host.class, Routes.class},
                new String[] {
                  config,
                  "--serp.api.base-url=" + sandbox.address(),
                  "--serp.api.login=sandbox",
                  "--serp.api.password=sandbox",
                  "--serp.files.dir=" + temp,
                  "--server.port=0"
                })) {
      Exchange reply = send(host, "ask", ID);
      assertThat(reply.getMessage().getHeader("serp.outcome")).isEqualTo("delivered");
      assertThat((List<?>) reply.getMessage().getBody(List.class)).isNotEmpty();
      reply = send(host, "ask", NOT_READY);
      assertThat(reply.getMessage().getHeader("serp.outcome")).isEqualTo("not-ready");
      assertThat(reply.getMessage().getHeader("serp.task-id")).isEqualTo(NOT_READY);
      assertThat((List<?>) reply.getMessage().getBody(List.class)).isEmpty();
      reply = send(host, "sort", ID);
      assertThat(reply.getMessage().getBody(String.class)).contains("\"outcome\":\"delivered\"");
      assertThat((List<?>) SUNK.remove()).isNotEmpty();

      CamelContext context = host.getBean(CamelContext.class);
      assertThat(HealthCheckRegistry.get(context).getCheck("serp-circuit")).isPresent();
      assertThat(
              host.getBean(MeterRegistry.class)
                  .get("serp.tasks")
                  .tag("outcome", "delivered")
                  .functionCounter()
                  .count())
          .isEqualTo(2);
    }
  }
}
