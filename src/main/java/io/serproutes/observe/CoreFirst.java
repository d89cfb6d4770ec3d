package io.serproutes.observe;

import io.serproutes.IllegalSettingException;
import io.serproutes.InContext;
import io.serproutes.RouteFiles;
import org.apache.camel.CamelContext;

/** Stops the loading of the health file with one line where the core is not loaded yet. */
public final class CoreFirst extends InContext {

  @Override
  protected void given(CamelContext context) {
    if (context.getRegistry().lookupByName("serpGate") == null) {
      throw new IllegalSettingException(
          RouteFiles.location(RouteFiles.HEALTH)
              + " comes after classpath:serp-routes/core/*.camel.yaml; beside a Kamelet of"
              + " serp-routes it is not needed");
    }
  }
}
