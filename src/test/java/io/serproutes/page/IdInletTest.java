package io.serproutes.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

/** What is given where ids come from Kafka; the topic is a route of the test. */
class IdInletTest {

  private static final String ID = "03171324-1535-0066-0000-d5ae1b2c3d4e";

  private static Set<Path> temporary() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("serp-page-"))
          .collect(Collectors.toSet());
    }
  }

  /** An export has a row for each item: each repeat would be a call. */
  @Test
  void aFileGoesToTheTopicWithEachIdOnceAndNothingOfItStays() throws Exception {
    Set<Path> before = temporary();
    List<Object> kept = new ArrayList<>();
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:serp-keep-in-kafka").process(e -> kept.add(e.getMessage().getBody()));
            }
          });
      context.start();
      Settings settings =
          new Settings(Map.of("serp.from", "kafka", "serp.kafka.brokers", "localhost:1")::get);
      IdInlet inlet = new IdInlet(context, settings);
      context.addService(inlet);
      try (GivenFiles.Part part = inlet.begin(0)) {
        part.write(ByteBuffer.wrap(("id\n" + ID + "\nno id\n").getBytes()));
        part.write(ByteBuffer.wrap((ID + "\n").getBytes()));
        assertThat(temporary()).as("a kill leaves nothing").isEqualTo(before);
        IdInlet.Given given = inlet.file(part, "ids.csv");
        assertThat(given)
            .isEqualTo(new IdInlet.Given("the topic serp.task-ids", 1, List.of("no id")));
      }
      assertThat(kept).hasToString("[[" + ID + "]]");
    }
  }
}
