package io.serproutes.sandbox;

import org.apache.camel.Header;
import org.apache.camel.builder.RouteBuilder;

/**
 * What tests and benchmarks may see and do, under {@code /sandbox} and without credentials:
 *
 * <ul>
 *   <li>{@code GET /sandbox/stats}: calls of task_get so far, see {@link CallLog#stats}
 *   <li>{@code GET /sandbox/asked?min=2}: ids asked so often, where ids are counted
 *   <li>{@code POST /sandbox/answer?code=40200&http=402}: every task_get fails so, until {@code
 *       code=0}
 * </ul>
 */
final class SandboxControl extends RouteBuilder {
  private static final String TASK_GET = "serp-sandbox-task-get";

  private CallLog calls;

  /** Its routes start before those of the file, whose last one takes every path left. */
  @Override
  public void configure() {
    calls =
        new CallLog(
            Boolean.parseBoolean(
                getContext().resolvePropertyPlaceholders("{{serp.sandbox.count-ids}}")));
    getContext()
        .addRoutePolicyFactory(
            (context, routeId, route) -> TASK_GET.equals(routeId) ? calls : null);
    from("platform-http:/sandbox/stats?httpMethodRestrict=GET")
        .routeId("serp-sandbox-stats")
        .startupOrder(1)
        .bean(this, "stats")
        .process("serpSandboxReply");
    from("platform-http:/sandbox/asked?httpMethodRestrict=GET")
        .routeId("serp-sandbox-asked")
        .startupOrder(2)
        .bean(this, "asked")
        .process("serpSandboxReply");
    from("platform-http:/sandbox/answer?httpMethodRestrict=POST")
        .routeId("serp-sandbox-answer")
        .startupOrder(3)
        .bean("serpSandboxApi", "answerAll")
        .process("serpSandboxReply");
  }

  /** Called by the route. */
  public SandboxAnswer stats() {
    return SandboxAnswer.json(200, 0, calls.stats());
  }

  /** Called by the route. */
  public SandboxAnswer asked(@Header("min") Integer min) {
    return SandboxAnswer.json(200, 0, calls.asked(min == null ? 2 : min));
  }
}
