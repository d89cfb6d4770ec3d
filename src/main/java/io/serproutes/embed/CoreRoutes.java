package io.serproutes.embed;

import io.serproutes.Account;
import io.serproutes.IllegalSettingException;
import io.serproutes.Keys;
import io.serproutes.RouteFiles;
import io.serproutes.Settings;
import io.serproutes.observe.Metrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.LocalBeanRepositoryAware;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/**
 * Loads the core into a Camel context, once for all its Kamelets and templates. Files that the host
 * has loaded itself stay as they are. Safe for use by many threads.
 */
final class CoreRoutes {

  private static final List<Part> PARTS =
      List.of(
          new Part("serpSettings", RouteFiles.CORE),
          new Part("serp-items-to-endpoints", List.of(RouteFiles.output("endpoints"))),
          new Part("serpMetrics", List.of(RouteFiles.HEALTH)));

  private final ReentrantLock lock = new ReentrantLock();
  private final ModelCamelContext context;

  private CoreRoutes(ModelCamelContext context) {
    this.context = context;
  }

  /** Returns the core of a context. */
  static CoreRoutes of(CamelContext context) {
    ExtendedCamelContext extension = context.getCamelContextExtension();
    synchronized (extension) {
      CoreRoutes core = extension.getContextPlugin(CoreRoutes.class);
      if (core == null) {
        core = new CoreRoutes((ModelCamelContext) context);
        extension.addContextPlugin(CoreRoutes.class, core);
      }
      return core;
    }
  }

  /**
   * Loads what is missing.
   *
   * @param account what the caller says of the account; the first caller decides
   * @throws IllegalSettingException where it is not the context's account, or where {@code serp.to}
   *     is not {@code endpoints}
   */
  void load(Account account) throws Exception {
    lock.lock();
    try {
      if (!isThere("serp-take-task")) {
        context.getCamelContextExtension().addContextPlugin(Account.class, account);
      }
      List<Resource> missing = missing();
      if (!missing.isEmpty()) {
        outsideOfTheTemplate(() -> load(missing));
      }
    } finally {
      lock.unlock();
    }
    Settings settings = context.getRegistry().lookupByNameAndType("serpSettings", Settings.class);
    account.check(settings);
    if (!settings.get(Keys.TO).equals(List.of("endpoints"))) {
      throw new IllegalSettingException(
          "serp.to=" + settings.text(Keys.TO) + " does not go with Kamelets: say endpoints");
    }
  }

  private List<Resource> missing() {
    List<Resource> missing = new ArrayList<>();
    for (Part part : PARTS) {
      if (!isThere(part.mark())) {
        for (String file : part.files()) {
          missing.add(
              PluginHelper.getResourceLoader(context).resolveResource(RouteFiles.location(file)));
        }
      }
    }
    return missing;
  }

  private boolean isThere(String mark) {
    return context.getRouteDefinition(mark) != null
        || context.getRegistry().lookupByName(mark) != null;
  }

  /** Files that a host may have loaded, and a route or bean by which to tell. */
  private record Part(String mark, List<String> files) {}

  private Void load(List<Resource> files) throws Exception {
    List<RouteDefinition> before = List.copyOf(context.getRouteDefinitions());
    PluginHelper.getRoutesLoader(context).loadRoutes(files);
    if (!context.isStarted() || context.isStarting()) {
      // a context that is past this step ignores definitions that are added
      List<RouteDefinition> added = new ArrayList<>(context.getRouteDefinitions());
      added.removeAll(before);
      context.startRouteDefinitions(added);
    }
    if (context.isStarted()) {
      context.getRegistry().lookupByNameAndType("serpMetrics", Metrics.class).register();
    }
    return null;
  }

  // Camel is making the caller's route, and what it keeps for that would apply to our routes and be
  // lost after them
  private void outsideOfTheTemplate(Callable<?> work) throws Exception {
    PropertiesComponent properties = context.getPropertiesComponent();
    Deque<Properties> parameters = new ArrayDeque<>();
    for (Properties p; (p = properties.getLocalProperties()) != null; ) {
      parameters.push(p);
      properties.setLocalProperties(null);
    }
    LocalBeanRepositoryAware registry =
        context.getRegistry() instanceof LocalBeanRepositoryAware aware ? aware : null;
    BeanRepository beans = registry == null ? null : registry.getLocalBeanRepository();
    if (registry != null) {
      registry.setLocalBeanRepository(null);
    }
    ExtendedCamelContext extension = context.getCamelContextExtension();
    String route = extension.getCreateRoute();
    String processor = extension.getCreateProcessor();
    try {
      work.call();
    } finally {
      extension.createRoute(route);
      extension.createProcessor(processor);
      if (registry != null) {
        registry.setLocalBeanRepository(beans);
      }
      parameters.forEach(properties::setLocalProperties);
    }
  }
}
