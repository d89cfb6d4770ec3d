package io.serproutes.program;

import io.serproutes.Finding;
import io.serproutes.IllegalSettingException;
import io.serproutes.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.apache.camel.util.function.ThrowingConsumer;

/**
 * Checks that run at the same time, each for a limited time: none waits for another, and none is
 * stopped by the failure of another. Their findings come in the order in which they were added.
 */
final class Checkup {

  private static final int LONGEST_TEXT = 2000;

  private final Set<String> problemsOfKeys;
  private final List<Check> checks = new ArrayList<>();

  private record Check(
      String name, int seconds, ThrowingConsumer<Consumer<Finding>, Exception> look) {}

  /**
   * A checkup without checks.
   *
   * @param problemsOfKeys what is wrong with keys: a check that fails for one of these alone is not
   *     failed, but could not be made
   */
  Checkup(Set<String> problemsOfKeys) {
    this.problemsOfKeys = problemsOfKeys;
  }

  /** Adds a check that is given up after so many seconds; what it throws is a finding, too. */
  void add(String name, int seconds, ThrowingConsumer<Consumer<Finding>, Exception> look) {
    checks.add(new Check(name, seconds, look));
  }

  /** Makes the checks; each finding is passed on with the name of its check. */
  void run(BiConsumer<String, Finding> found) throws InterruptedException {
    ExecutorService threads =
        Executors.newCachedThreadPool(
            // daemons: the end does not wait for one that hangs
            new CamelThreadFactory("#name#", "serp-check", true));
    long start = System.nanoTime();
    List<Running> all = new ArrayList<>();
    for (Check check : checks) {
      ConcurrentLinkedQueue<Finding> findings = new ConcurrentLinkedQueue<>();
      all.add(new Running(check, findings, threads.submit(() -> make(check, findings::add))));
    }
    for (Running running : all) {
      running.await(start);
      running.findings.forEach(finding -> found.accept(running.check.name, inOneLine(finding)));
    }
    threads.shutdownNow();
  }

  /** A check under way. */
  private record Running(Check check, ConcurrentLinkedQueue<Finding> findings, Future<?> future) {

    void await(long start) throws InterruptedException {
      long left = start + TimeUnit.SECONDS.toNanos(check.seconds) - System.nanoTime();
      try {
        future.get(Math.max(left, 1), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        future.cancel(true);
        findings.add(
            Finding.fail(
                "not done within " + check.seconds + " s; given up: check what it waits for"));
      } catch (ExecutionException e) {
        findings.add(Finding.fail(String.valueOf(e.getCause()))); // an error, such as of memory
      }
    }
  }

  private void make(Check check, Consumer<Finding> found) {
    try {
      check.look.accept(found);
    } catch (Exception e) {
      Program.reasons(e).forEach(why -> found.accept(failed(why, e)));
    }
  }

  private Finding failed(String why, Exception e) {
    return e instanceof IllegalSettingException && problemsOfKeys.contains(why)
        ? Finding.warn("not checked: " + why)
        : Finding.fail(why);
  }

  // file names, answers and exceptions come from outside
  private static Finding inOneLine(Finding finding) {
    return new Finding(finding.result(), Secrets.oneLine(finding.text(), LONGEST_TEXT));
  }
}
