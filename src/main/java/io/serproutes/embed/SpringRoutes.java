package io.serproutes.embed;

import org.apache.camel.CamelContext;
import org.apache.camel.spring.boot.CamelContextConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of Spring Boot: loads the route files that {@code serp.from} and {@code
 * serp.to} name, without an include. Loads nothing where neither is set, where {@code
 * serp.enabled=false}, or where the host has loaded the core itself.
 */
@AutoConfiguration
@ConditionalOnClass(CamelContextConfiguration.class)
public class SpringRoutes {

  /** Returns what loads them, after the host's own routes and before the context starts. */
  @Bean
  public CamelContextConfiguration serpRoutesConfiguration() {
    return new BeforeStart();
  }

  private static final class BeforeStart implements CamelContextConfiguration {

    @Override
    public void beforeApplicationStart(CamelContext context) {
      CoreRoutes core = CoreRoutes.of(context);
      if (!core.isLoaded()) {
        core.include();
      }
    }

    @Override
    public void afterApplicationStart(CamelContext context) {
      // the context has started the routes
    }
  }
}
