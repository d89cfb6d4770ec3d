package io.serproutes.program;

import static io.serproutes.SettingsCheck.require;

import io.serproutes.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The command {@code fetch}: a run once of the source {@code command-line}. */
@Command(
    name = "fetch",
    customSynopsis = "java -jar serp-routes.jar fetch ID...|FILE...|- [--set KEY=VALUE]...",
    description = {
      "Fetches the results of ids, files of ids or standard input.",
      "Then it ends. Files are only read: .txt, .csv, .tsv, .json, .ndjson, .jsonl,",
      "each also with .gz. An id that is given twice is fetched once.",
      "Exit code: 0 all were delivered, 2 something was dead-lettered or a file could",
      "not be read to its end, 3 calls are halted, 4 ids are still parked, or it was",
      "stopped before all had an outcome, 1 it could not start."
    },
    footer = {
      "",
      "Examples:",
      "  java -jar serp-routes.jar fetch 00000000-0000-0000-0000-000000000000",
      "  java -jar serp-routes.jar fetch ids.csv ids.txt.gz --set serp.files.dir=may",
      "  grep -v '^#' ids.txt | java -jar serp-routes.jar fetch -"
    })
final class FetchCommand implements Callable<Integer> {

  @ParentCommand private Commands all;

  @Parameters(
      arity = "0..*",
      paramLabel = "ID|FILE|-",
      hideParamSyntax = true,
      description = "Ids, files of ids, and - for standard input, an id a line.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    require(!arguments.isEmpty(), "give it ids, files of ids, or - for standard input");
    all.mean(Keys.FROM, "command-line");
    return Program.run(all.values(), arguments);
  }
}
