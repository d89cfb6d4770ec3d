package io.serproutes.program;

import static io.serproutes.SettingsCheck.require;

import io.serproutes.ApiAddress;
import io.serproutes.Settings;
import io.serproutes.SettingsCheck;
import io.serproutes.reconcile.Findings;
import io.serproutes.reconcile.PointInTime;
import io.serproutes.reconcile.Reconciliation;
import io.serproutes.reconcile.Report;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The command {@code reconcile}. Its result alone goes to standard output. */
@Command(
    name = "reconcile",
    customSynopsis = {
      "java -jar serp-routes.jar reconcile --from T [--to T] [--feed] [--json]",
      "       [--set KEY=VALUE]..."
    },
    description = {
      "Compares the vendor's list of finished tasks with our receipts.",
      "It takes the tasks that were posted in a time.",
      "T is ISO 8601, a date, or an age such as 24h; UTC.",
      "Exit code: 0 nothing is missing, 2 something is, 1 it could not compare."
    },
    footer = {
      "",
      "Examples:",
      "  java -jar serp-routes.jar reconcile --from 24h",
      "  java -jar serp-routes.jar reconcile --from 2026-11-01 --to 2026-11-08 --feed"
    })
final class ReconcileCommand implements Callable<Integer> {

  private static final int MISSING = 2;

  @ParentCommand private Commands all;

  @Option(names = "--from", paramLabel = "T", description = "Posted since T; required.")
  private String from;

  @Option(names = "--to", paramLabel = "T", description = "Posted until T; default: now.")
  private String to;

  @Option(
      names = "--feed",
      description = "Gives missing ids to the drop folder or the topic of ids, as serp.from says.")
  private boolean feed;

  @Option(names = "--json", description = "Writes one JSON object.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    try {
      return reconcile();
    } catch (OutOfMemoryError e) {
      throw new IllegalStateException(
          "out of memory; give it more heap (-Xmx), 30 bytes for each task of that time");
    }
  }

  private int reconcile() throws Exception {
    StandardOutput out = StandardOutput.open();
    require(from != null, "--from is required, such as --from 24h");
    Instant now = Instant.now();
    Instant start = PointInTime.parse("--from", from, now);
    Instant end = to == null ? now : PointInTime.parse("--to", to, now);
    require(start.isBefore(end), "--from must be before --to, which is now unless it is given");
    Settings settings = new Settings(GivenValues.ofProcess(all.values()));
    check(settings);
    Findings findings = new Reconciliation(settings).run(start, end, feed);
    Report report = new Report(findings);
    if (json) {
      report.writeJson(out);
    } else {
      report.writeText(out);
    }
    out.flush();
    return findings.missing() == 0 ? 0 : MISSING;
  }

  private static void check(Settings settings) {
    SettingsCheck check = new SettingsCheck(settings);
    check.keys();
    check.end();
    ApiAddress.warn(settings);
  }
}
