package io.serproutes.observe;

import io.serproutes.IllegalSettingException;
import io.serproutes.RouteFiles;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/** Says in one line that a file was loaded without the core that it needs. */
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
