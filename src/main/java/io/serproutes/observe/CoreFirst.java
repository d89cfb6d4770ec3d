package io.serproutes.observe;

import io.serproutes.IllegalSettingException;
import io.serproutes.RouteFiles;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/** Stops the loading of the health file with one line where the core is not loaded yet. */
public final class CoreFirst implements CamelContextAware {

  private CamelContext context;

  /** A check that is made when it is given its context. */
  public CoreFirst() {}

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    context = camelContext;
    if (context.getRegistry().lookupByName("serpGate") == null) {
      throw new IllegalSettingException(
          RouteFiles.location(RouteFiles.HEALTH)
              + " comes after classpath:serp-routes/core/*.camel.yaml; beside a Kamelet of"
              + " serp-routes it is not needed");
    }
  }
}
