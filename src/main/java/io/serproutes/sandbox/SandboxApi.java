package io.serproutes.sandbox;

import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Header;

/**
 * Answers as the API would, the same for the same id each time, but for ids that fail so many times
 * only.
 *
 * <p>Login and password are the keys {@code serp.api.login} and {@code serp.api.password} of the
 * Camel context, and not properties of this bean: Camel would take a <code>{{</code> or {@code #}
 * in a password for a placeholder or a reference.
 */
public final class SandboxApi implements CamelContextAware {
  private static final int COUNTED_IDS = 100_000;

  private final ReadCounts reads = new ReadCounts(COUNTED_IDS);
  private CamelContext camelContext;
  private BasicCredentials credentials;
  private String path;
  private ItemRange items;
  private ResultBodies results;
  private FailureBodies failures;
  private ReadyBodies ready;
  private volatile SandboxFailure failureOfAll;

  /** Of task_get without the id, such as {@code /v3/serp/naver/organic/task_get/regular}. */
  public void setPath(String path) {
    this.path = path;
  }

  /** How many items a result has: {@code 20-110}, or one number. */
  public void setItems(String items) {
    this.items = ItemRange.of(items);
  }

  /** To be called once, with everything set, before the first call. */
  public void prepare() {
    TaskEnvelope envelope = new TaskEnvelope(path);
    results = new ResultBodies(envelope, items);
    failures = new FailureBodies(envelope, results);
    ready = new ReadyBodies(path);
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    this.camelContext = camelContext;
    this.credentials = BasicCredentials.of(camelContext.getPropertiesComponent());
  }

  @Override
  public CamelContext getCamelContext() {
    return camelContext;
  }

  /** The answer to a task_get; {@code authorization} may be null, {@code id} may be anything. */
  public SandboxAnswer taskGet(
      @Header("id") String id, @Header("Authorization") String authorization) {
    return authorized(authorization, () -> task(id));
  }

  /** The answer to a tasks_ready; {@code authorization} may be null. */
  public SandboxAnswer tasksReady(@Header("Authorization") String authorization) {
    return authorized(authorization, ready::list);
  }

  /** The answer to a path the API does not have, asked with or without credentials. */
  public SandboxAnswer notFound() {
    return failures.ofCall(404, 40400);
  }

  /**
   * From now on answers every task_get with this failure; none ({@code code} 0) ends it.
   *
   * @param http the HTTP status; null is 200
   */
  public SandboxAnswer answerAll(@Header("code") int code, @Header("http") Integer http) {
    SandboxFailure failure = code == 0 ? null : SandboxFailure.of(http == null ? 0 : http, code);
    failureOfAll = failure;
    String told = failure == null ? null : "\"" + failure.http() + "/" + failure.code() + "\"";
    return SandboxAnswer.json(200, 0, "{\"answering_all_with\":" + told + "}\n");
  }

  private SandboxAnswer authorized(String authorization, Supplier<SandboxAnswer> answer) {
    return credentials.admit(authorization) ? answer.get() : failures.ofCall(401, 40100);
  }

  private SandboxAnswer task(String text) {
    SandboxId id = SandboxId.of(text);
    if (id == null) {
      return failures.ofMalformedId(text);
    }
    SandboxFailure ofAll = failureOfAll;
    if (ofAll != null) {
      return failures.ofTask(id, ofAll);
    }
    return fails(id) ? failures.ofTask(id, id.failure()) : results.result(id, 200, 20000);
  }

  private boolean fails(SandboxId id) {
    return id.failure() != null && (id.failures() == 0 || reads.next(id.text()) <= id.failures());
  }
}
