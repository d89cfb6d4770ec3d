package io.serproutes.program;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Finding.Result;
import io.serproutes.IllegalSettingException;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The command {@code check}. Its result alone goes to standard output. */
@Command(
    name = "check",
    customSynopsis = {
      "java -jar serp-routes.jar check [--offline] [--json]",
      "       [--set KEY=VALUE]..."
    },
    description = {
      "Looks whether a run would work.",
      "It checks keys, route files, folders, ports, brokers, topics, the account and",
      "its limits. Takes no id and changes nothing.",
      "Exit code: 0 nothing fails, 1 something does."
    },
    footer = {
      "",
      "Examples:",
      "  java -jar serp-routes.jar check",
      "  java -jar serp-routes.jar check --offline --json"
    })
final class CheckCommand implements Callable<Integer> {

  private static final String LINE = "%-5s %-11s %s";

  @ParentCommand private Commands all;

  @Option(names = "--offline", description = "Leaves out what the broker and the API answer.")
  private boolean offline;

  @Option(names = "--json", description = "Writes one JSON object.")
  private boolean json;

  private final List<Named> findings = new ArrayList<>();
  private Result worst = Result.OK;

  /** What {@code --json} writes. */
  private record All(String result, List<Named> findings) {}

  private record Named(String check, String result, String text) {}

  @Override
  public Integer call() throws Exception {
    StandardOutput out = StandardOutput.open();
    PrintStream result = out.lines();
    checkup()
        .run(
            (check, finding) -> {
              findings.add(new Named(check, finding.result().toString(), finding.text()));
              worst = Collections.max(List.of(worst, finding.result()));
              if (!json) {
                result.println(LINE.formatted(finding.result(), check, finding.text()));
                result.flush(); // the next check may take a while
              }
            });
    if (json) {
      result.writeBytes(new ObjectMapper().writeValueAsBytes(new All(worst.toString(), findings)));
      result.println();
    }
    out.flush();
    return worst == Result.FAIL ? 1 : 0;
  }

  private Checkup checkup() throws IOException {
    try {
      return new Checks(GivenValues.ofProcess(all.values()), offline).all();
    } catch (IllegalSettingException e) { // not even the values can be read
      Checkup keys = new Checkup(Set.of());
      keys.add(
          "keys",
          1,
          found -> {
            throw e;
          });
      return keys;
    }
  }
}
