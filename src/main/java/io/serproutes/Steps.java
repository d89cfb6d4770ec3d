package io.serproutes;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.model.BeanDefinition;
import org.apache.camel.model.ExpressionNode;
import org.apache.camel.model.ProcessDefinition;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.ProcessorDefinitionHelper;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.ToDefinition;
import org.apache.camel.model.ToDynamicDefinition;
import org.apache.camel.model.TryDefinition;
import org.apache.camel.model.WireTapDefinition;
import org.apache.camel.util.StringHelper;

/** What the steps of a route are, as its file has them; a disabled one is none. */
final class Steps {

  private static final Pattern DIRECT_NAME = Pattern.compile("direct:[^?,\\s'\"}]+");

  private Steps() {}

  /** Those of a route or of a step, without what Camel puts in front, such as an onException. */
  static List<ProcessorDefinition<?>> of(ProcessorDefinition<?> parent) {
    return parent.getOutputs().stream()
        .filter(step -> isEnabled(step) && !step.isAbstract())
        .toList();
  }

  /** Those of a class, in a route or a step and in its steps. */
  @SuppressWarnings("rawtypes") // the class of all steps has no other
  static <T extends ProcessorDefinition> Stream<T> inAll(
      Class<T> type, ProcessorDefinition<?> parent) {
    return ProcessorDefinitionHelper.filterTypeInOutputs(parent.getOutputs(), type).stream()
        .filter(Steps::isEnabled);
  }

  static boolean isProcess(String ref, ProcessorDefinition<?> step) {
    return step instanceof ProcessDefinition process
        && isEnabled(process)
        && ref.equals(process.getRef());
  }

  static boolean isTo(String uri, ProcessorDefinition<?> step) {
    return step instanceof ToDefinition to && isEnabled(to) && uri.equals(to.getUri());
  }

  /** Whether it sends to an address, the exchange itself or one of its own. */
  static boolean isHandedOn(String uri, ProcessorDefinition<?> step) {
    return isTo(uri, step) || step instanceof WireTapDefinition<?> tap && uri.equals(tap.getUri());
  }

  /** Whether it is a doTry whose doFinally begins with a process. */
  static boolean isTryThatEndsWith(String ref, ProcessorDefinition<?> step) {
    return step instanceof TryDefinition way
        && way.getFinallyClause() != null
        && of(way.getFinallyClause()).stream().limit(1).anyMatch(first -> isProcess(ref, first));
  }

  /** The bean that it calls; null for none. */
  static String ref(ProcessorDefinition<?> step) {
    if (step instanceof ProcessDefinition process) {
      return process.getRef();
    }
    return step instanceof BeanDefinition bean ? bean.getRef() : null;
  }

  /** The direct endpoints to which it sends the exchange, or copies whose stop comes back. */
  static Stream<String> directNames(ProcessorDefinition<?> step) {
    String to = null;
    if (step instanceof ToDefinition one) {
      to = one.getUri();
    } else if (step instanceof ToDynamicDefinition one && !(step instanceof WireTapDefinition)) {
      to = one.getUri();
    } else if (step instanceof ExpressionNode several && several.getExpression() != null) {
      to = several.getExpression().getExpression(); // such as those of a recipient list
    }
    return DIRECT_NAME.matcher(String.valueOf(to)).results().map(MatchResult::group);
  }

  /** What a route begins with, without its options. */
  static String from(RouteDefinition route) {
    String uri = String.valueOf(route.getEndpointUrl());
    return StringHelper.before(uri, "?", uri);
  }

  private static boolean isEnabled(ProcessorDefinition<?> step) {
    return !"true".equals(step.getDisabled());
  }
}
