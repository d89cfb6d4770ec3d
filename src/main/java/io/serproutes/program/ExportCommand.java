package io.serproutes.program;

import io.serproutes.Count;
import io.serproutes.IllegalSettingException;
import io.serproutes.Settings;
import io.serproutes.SettingsCheck;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.reconcile.PointInTime;
import io.serproutes.results.Export;
import io.serproutes.results.Export.Counts;
import io.serproutes.results.Export.Format;
import io.serproutes.results.Export.Request;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The command {@code export}. Its result alone goes to standard output. */
@Command(
    name = "export",
    customSynopsis =
        "java -jar serp-routes.jar export --type TYPE --format FORMAT [--since T]%n"
            + "       [--separator C] [--no-bom] [--set KEY=VALUE]...",
    description = {
      "Writes all results of a type to standard output.",
      "They are those of the receipts under serp.files.dir: an id is there with all",
      "its items or not at all. Changes nothing.",
      "Exit code: 0 all are written, 2 all but those that a line names, 1 it broke",
      "off."
    },
    footer = {
      "",
      "Examples:",
      "  java -jar serp-routes.jar export --type organic --format jsonl > all.jsonl",
      "  java -jar serp-routes.jar export --type paid --format csv > paid.csv"
    })
final class ExportCommand implements Callable<Integer> {

  private static final int NOT_ALL = 2;

  @ParentCommand private Commands all;

  @Option(names = "--type", paramLabel = "TYPE", description = "organic, paid, other or receipts.")
  private String type;

  @Option(names = "--format", paramLabel = "FORMAT", description = "jsonl or csv.")
  private String format;

  @Option(
      names = "--since",
      paramLabel = "T",
      description = "Fetched since T: ISO 8601, a date, or an age such as 24h; UTC.")
  private String since;

  @Option(
      names = "--separator",
      paramLabel = "C",
      description = "Between the cells of CSV: , (default), ; or tab.")
  private String separator = ",";

  @Option(names = "--no-bom", description = "Begins CSV without a byte order mark.")
  private boolean noByteOrderMark;

  @Override
  public Integer call() throws Exception {
    StandardOutput out = StandardOutput.open();
    Request request =
        new Request(
            Export.type(type),
            Format.of(format),
            since == null ? null : PointInTime.parse("--since", since, Instant.now()),
            separator(),
            !noByteOrderMark);
    Settings settings = new Settings(GivenValues.ofProcess(all.values()));
    SettingsCheck check = new SettingsCheck(settings);
    check.names();
    check.end();
    Logger log = LoggerFactory.getLogger("serp-export"); // not before Log4j knows its settings
    Counts counts = new Export(settings).write(request, out, log::warn);
    if (counts.problems() > Export.MOST_TOLD) {
      log.warn("{} more are left out", counts.problems() - Export.MOST_TOLD);
    }
    log.info("{} of {} written", lines(request, counts), Count.of(counts.ids(), "id"));
    return counts.problems() == 0 ? 0 : NOT_ALL;
  }

  private char separator() {
    return switch (separator) {
      case ",", ";", "\t" -> separator.charAt(0);
      case "tab", "\\t" -> '\t';
      default -> throw new IllegalSettingException("--separator is one of , ; tab");
    };
  }

  private static String lines(Request request, Counts counts) {
    return request.type() == LineKind.RECEIPTS
        ? Count.of(counts.lines(), "receipt")
        : Count.of(counts.lines(), request.type() + " item");
  }
}
