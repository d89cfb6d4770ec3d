package io.serproutes;

import io.serproutes.program.Commands;

/**
 * The main class: runs the command that its arguments name, by default {@code run}: the routes that
 * {@code serp.from} and {@code serp.to} name, until it is stopped or, once, until the sources are
 * finished.
 *
 * <p>Exit codes of {@code run}: 1 could not start; 5 an error it cannot survive; 3 a run once ended
 * with the circuit open; 2 something was dead-lettered or a drop file rejected; 4 ids are still
 * parked; 0 otherwise, and after a clean stop.
 */
public final class SerpRoutes {

  private SerpRoutes() {}

  /** Runs the command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(Commands.run(args));
  }

  /** The version in the jar's manifest; {@code unknown} where the classes are not in a jar. */
  public static String version() {
    String version = SerpRoutes.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }
}
