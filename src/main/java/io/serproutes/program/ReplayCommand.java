package io.serproutes.program;

import static io.serproutes.SettingsCheck.require;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.Count;
import io.serproutes.Keys;
import io.serproutes.Outputs;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.SettingsCheck;
import io.serproutes.Suggestion;
import io.serproutes.deliver.DeadLetterList;
import io.serproutes.deliver.Receipts;
import io.serproutes.fetch.Reason;
import io.serproutes.ids.Source;
import io.serproutes.kafka.TopicIds;
import io.serproutes.kafka.TopicScan;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The command {@code replay}: a run once of the source {@code dead-letters}. */
@Command(
    name = "replay",
    customSynopsis = {
      "java -jar serp-routes.jar replay [--reason R,...] [--dry-run]",
      "       [--set KEY=VALUE]..."
    },
    description = {
      "Asks again for the ids of dead letters, once.",
      "They are those of the first of files and kafka in serp.to. A dead letter is",
      "removed once its id has a new receipt. The exit codes are those of fetch."
    },
    footer = {
      "",
      "Examples:",
      "  java -jar serp-routes.jar replay --dry-run",
      "  java -jar serp-routes.jar replay --reason not-ready,retries-exhausted"
    })
final class ReplayCommand implements Callable<Integer> {

  private static final int LONGEST_INPUT = 80;

  @ParentCommand private Commands all;

  @Option(
      names = "--reason",
      paramLabel = "R,...",
      hideParamSyntax = true,
      split = ",",
      description = "Of these reasons only; default: serp.replay.reasons.")
  private List<String> reasons = new ArrayList<>();

  @Option(
      names = "--dry-run",
      description = "Lists what would be asked again: reason, id, time, source.")
  private boolean dryRun;

  @Override
  public Integer call() throws Exception {
    reasons.replaceAll(String::strip);
    reasons.forEach(ReplayCommand::check);
    all.mean(Keys.FROM, "dead-letters");
    all.mean(Keys.ONCE, "true");
    if (!reasons.isEmpty()) {
      all.mean(Keys.REPLAY_REASONS, String.join(",", reasons));
    }
    if (!dryRun) {
      return Program.run(all.values(), List.of());
    }
    list(StandardOutput.open());
    return 0;
  }

  private static void check(String reason) {
    List<String> known = Arrays.stream(Reason.values()).map(Reason::toString).toList();
    String meant = Suggestion.of(reason, known);
    require(
        known.contains(reason),
        "there is no reason "
            + Source.readable(reason)
            + (meant.isEmpty() ? "; the reasons are " + String.join(", ", known) : meant));
  }

  private void list(StandardOutput out) throws IOException {
    Settings settings = new Settings(GivenValues.ofProcess(all.values()));
    check(settings);
    Letters letters = new Letters(settings, out.lines());
    boolean isTopic = Outputs.of(settings).parking().equals("kafka");
    if (isTopic) {
      try (TopicScan scan = new TopicScan(settings)) {
        scan.uncommitted(
            Keys.TOPIC_DEAD_LETTERS,
            settings.get(Keys.GROUP_ID),
            (key, value) -> TopicIds.letter(text(value)).ifPresent(letters));
      }
    } else {
      try {
        Logger log = LoggerFactory.getLogger("serp-replay"); // not before Log4j knows its settings
        new DeadLetterList(settings).forEachToReplay(letters, log::warn);
      } finally {
        out.flush(); // those that are listed, where others cannot be
      }
    }
    System.err.println(
        Count.of(letters.count, "dead letter")
            + " would be replayed, of these reasons: "
            + String.join(", ", settings.get(Keys.REPLAY_REASONS)));
    letters.inWordsOthers(isTopic).ifPresent(System.err::println);
    out.flush();
  }

  private static String text(byte[] value) {
    return value == null ? null : new String(value, UTF_8);
  }

  private static void check(Settings settings) {
    SettingsCheck check = new SettingsCheck(settings);
    check.names();
    check.rule(() -> require(!settings.get(Keys.REPLAY_REASONS).isEmpty(), "--reason is required"));
    check.rule(() -> Outputs.of(settings));
    check.rule(() -> settings.get(Keys.FILES_DIR));
    check.end();
  }

  /** Writes a line for each letter that would be replayed, and counts the others by reason. */
  private static final class Letters implements Consumer<JsonNode> {

    private final Secrets secrets;
    private final PrintStream result;
    private final List<String> replayed;
    private final Map<Reason, Long> others = new EnumMap<>(Reason.class);
    private long count;

    Letters(Settings settings, PrintStream result) {
      this.secrets = new Secrets(settings);
      this.replayed = settings.get(Keys.REPLAY_REASONS);
      this.result = result;
    }

    @Override
    public void accept(JsonNode letter) {
      Reason reason = Reason.find(letter.path("reason").asText());
      if (reason == null) {
        return; // no dead letter of ours
      }
      if (!replayed.contains(reason.toString())) {
        others.merge(reason, 1L, Long::sum);
        return;
      }
      count++;
      result.printf(
          Locale.ROOT,
          "%-17s  %-36s  %-24s  %s%n",
          text(letter, "reason"),
          secrets.quote(Receipts.inputOf(letter), LONGEST_INPUT),
          text(letter, "failed_at"),
          text(letter, "source"));
    }

    Optional<String> inWordsOthers(boolean isTopic) {
      if (others.isEmpty()) {
        return Optional.empty();
      }
      long all = others.values().stream().mapToLong(Long::longValue).sum();
      String each =
          others.entrySet().stream()
              .map(other -> String.format(Locale.ROOT, "%,d %s", other.getValue(), other.getKey()))
              .collect(Collectors.joining(", "));
      String others =
          Count.of(all, "dead letter of another reason", "dead letters of other reasons");
      return Optional.of(
          isTopic // whose offsets are committed
              ? others + " would be passed over for good: " + each + "; --reason names several"
              : others + " would stay: " + each + "; --reason chooses them");
    }

    private String text(JsonNode letter, String member) {
      return secrets.quote(letter.path(member).asText(), LONGEST_INPUT);
    }
  }
}
