package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.IllegalSettingException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerPortsTest {

  private final AtomicBoolean routeRan = new AtomicBoolean();

  @AutoClose("stop")
  private Main main;

  private Main main(String server, int port) {
    Main main = new Main();
    main.addMainListener(new ServerPorts());
    main.addOverrideProperty("camel.main.jmx-enabled", "false");
    main.addOverrideProperty(server + ".enabled", "true");
    main.addOverrideProperty(server + ".host", "127.0.0.1");
    main.addOverrideProperty(server + ".port", Integer.toString(port));
    main.configure()
        .addRoutesBuilder(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("timer:once?delay=-1&repeatCount=1").process(e -> routeRan.set(true));
              }
            });
    return main;
  }

  @ParameterizedTest
  @CsvSource({"camel.server,serp.sandbox.port", "camel.management,serp.server.port"})
  void aPortTakenAfterItsCheckStopsTheStartBeforeARouteRuns(String server, String key)
      throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      main = main(server, other.getLocalPort());
      assertThatThrownBy(main::start)
          .isInstanceOf(IllegalSettingException.class)
          .hasStackTraceContaining(key + "=" + other.getLocalPort() + " cannot be used");
      assertThat(routeRan).isFalse();
    }
  }

  @Test
  void aServerThatListensStarts() throws Exception {
    main = main("camel.server", Surroundings.freePort());
    main.start();
    assertThat(main.getCamelContext().isStarted()).isTrue();
  }
}
