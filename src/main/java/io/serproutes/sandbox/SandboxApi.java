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

  private CamelContext camelContext;
  private BasicCredentials credentials;
  private String path;
  private InventedItems items;
  private TaskGet taskGet;
  private TasksReady tasksReady;

  /** Of task_get without the id, such as {@code /v3/serp/naver/organic/task_get/regular}. */
  public void setPath(String path) {
    this.path = path;
  }

  /** How many items a result has: {@code 20-110}, or one number. */
  public void setItems(String items) {
    this.items = InventedItems.of(items);
  }

  /** To be called once, with everything set, before the first call. */
  public void prepare() {
    taskGet = new TaskGet(path, items);
    tasksReady = new TasksReady(path);
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    this.camelContext = camelContext;
    this.credentials = new BasicCredentials(camelContext.getPropertiesComponent());
  }

  @Override
  public CamelContext getCamelContext() {
    return camelContext;
  }

  /** The answer to a task_get; {@code authorization} may be null, {@code id} may be anything. */
  public SandboxAnswer taskGet(
      @Header("id") String id, @Header("Authorization") String authorization) {
    return authorized(authorization, () -> taskGet.answer(id));
  }

  /** The answer to a tasks_ready; {@code authorization} may be null. */
  public SandboxAnswer tasksReady(@Header("Authorization") String authorization) {
    return authorized(authorization, tasksReady::answer);
  }

  /** The answer to a path the API does not have, asked with or without credentials. */
  public SandboxAnswer notFound() {
    return SandboxAnswer.failedCall(404, 40400);
  }

  private SandboxAnswer authorized(String authorization, Supplier<SandboxAnswer> answer) {
    return credentials.admit(authorization) ? answer.get() : SandboxAnswer.failedCall(401, 40100);
  }
}
