package io.serproutes.program;

import static io.serproutes.SettingsCheck.require;

import io.serproutes.Settings;
import io.serproutes.SettingsCheck;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.results.IdLookup;
import io.serproutes.results.IdStatus;
import io.serproutes.results.StatusReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The command {@code status}. Its result alone goes to standard output. */
@Command(
    name = "status",
    customSynopsis = "java -jar serp-routes.jar status ID... [--json] [--set KEY=VALUE]...",
    description = {
      "Tells what became of ids.",
      "It finds the receipt, dead letter or parking record, in files and in the topics",
      "that serp.to names. Takes no id and changes nothing.",
      "Exit code: 0 something is known of each, 2 not of each, 1 it could not look",
      "everywhere."
    },
    footer = {
      "",
      "Examples:",
      "  java -jar serp-routes.jar status 03171324-1535-0066-0000-770617fdc9a8",
      "  java -jar serp-routes.jar status --json 03171324-1535-0066-0000-770617fdc9a8"
    })
final class StatusCommand implements Callable<Integer> {

  private static final Duration MOST_FOR_A_TOPIC = Duration.ofMinutes(5);
  private static final int NOT_KNOWN = 2;

  @ParentCommand private Commands all;

  @Parameters(paramLabel = "ID", arity = "0..*", description = "The ids of tasks; at most 1,000.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--json", description = "Writes one JSON object for each id, a line each.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    StandardOutput out = StandardOutput.open();
    Set<TaskId> asked = parse();
    Settings settings = new Settings(GivenValues.ofProcess(all.values()));
    SettingsCheck check = new SettingsCheck(settings);
    check.names();
    check.end();
    Logger log = LoggerFactory.getLogger("serp-status"); // not before Log4j knows its settings
    AtomicInteger problems = new AtomicInteger();
    List<IdStatus> found =
        new IdLookup(settings)
            .find(
                asked,
                MOST_FOR_A_TOPIC,
                problem -> {
                  problems.incrementAndGet();
                  log.warn(problem);
                });
    StatusReport report = new StatusReport(found);
    if (json) {
      report.writeJson(out);
    } else {
      report.writeText(out);
    }
    out.flush();
    if (problems.get() > 0) {
      return Commands.COULD_NOT_START;
    }
    return found.stream().allMatch(IdStatus::isKnown) ? 0 : NOT_KNOWN;
  }

  private Set<TaskId> parse() {
    require(!ids.isEmpty(), "it takes the ids of tasks");
    Set<TaskId> parsed = new LinkedHashSet<>();
    for (String text : ids) {
      TaskId id = TaskId.parse(text);
      require(id != null, Source.readable(text) + " is not the id of a task");
      parsed.add(id);
    }
    require(
        parsed.size() <= IdLookup.MOST_IDS,
        "it takes at most " + IdLookup.MOST_IDS + " ids at a time");
    return parsed;
  }
}
