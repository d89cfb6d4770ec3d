package io.serproutes.program;

import io.serproutes.fetch.Gate;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;

/**
 * Has Camel wait only briefly for work to end while the program is halted: what waits for an output
 * cannot end then, and stays in its source.
 */
final class ShortStop extends MainListenerSupport {

  private static final int SECONDS = 2;

  @Override
  public void beforeStop(BaseMainSupport main) {
    if (main.getCamelContext() == null) {
      return;
    }
    Gate gate = main.getCamelContext().getRegistry().findSingleByType(Gate.class);
    if (gate != null && gate.isOpen()) {
      main.getCamelContext().getShutdownStrategy().setTimeout(SECONDS);
    }
  }
}
