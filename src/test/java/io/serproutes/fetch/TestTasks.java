package io.serproutes.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.items.AnswerReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Executor;

/** Tasks at any stage of their way, for tests of the stages behind. */
public final class TestTasks {

  private static final Settings SETTINGS = new Settings(key -> null);
  private static final Source SOURCE = Source.line("folder", "ids.txt", 17);

  private TestTasks() {}

  /** A gate whose tasks go on here. */
  public static Gate gate(Executor workers) {
    Map<String, String> values =
        Map.of(
            "serp.api.calls-per-minute", "60",
            "serp.api.max-concurrent", "1",
            "serp.circuit.probe-interval", "60s");
    Gate gate = new Gate(new Settings(values::get), new BeginTask());
    gate.start(workers, null);
    return gate;
  }

  /** An id such as {@code 00000000-0000-0000-0000-00000000002a} for 42. */
  public static TaskId id(long number) {
    return TaskId.of(0, number);
  }

  /** A fresh task that waits as long as it takes. */
  public static Task fresh(TaskId id) {
    return fresh(id.value());
  }

  /** A fresh task for a text that may be no id. */
  public static Task fresh(String text) {
    return of(Delivery.fresh(text, SOURCE, ended -> {}));
  }

  /** Opens the circuit of a gate: the account is refused with this answer. */
  public static void refuseAccount(Gate gate, int httpStatus, int code) {
    gate.start(Runnable::run, null);
    Task task = fresh(id(1));
    gate.enter(task, () -> {}, refusal -> {});
    gate.leave(answer(task, httpStatus, body(task.getId(), code, "{}", "null")));
  }

  /** A task that was not ready so many times before. */
  public static Task parkedBefore(TaskId id, Instant firstAskedAt, int asks) {
    Delivery.History history = new Delivery.History(firstAskedAt, asks, asks, null, null);
    return of(new Delivery(id.value(), SOURCE, history, ended -> {}));
  }

  /** A host's task. */
  public static Task ofHost(TaskId id, String tag) {
    Delivery delivery = Delivery.fresh(id.value(), Source.named("host"), ended -> {});
    return new Task(delivery, tag, false, null, null);
  }

  /** A task for a delivery of an inlet. */
  public static Task of(Delivery delivery) {
    String tag = delivery.history() == null ? null : delivery.history().tag();
    return new Task(delivery, tag, true, null, null);
  }

  /** Asks for a task and judges this answer. */
  public static Task answer(Task task, int httpStatus, String body) {
    return answer(task, httpStatus, body, SETTINGS);
  }

  /** The same with the credentials of these settings. */
  public static Task answer(Task task, int httpStatus, String body, Settings settings) {
    Secrets secrets = new Secrets(settings);
    Judge judge = new Judge(settings, new TaskGetClient(settings, secrets), secrets);
    task.asked(false, System.nanoTime());
    try {
      judge.judge(
          task,
          new AnswerReader(Long.MAX_VALUE).read(new ByteArrayInputStream(body.getBytes(UTF_8))),
          httpStatus,
          null);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return task;
  }

  /** What judges posted answers with these settings. */
  public static JudgePosted judgePosted(Settings settings) {
    Secrets secrets = new Secrets(settings);
    Judge judge = new Judge(settings, new TaskGetClient(settings, secrets), secrets);
    return new JudgePosted(settings, judge, secrets);
  }

  /** A task for an id that came with its answer. */
  public static Task answered(TaskId id, Path answer) {
    return of(new Delivery(id.value(), SOURCE, null, Map.of(), ended -> {}, answer));
  }

  /** A poll of a list with this answer. */
  public static Poll poll(int code, int httpStatus) {
    Secrets secrets = new Secrets(SETTINGS);
    Poll poll = new Poll();
    new JudgePoll(new TaskGetClient(SETTINGS, secrets), secrets)
        .answered(poll, httpStatus, code, "the message", null, null);
    return poll;
  }

  /** Gives a task up. */
  public static Task giveUp(Task task, Reason reason) {
    task.decide(task.getVerdict().givenUp(reason));
    return task;
  }

  /** Ends the work on a task whose outcome is durable. */
  public static void end(Task task) {
    task.end();
    task.close();
  }

  /** An answer with one task: code and the raw JSON of {@code data} and {@code result}. */
  public static String body(TaskId id, int code, String data, String result) {
    return "{\"version\":\"0.1.20260717\",\"status_code\":20000,\"status_message\":\"Ok.\","
        + "\"time\":\"0.1293 sec.\",\"cost\":0,\"tasks_count\":1,\"tasks_error\":0,\"tasks\":[{"
        + "\"id\":\"%s\",\"status_code\":%d,\"status_message\":\"m\",".formatted(id, code)
        + "\"data\":%s,\"result\":%s}]}".formatted(data, result);
  }
}
