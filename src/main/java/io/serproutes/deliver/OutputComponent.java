package io.serproutes.deliver;

import io.serproutes.Secrets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.ErrorHandlerFactory;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategySupport;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.model.errorhandler.NoErrorHandlerDefinition;
import org.apache.camel.model.errorhandler.RefErrorHandlerDefinition;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/**
 * {@code serp-output:NAME} sends a task's items of one type to an output of the user's own: to
 * {@code direct:serp-items-to-NAME}, as {@link OwnOutput} does it.
 */
public final class OutputComponent extends DefaultComponent {

  /** The beginning of the endpoint of an output's route. */
  static final String ROUTE = "direct:serp-items-to-";

  private static final String OURS = "serp-";
  private static final String NO_RETRY = "serp-no-retry";
  private static final String BACK_OFFS = "serp-back-offs";

  private Secrets secrets;

  /** A component that needs {@link #setSecrets}. */
  public OutputComponent() {}

  /** Sets what is left out when an exception is quoted. */
  public void setSecrets(Secrets newSecrets) {
    secrets = newSecrets;
  }

  @Override
  public void setCamelContext(CamelContext context) {
    if (context == getCamelContext()) {
      return; // told twice
    }
    super.setCamelContext(context);
    context
        .getCamelContextExtension()
        .getContextPlugin(Model.class)
        .addModelLifecycleStrategy(new OwnErrorHandlers());
  }

  /**
   * Gives the core's routes, and those of outputs, an error handler of ours in place of the
   * context's default. A host's, such as a dead letter channel, goes before that of a route
   * configuration and would keep what the core has to hear of: retries would end, and an id would
   * count as dealt with while the circuit is open. Camel's own would log each failure of an output
   * with a stack trace, which the circuit says in a line.
   */
  private final class OwnErrorHandlers extends ModelLifecycleStrategySupport {

    private ScheduledExecutorService backOffs; // null: none yet

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
      if (!isDefault(route.getErrorHandlerFactory())) {
        return;
      }
      String configuration = Objects.requireNonNullElse(route.getRouteConfigurationId(), "");
      boolean isOutput = String.valueOf(route.getEndpointUrl()).startsWith(ROUTE);
      if (configuration.equals(NO_RETRY)) {
        route.setErrorHandlerFactory(new NoErrorHandlerDefinition());
      } else if (configuration.startsWith(OURS) || isOutput && configuration.isEmpty()) {
        DefaultErrorHandlerDefinition handler = new DefaultErrorHandlerDefinition();
        handler.setLevel("DEBUG");
        handler.setExecutorServiceBean(backOffs());
        route.setErrorHandlerFactory(handler);
      }
    }

    // Camel's own refuses more than 1,000 back-offs at once: their ids would stay in their sources
    private synchronized ScheduledExecutorService backOffs() {
      if (backOffs == null) {
        ThreadPoolProfile unlimited = new ThreadPoolProfile(BACK_OFFS);
        unlimited.setMaxPoolSize(0);
        backOffs =
            getCamelContext()
                .getExecutorServiceManager()
                .newScheduledThreadPool(OutputComponent.this, BACK_OFFS, unlimited);
        if (backOffs instanceof ScheduledThreadPoolExecutor pool) {
          pool.setExecuteExistingDelayedTasksAfterShutdownPolicy(false); // a stop waits for none
        }
      }
      return backOffs;
    }

    // a route builder gives its routes what was set for the context
    private boolean isDefault(ErrorHandlerFactory handler) {
      return handler == null
          || handler == getCamelContext().getCamelContextExtension().getErrorHandlerFactory()
          || handler instanceof RefErrorHandlerDefinition ref
              && RefErrorHandlerDefinition.DEFAULT_ERROR_HANDLER_BUILDER.equals(ref.getRef());
    }
  }

  @Override
  protected Endpoint createEndpoint(String uri, String name, Map<String, Object> parameters) {
    return new OutputEndpoint(uri, name);
  }

  private final class OutputEndpoint extends DefaultEndpoint {

    private final String name;

    OutputEndpoint(String uri, String name) {
      super(uri, OutputComponent.this);
      this.name = name;
    }

    @Override
    public Producer createProducer() {
      return new OwnOutput(this, name, secrets);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
      throw new UnsupportedOperationException("serp-output takes items, it has none to give");
    }
  }
}
