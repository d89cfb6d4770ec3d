package io.serproutes.fetch;

import io.serproutes.Settings;
import java.util.concurrent.Executor;

/** A gate for tests of other packages. */
public final class GateThreads {

  private GateThreads() {}

  /** A gate whose work is done by these workers. */
  public static Gate of(Settings settings, Executor workers) {
    Gate gate = new Gate(settings);
    gate.start(workers, null);
    return gate;
  }
}
