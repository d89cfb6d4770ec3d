package io.serproutes.embed;

import io.serproutes.IllegalSettingException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells Spring Boot what stopped the start of the routes, in place of a stack trace. */
public final class SpringFailure extends AbstractFailureAnalyzer<IllegalSettingException> {

  @Override
  protected FailureAnalysis analyze(Throwable root, IllegalSettingException cause) {
    return new FailureAnalysis(
        "The routes of serp-routes cannot start:\n\n" + cause.getMessage(),
        "Change what is named above, in the configuration of the application, in the environment"
            + " (SERP_API_PASSWORD for serp.api.password) or in its dependencies;"
            + " serp.enabled=false starts the application without these routes.",
        root);
  }
}
