package io.serproutes.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.TopicProgress;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.feed.ReadyCounts;
import io.serproutes.feed.webhooks.SignalCounts;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.Intake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetersTest {

  @TempDir Path inbox;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private Gate gate;
  private Instant oldest;

  private final class Parked implements ParkedIds {
    @Override
    public int size() {
      return oldest == null ? 0 : 1;
    }

    @Override
    public Instant oldest() {
      return oldest;
    }

    @Override
    public Instant nextDue() {
      return null;
    }
  }

  private static final class Topics implements TopicProgress {
    @Override
    public boolean isFinished(String topic) {
      return true;
    }

    @Override
    public void onTopic(Consumer<String> listener) {
      listener.accept("serp.task-ids");
    }

    @Override
    public int partitions(String topic) {
      return 3;
    }

    @Override
    public long lag(String topic) {
      return 7;
    }
  }

  private String scrape() {
    Settings settings =
        new Settings(
            Map.of("serp.folder.inbox", inbox.toString(), "serp.folder.settle", "2s")::get);
    gate = TestTasks.gate(Runnable::run);
    CamelContext context = new DefaultCamelContext();
    Metrics metrics = new Metrics(new Tally(new Secrets(settings)), gate);
    context.getRegistry().bind("registry", registry);
    context.getRegistry().bind("inbox", new DropFolder(settings, new Intake()));
    context.getRegistry().bind("parked", new Parked());
    context.getRegistry().bind("topics", new Topics());
    context.getRegistry().bind("list", new ReadyCounts());
    context.getRegistry().bind("webhooks", new SignalCounts());
    context.getRegistry().bind("metrics", metrics);
    metrics.setCamelContext(context);
    metrics.register();
    return registry.scrape();
  }

  private static Set<String> find(String regex, String text) {
    return Pattern.compile(regex)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyMetricIsInTheDocsAndTheOtherWayRound() throws IOException {
    Set<String> documented = new TreeSet<>();
    try (Stream<Path> pages = Files.list(Path.of("src/docs"))) {
      for (Path page : pages.filter(file -> file.toString().endsWith(".md")).toList()) {
        documented.addAll(find("(?m)^\\| `(serp_\\w+)", Files.readString(page)));
      }
    }
    Set<String> exposed = find("(?m)^# TYPE (serp_\\w+) ", scrape());
    exposed.remove("serp_fetch_seconds_max"); // of the histogram
    assertThat(exposed).hasSizeGreaterThan(20).isEqualTo(documented);
  }

  @Test
  void everyKindOfAnswerStartsAtZero() {
    assertThat(scrape().lines().filter(line -> line.startsWith("serp_calls_total{")))
        .hasSize(26)
        .contains(
            "serp_calls_total{code=\"20\",http=\"2xx\"} 0.0",
            "serp_calls_total{code=\"none\",http=\"none\"} 0.0")
        .allMatch(line -> line.endsWith(" 0.0"));
  }

  @Test
  void timesAreInSeconds() {
    oldest = Instant.now().minusSeconds(500);
    String before = scrape();
    assertThat(before).contains("serp_next_probe_seconds 0.0\n");
    assertThat(before).containsPattern("serp_oldest_parked_seconds 50\\d\\.");
    gate.cannotDeliver("disk full", "Free it");
    assertThat(registry.scrape()).containsPattern("serp_next_probe_seconds (59\\.|60\\.0)");
    oldest = null;
    assertThat(registry.scrape()).contains("serp_oldest_parked_seconds 0.0\n");
    oldest = Instant.now().plusSeconds(500); // of a clock that was ahead
    assertThat(registry.scrape()).contains("serp_oldest_parked_seconds 0.0\n");
  }
}
