package io.serproutes.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.Finding;
import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Verdict.Kind;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Answer;
import io.serproutes.items.AnswerReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpHeaders;

/**
 * Looks whether the vendor's API answers this account at our addresses. Its calls cost nothing and
 * take no result from anybody: {@code user_data}, a {@code task_get} of the id that no task has,
 * and the list of finished tasks. Safe for use by many threads.
 */
public final class ApiCheck implements Closeable {

  private static final String NO_TASK = "00000000-0000-0000-0000-000000000000";
  private static final String USER_DATA = "/v3/appendix/user_data";
  private static final Duration LARGEST_SKEW = Duration.ofMinutes(1);

  private final Settings settings;
  private final Secrets secrets;
  private final String address;
  private final ApiCalls calls;

  /** A check whose calls take no longer than {@code timeout} each. */
  public ApiCheck(Settings settings, Duration timeout) {
    this.settings = settings;
    secrets = new Secrets(settings);
    address = settings.get(Keys.BASE_URL);
    calls = new ApiCalls(settings, secrets, timeout);
  }

  /** An answer of a list or of {@code user_data}. */
  private record Listed(Verdict verdict, JsonNode body, Instant date) {}

  /** Looks at login, balance, limits, and at the clock of this machine. */
  public void account(Consumer<Finding> found) {
    Listed answer = list(address + USER_DATA, found);
    if (answer == null) {
      return;
    }
    if (answer.date != null) {
      clock(answer.date, found);
    }
    if (answer.verdict.isDeliver()) {
      new UserData(answer.body.at("/tasks/0/result/0"), settings).compare(found);
    } else if (isAboutTheAddress(answer.verdict)) {
      found.accept(
          Finding.warn(
              "nothing is known of it: there is no %s at %s (%s); check serp.api.base-url"
                  .formatted(USER_DATA, address, answer.verdict.inWords())));
    } else {
      found.accept(notDelivered(USER_DATA, answer.verdict));
    }
  }

  private static void clock(Instant theirs, Consumer<Finding> found) {
    Duration skew = Duration.between(theirs, Instant.now());
    if (skew.abs().compareTo(LARGEST_SKEW) > 0) {
      found.accept(
          Finding.warn(
              "the clock of this machine is %s s %s the API's, so times in receipts are wrong;"
                      .formatted(skew.abs().toSeconds(), skew.isNegative() ? "behind" : "ahead of")
                  + " set it, for example by NTP"));
    }
  }

  /** Looks at the list of finished tasks, which it leaves as it is. */
  public void readyList(Consumer<Finding> found) {
    String path = settings.readyPath();
    Listed answer = list(address + path, found);
    if (answer == null) {
      return;
    }
    if (answer.verdict.isDeliver()) {
      found.accept(Finding.ok(path + " answers"));
    } else if (isAboutTheAddress(answer.verdict)) {
      found.accept(
          Finding.fail(
              "there is no list at %s%s (%s); set serp.ready.path"
                  .formatted(address, path, answer.verdict.inWords())));
    } else {
      found.accept(notDelivered(path, answer.verdict));
    }
  }

  private static boolean isAboutTheAddress(Verdict verdict) {
    return verdict.kind() == Kind.ACCOUNT
        && StatusCodes.refusal(verdict.statusCode(), verdict.httpStatus()) == Refusal.ADDRESS;
  }

  /** Looks whether our path leads to the results of tasks, as a run would ask for one. */
  public void access(Consumer<Finding> found) {
    String path = settings.get(Keys.API_PATH);
    Task task =
        new Task(
            Delivery.fresh(NO_TASK, Source.named("check"), ended -> {}), null, false, null, null);
    Judge judge = new Judge(settings, new TaskGetClient(settings, secrets), secrets);
    AnswerReader reader = new AnswerReader(settings.get(Keys.MAX_RESPONSE_SIZE));
    String uri = address + path + "/" + TaskId.parse(NO_TASK);
    try {
      Verdict verdict =
          calls.make(
              new HttpGet(uri),
              response -> {
                try (Answer answer = reader.read(body(response))) {
                  judge.judge(task, answer, response.getCode(), ApiCalls.retryAfter(response));
                  return task.getVerdict();
                }
              });
      found.accept(access(path, verdict));
    } catch (IOException | IllegalArgumentException e) {
      found.accept(unreachable(e));
    }
  }

  private static InputStream body(ClassicHttpResponse response) throws IOException {
    return response.getEntity() == null ? null : response.getEntity().getContent();
  }

  /** What the answer for an id that no task has says about the path and the login. */
  private Finding access(String path, Verdict verdict) {
    String answer = verdict.inWords();
    Reason reason = verdict.reason();
    return switch (verdict.kind()) {
      case DELIVER, NOT_READY -> proven(path, answer);
      case PERMANENT ->
          switch (reason) {
            case NOT_FOUND, EXPIRED, TASK_FAILED -> proven(path, answer);
            default -> unclear(path, verdict);
          };
      case TRANSIENT ->
          reason == Reason.UNREADABLE
              ? Finding.fail(
                  "%s%s is answered, but not by this API (%s); check serp.api.base-url and"
                          .formatted(address, path, answer)
                      + " serp.api.path")
              : notDelivered(path, verdict);
      default -> notDelivered(path, verdict);
    };
  }

  private static Finding proven(String path, String answer) {
    return Finding.ok(
        path + " answers for an id that no task has (" + answer + "): path and login are right");
  }

  private static Finding unclear(String path, Verdict verdict) {
    String found = path + " answers " + verdict.inWords() + " for an id that no task has";
    return verdict.httpStatus() / 100 == 2
        ? Finding.warn(found + "; check that serp.api.path is that of your tasks")
        : Finding.fail(found + "; check serp.api.base-url and serp.api.path");
  }

  private Finding notDelivered(String path, Verdict verdict) {
    boolean isHttp = verdict.httpStatus() / 100 != 2;
    return switch (verdict.kind()) {
      case ACCOUNT -> Finding.fail(JudgeList.refusal(verdict));
      case THROTTLED ->
          Finding.warn(
              "%s is not answered now, since the account makes too many calls (%s); check again"
                      .formatted(path, verdict.inWords())
                  + " later");
      default -> {
        String found = path + " is not answered as it should be (" + verdict.inWords() + ")";
        yield isHttp
            ? Finding.fail(found + "; check serp.api.base-url, or wait and check again")
            : Finding.warn(found + "; a run asks again by itself: check again later");
      }
    };
  }

  /** Asks for what is no task; null where no answer came, which was told. */
  private Listed list(String uri, Consumer<Finding> found) {
    try {
      return calls.make(new HttpGet(uri), this::listed);
    } catch (IOException | IllegalArgumentException e) {
      found.accept(unreachable(e));
      return null;
    }
  }

  private Listed listed(ClassicHttpResponse response) throws IOException {
    JsonNode body = null;
    try (InputStream in = body(response)) {
      body = UserData.tree(in);
    } catch (JsonProcessingException e) {
      if (response.getCode() / 100 == 2) {
        String words = "the answer is no whole JSON document: " + e.getOriginalMessage();
        return new Listed(unreadable(response, words), null, null);
      }
    }
    JsonNode task = body == null ? null : body.at("/tasks/0");
    boolean ofTask = task != null && task.path("status_code").isInt() && isOk(body);
    JsonNode judged = ofTask ? task : body;
    Integer code =
        judged != null && judged.path("status_code").isInt()
            ? (Integer) judged.path("status_code").intValue()
            : null;
    String message = judged == null ? null : judged.path("status_message").textValue();
    Verdict verdict =
        JudgeList.judge(
            response.getCode(),
            code,
            message == null ? null : secrets.quote(message),
            ApiCalls.retryAfter(response));
    return new Listed(verdict, body, DateUtils.parseStandardDate(response, HttpHeaders.DATE));
  }

  private static boolean isOk(JsonNode body) {
    JsonNode code = body.path("status_code");
    return !code.isInt() || code.intValue() == StatusCodes.OK;
  }

  private Verdict unreadable(ClassicHttpResponse response, String words) {
    return new Verdict(
        Kind.TRANSIENT, Reason.UNREADABLE, null, secrets.quote(words), response.getCode(), -1);
  }

  private Finding unreachable(Exception failure) {
    String why = secrets.quote(NoAnswer.inWords(failure));
    return Finding.fail(
        address + " cannot be reached (" + why + "); check serp.api.base-url and the network");
  }

  @Override
  public void close() throws IOException {
    calls.close();
  }
}
