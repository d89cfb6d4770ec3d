package io.serproutes.embed;

import static io.serproutes.SettingsCheck.require;

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
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.BeanRepository;
import org.apache.camel.spi.LocalBeanRepositoryAware;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/**
 * Loads our route files into a Camel context, once: all that the keys name, or the core for all its
 * Kamelets and templates. Files that the host has loaded itself stay as they are. Safe for use by
 * many threads.
 */
final class CoreRoutes {

  private static final String CORE_BEAN = "serpSettings";
  private static final String BEANS = RouteFiles.CORE.get(0);
  private static final List<Part> PARTS =
      List.of(
          new Part(CORE_BEAN, RouteFiles.CORE),
          new Part("serp-items-to-endpoints", List.of(RouteFiles.output("endpoints"))),
          new Part("serpMetrics", List.of(RouteFiles.HEALTH)));

  private final ModelCamelContext context;
  private boolean included;
  private RuntimeException failure;

  private CoreRoutes(ModelCamelContext context) {
    this.context = context;
  }

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

  /** Whether the context has the core, from wherever. */
  boolean isLoaded() {
    return isThere(CORE_BEAN);
  }

  /**
   * Loads the files that the keys name, health and metrics; nothing the second time.
   *
   * @return false where the keys ask for no routes
   * @throws IllegalSettingException where a key or a jar is missing or wrong, or the core is there
   *     already
   */
  synchronized boolean include() {
    try {
      if (failure != null) {
        throw failure; // Camel makes a bean that failed once more
      }
      if (!included && Settings.askForRoutes(context)) {
        loadChosen();
        included = true;
      }
      return included;
    } catch (Exception e) {
      failure = RuntimeCamelException.wrapRuntimeException(e);
      throw failure;
    }
  }

  private void loadChosen() throws Exception {
    require(
        !isLoaded(),
        RouteFiles.location(RouteFiles.INCLUDE)
            + " loads all that serp.from and serp.to name; take every other file of serp-routes"
            + " out of the includes");
    load(resources(List.of(BEANS)));
    Settings settings = settings();
    requireJar(
        settings.usesKafka(),
        "org.apache.camel.component.kafka.KafkaComponent",
        "serp.from or serp.to names kafka: add the dependency org.apache.camel:camel-kafka, in"
            + " Spring Boot org.apache.camel.springboot:camel-kafka-starter, in Quarkus"
            + " org.apache.camel.quarkus:camel-quarkus-kafka");
    requireJar(
        settings.feeders().contains(Settings.WEBHOOKS),
        "io.vertx.core.Vertx",
        "serp.from names webhooks: add the dependency io.vertx:vertx-core");
    List<String> files = RouteFiles.of(settings, List.of(RouteFiles.HEALTH));
    files.remove(BEANS);
    files.removeIf(file -> !RouteFiles.isBuiltIn(file)); // an output that is a route of the host
    load(resources(files));
  }

  private void requireJar(boolean needed, String type, String problem) {
    require(!needed || context.getClassResolver().resolveClass(type) != null, problem);
  }

  private Settings settings() {
    return context.getRegistry().lookupByNameAndType(CORE_BEAN, Settings.class);
  }

  private List<Resource> resources(List<String> files) {
    return files.stream()
        .map(RouteFiles::location)
        .map(PluginHelper.getResourceLoader(context)::resolveResource)
        .toList();
  }

  /**
   * Loads what is missing.
   *
   * @param account what the caller says of the account; the first caller decides
   * @throws IllegalSettingException where it is not the context's account, or where {@code serp.to}
   *     is not {@code endpoints}
   */
  void load(Account account) throws Exception {
    synchronized (this) {
      if (!isThere("serp-take-task")) {
        context.getCamelContextExtension().addContextPlugin(Account.class, account);
      }
      List<Resource> missing = missing();
      if (!missing.isEmpty()) {
        outsideOfTheTemplate(() -> loadInRoute(missing));
      }
    }
    Settings settings = settings();
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
        missing.addAll(resources(part.files()));
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

  private Void loadInRoute(List<Resource> files) throws Exception {
    List<RouteDefinition> before = List.copyOf(context.getRouteDefinitions());
    load(files);
    if (!context.isStarted() || context.isStarting()) {
      // a context that is past this step ignores definitions that are added
      List<RouteDefinition> added = new ArrayList<>(context.getRouteDefinitions());
      added.removeAll(before);
      context.startRouteDefinitions(added);
    }
    return null;
  }

  // one by one: of files that are loaded at once, Camel 4.18.0 makes most beans twice (CAMEL-23982)
  private void load(List<Resource> files) throws Exception {
    Function<RouteDefinition, Boolean> filter = context.getRouteFilter();
    context.setRouteFilter(route -> passes(filter, route));
    try {
      for (Resource file : files) {
        PluginHelper.getRoutesLoader(context).loadRoutes(file);
      }
    } finally {
      context.setRouteFilter(filter);
    }
    Metrics metrics = context.getRegistry().lookupByNameAndType("serpMetrics", Metrics.class);
    if (context.isStarted() && metrics != null) {
      metrics.register();
    }
  }

  // without one of them, ids would wait in silence
  private static boolean passes(Function<RouteDefinition, Boolean> filter, RouteDefinition route) {
    require(
        filter == null || filter.apply(route),
        "a filter of the host leaves out the route "
            + route.getRouteId()
            + "; let camel.main.route-filter-include-pattern and -exclude-pattern pass serp-*, or set"
            + " serp.enabled=false");
    return true;
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
