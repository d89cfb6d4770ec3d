package io.serproutes.sandbox;

import io.serproutes.InContext;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ThreadPoolProfile;

/**
 * Answers each function of the API as the vendor would, where login and password are right.
 * Thread-safe once it is prepared.
 *
 * <p>Login and password are found in the registry of the Camel context, and are not properties of
 * this bean: Camel would take a <code>{{</code> or {@code #} in a password for a placeholder or a
 * reference.
 */
public final class SandboxApi extends InContext {

  /** Of the vendor (docs.dataforseo.com, "Setting Naver Organic SERP Tasks"). */
  private static final Duration WEBHOOK_TIME_OUT = Duration.ofSeconds(10);

  /** Without Camel's limit of 1,000 waiting tasks; the sender has one of its own. */
  private static final ThreadPoolProfile WEBHOOK_THREADS =
      new ThreadPoolProfileBuilder("serp-sandbox-webhook").poolSize(8).maxQueueSize(-1).build();

  private BasicCredentials credentials;
  private String path;
  private InventedItems items;
  private Duration turnaround;
  private TaskPost taskPost;
  private TaskGet taskGet;
  private TasksReady tasksReady;
  private IdList idList;
  private UserData userData;

  /** Of task_get without the id, such as {@code /v3/serp/naver/organic/task_get/regular}. */
  public void setPath(String path) {
    this.path = path;
  }

  /** How many items a result has: {@code 20-110}, or one number. */
  public void setItems(String items) {
    this.items = InventedItems.of(items);
  }

  /** How long a posted task takes until its result is there. */
  public void setTurnaround(Duration turnaround) {
    this.turnaround = turnaround;
  }

  /** To be called once, with everything set, before the first call. */
  public void prepare() {
    ScheduledExecutorService threads =
        getCamelContext()
            .getExecutorServiceManager()
            .newScheduledThreadPool(this, "serp-sandbox-webhook", WEBHOOK_THREADS);
    PostedTasks tasks = new PostedTasks(Clock.systemUTC(), turnaround);
    TaskResults results = new TaskResults(path, items);
    taskPost = new TaskPost(tasks, new WebhookSender(threads, tasks, results, WEBHOOK_TIME_OUT));
    taskGet = new TaskGet(results, tasks);
    tasksReady = new TasksReady(path, tasks);
    idList = new IdList(tasks);
    userData = new UserData(credentials.login());
  }

  @Override
  protected void given(CamelContext camelContext) {
    credentials = camelContext.getRegistry().findSingleByType(BasicCredentials.class);
  }

  /** The answer to a task_post; {@code authorization} may be null, the body may be anything. */
  public SandboxAnswer taskPost(Message request, @Header("Authorization") String authorization) {
    return authorized(authorization, () -> taskPost.answer(PostBody.of(request)));
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

  /** The answer to an id_list; {@code authorization} may be null, the body may be anything. */
  public SandboxAnswer idList(Message request, @Header("Authorization") String authorization) {
    return authorized(authorization, () -> idList.answer(PostBody.of(request)));
  }

  /** The answer to a user_data; {@code authorization} may be null. */
  public SandboxAnswer userData(@Header("Authorization") String authorization) {
    return authorized(authorization, userData::answer);
  }

  /** The answer to a path the API does not have, asked with or without credentials. */
  public SandboxAnswer notFound() {
    return SandboxAnswer.failedCall(404, 40400);
  }

  private SandboxAnswer authorized(String authorization, Supplier<SandboxAnswer> answer) {
    return credentials.admit(authorization) ? answer.get() : SandboxAnswer.failedCall(401, 40100);
  }
}
