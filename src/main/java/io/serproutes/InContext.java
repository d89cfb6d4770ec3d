package io.serproutes;

import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;

/** A bean that is given its Camel context, which Camel may do more than once. */
public abstract class InContext implements CamelContextAware {

  private CamelContext context;

  @Override
  public final CamelContext getCamelContext() {
    return context;
  }

  @Override
  public final void setCamelContext(CamelContext camelContext) {
    if (camelContext != context) {
      context = camelContext;
      given(context);
    }
  }

  /** Called when the context is known. */
  protected void given(CamelContext camelContext) {}
}
