package io.serproutes.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.serproutes.Failures;
import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.ApiCalls;
import io.serproutes.fetch.JudgeList;
import io.serproutes.fetch.Verdict;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.util.function.ThrowingConsumer;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code id_list}, the vendor's list of all tasks that were posted in a time, page by page
 * (docs.dataforseo.com/v3/serp/id_list). The vendor allows 10 calls a minute.
 */
final class IdListClient implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-reconcile");
  private static final DateTimeFormatter DATETIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xxx").withZone(ZoneOffset.UTC);

  /** Time between two calls. */
  static final Duration BETWEEN_CALLS = Duration.ofSeconds(6);

  static final int PAGE = 1000;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
  private static final int MOST_THROTTLES = 20;
  private static final Duration METADATA_KEPT = Duration.ofDays(28); // the vendor: one month

  private final Engine engine;
  private final Secrets secrets;
  private final String address;
  private final int mostAttempts;
  private final ThrowingConsumer<Duration, InterruptedException> pause;
  private final ApiCalls calls;
  private boolean isFirst = true;

  IdListClient(
      Settings settings, Engine engine, ThrowingConsumer<Duration, InterruptedException> pause) {
    this.engine = engine;
    this.pause = pause;
    secrets = new Secrets(settings);
    address = settings.get(Keys.BASE_URL) + engine.api() + "/id_list";
    mostAttempts = settings.get(Keys.MAX_ATTEMPTS);
    calls = new ApiCalls(settings, secrets, settings.get(Keys.RESPONSE_TIMEOUT));
  }

  /**
   * Passes on each row of the tasks posted in a time, the oldest first; a row may come twice.
   *
   * @throws IOException where the list cannot be read to its end; one line for a person
   */
  void read(Instant from, Instant to, Consumer<IdListPage.Row> visitor)
      throws IOException, InterruptedException {
    boolean metadata = from.isAfter(Instant.now().minus(METADATA_KEPT));
    String request =
        "[{\"datetime_from\":\"%s\",\"datetime_to\":\"%s\",\"limit\":%s,\"offset\":%%s,"
                .formatted(DATETIME.format(from), DATETIME.format(to), PAGE)
            + "\"sort\":\"asc\",\"include_metadata\":"
            + metadata
            + "}]";
    long offset = 0;
    for (int rows = PAGE; rows >= PAGE; offset += rows) {
      IdListPage page = page(request.formatted(offset));
      rows = page.rows().size();
      page.rows().forEach(visitor);
      LOG.info("{} tasks listed", offset + rows);
    }
  }

  /** A page that was answered; asks again where another answer may come. */
  private IdListPage page(String request) throws IOException, InterruptedException {
    int failures = 0;
    int throttles = 0;
    Duration wait = isFirst ? Duration.ZERO : BETWEEN_CALLS;
    isFirst = false;
    while (true) {
      pause.accept(wait);
      Answer answer = ask(request);
      Verdict verdict = answer.verdict;
      String why = null;
      switch (verdict.kind()) {
        case DELIVER -> {
          return answer.page;
        }
        case ACCOUNT -> throw new IOException(JudgeList.refusal(verdict));
        case THROTTLED -> why = ++throttles < MOST_THROTTLES ? verdict.inWords() : null;
        case TRANSIENT -> why = ++failures < mostAttempts ? answer.words() : null;
        default -> {}
      }
      if (why == null) {
        throw new IOException(address + " brings no list: " + answer.words());
      }
      Duration asWished = Duration.ofNanos(Math.max(0, verdict.retryAfter()));
      wait = Collections.max(List.of(backOff(failures + throttles), asWished));
      LOG.warn("{}: {}; asked again in {} s", address, why, wait.toSeconds());
    }
  }

  private static Duration backOff(int failures) {
    Duration wait = BETWEEN_CALLS.multipliedBy(1L << Math.min(failures - 1, 5));
    return Collections.min(List.of(wait, LONGEST_WAIT));
  }

  /** An answer, or why there is none; the page is set where the verdict is to deliver. */
  private record Answer(Verdict verdict, IdListPage page, String failure) {
    String words() {
      return failure == null ? verdict.inWords() : failure;
    }
  }

  private Answer ask(String request) {
    HttpPost post = new HttpPost(address);
    post.setEntity(new StringEntity(request, ContentType.APPLICATION_JSON.withCharset(UTF_8)));
    try {
      return calls.make(post, this::answered);
    } catch (IOException e) {
      return new Answer(JudgeList.judge(200, null, null, null), null, secrets.quote(words(e)));
    }
  }

  private static String words(IOException e) {
    return e instanceof JsonProcessingException json
        ? "the answer is no whole JSON document: " + json.getOriginalMessage()
        : Failures.inWords(e);
  }

  private Answer answered(ClassicHttpResponse response) throws IOException {
    String retryAfter = ApiCalls.retryAfter(response);
    int status = response.getCode();
    if (status / 100 != 2 || response.getEntity() == null) {
      return new Answer(JudgeList.judge(status, null, null, retryAfter), null, null);
    }
    try (InputStream body = response.getEntity().getContent()) {
      IdListPage page = IdListPage.read(body, engine);
      String message = page.message() == null ? null : secrets.quote(page.message());
      Verdict verdict = JudgeList.judge(status, page.code(), message, retryAfter);
      if (verdict.isDeliver() && page.claimed() != null && page.claimed() != page.rows().size()) {
        throw new IOException(
            "the answer has " + page.rows().size() + " rows and says " + page.claimed());
      }
      return new Answer(verdict, page, null);
    }
  }

  @Override
  public void close() throws IOException {
    calls.close();
  }
}
