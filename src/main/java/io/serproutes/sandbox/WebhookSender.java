package io.serproutes.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the pingback and the postback of each task once it is done, to loopback addresses only.
 * Thread-safe.
 *
 * <p>Each is sent once, because the vendor documents no second try: a receiver has 10 s to answer
 * with 200 to 300, and a task whose postback fails stays on the list of tasks to collect.
 */
final class WebhookSender {

  private static final Logger LOG = LoggerFactory.getLogger("serp-sandbox");
  private static final int MOST_WAITING = 10_000;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Set<String> warned = ConcurrentHashMap.newKeySet();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ScheduledExecutorService threads;
  private final PostedTasks tasks;
  private final TaskResults results;
  private final Duration timeOut;

  /**
   * @param timeOut of a whole call
   */
  WebhookSender(
      ScheduledExecutorService threads, PostedTasks tasks, TaskResults results, Duration timeOut) {
    this.threads = threads;
    this.timeOut = timeOut;
    this.tasks = tasks;
    this.results = results;
  }

  /** Sends the task's webhooks, if it has any, when it is done; it returns at once. */
  void sendWhenDone(PostedTask task) {
    ObjectNode posted = task.posted();
    if (!posted.hasNonNull("pingback_url") && !posted.hasNonNull("postback_url")) {
      return;
    }
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      warn("webhook", "over " + MOST_WAITING + " are waiting", task.id());
      return;
    }
    long delay = task.doneAt() - tasks.now();
    String id = task.id(); // and not the task, which may be large
    threads.schedule(() -> send(id), Math.max(0, delay), TimeUnit.MILLISECONDS);
  }

  private void send(String id) {
    waiting.decrementAndGet();
    PostedTask task = tasks.find(id);
    if (task == null) {
      return; // forgotten meanwhile
    }
    ObjectNode posted = task.posted();
    if (posted.hasNonNull("pingback_url")) {
      deliver("pingback", task, HttpRequest.newBuilder());
    }
    if (posted.hasNonNull("postback_url")) {
      byte[] answer = results.postback(task, posted.path("postback_data").textValue()).body();
      HttpRequest.Builder request =
          HttpRequest.newBuilder()
              .header("Content-Type", "application/json")
              .header("Content-Encoding", "gzip")
              .POST(BodyPublishers.ofByteArray(SandboxReply.gzip(answer)));
      if (deliver("postback", task, request)) {
        tasks.collect(task.id());
      }
    }
  }

  /** Whether the receiver has answered that all is well. */
  private boolean deliver(String kind, PostedTask task, HttpRequest.Builder request) {
    ObjectNode posted = task.posted();
    String template = posted.path(kind + "_url").textValue();
    try {
      URI url = WebhookUrl.filled(template, task.id(), posted.path("tag").textValue());
      URI local = WebhookUrl.onLoopback(url);
      if (local == null) {
        warn(kind, "it goes to no loopback address", task.id());
        return false;
      }
      int status = status(request.uri(local).build());
      if (status >= 200 && status <= 300) {
        return true;
      }
      warn(kind, "HTTP " + status, task.id());
    } catch (IOException | IllegalArgumentException failure) {
      warn(kind, failure.getClass().getSimpleName(), task.id());
    }
    return false;
  }

  private int status(HttpRequest request) throws IOException {
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(request, BodyHandlers.discarding());
    try {
      return answer.get(timeOut.toMillis(), TimeUnit.MILLISECONDS).statusCode();
    } catch (TimeoutException late) {
      throw new HttpTimeoutException("no answer within " + timeOut);
    } catch (ExecutionException failure) {
      throw failure.getCause() instanceof IOException known ? known : new IOException(failure);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException();
    } finally {
      answer.cancel(true);
    }
  }

  /** Names each kind of failure once: a receiver that is down must not fill the log. */
  private void warn(String kind, String cause, String id) {
    if (warned.add(kind + cause)) {
      LOG.warn(
          "{} of task {} not delivered: {}. The sandbox does not send it again; tasks_ready lists the"
              + " task. Further such tasks are not named.",
          kind,
          id,
          cause);
    }
  }
}
