package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class LookAheadTest {

  /** An empty text is an end: what follows it has come since. */
  private static Iterator<String> over(Queue<String> fetched) {
    return new LookAhead<>() {
      @Override
      protected String fetch() {
        String next = fetched.poll();
        return next == null || next.isEmpty() ? null : next;
      }
    };
  }

  private final Queue<String> fetched = new ArrayDeque<>(List.of("now", "", "later"));

  @Test
  void theEndIsFinal() {
    Iterator<String> elements = over(fetched);
    assertThat(elements.next()).isEqualTo("now");
    assertThat(elements.hasNext()).isFalse();
    assertThat(elements.hasNext()).isFalse();
  }

  /** Camel's split looks once more when it is done, and drops what it gets. */
  @Test
  void aSplitFetchesNothingAfterTheEnd() throws Exception {
    List<String> seen = new ArrayList<>();
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:in")
                  .split(body())
                  .streaming()
                  .process(e -> seen.add(e.getMessage().getBody(String.class)));
            }
          });
      context.start();
      context.createProducerTemplate().sendBody("direct:in", over(fetched));
    }
    assertThat(seen).containsExactly("now");
    assertThat(fetched).containsExactly("later");
  }
}
