package io.serproutes.feed;

import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.AnswerBody;
import io.serproutes.fetch.JudgePoll;
import io.serproutes.fetch.Poll;
import io.serproutes.fetch.TaskGetClient;
import java.io.InputStream;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.apache.camel.Variable;

/**
 * The vendor's list of finished tasks: reads its answer and has it judged. Thread-safe.
 *
 * <p>What was read of an answer that breaks off counts: the list may show an id only once.
 */
public final class ReadyList {

  private final ReadyPageReader reader;
  private final JudgePoll judge;

  /** The list of the tasks of {@code serp.api.path}. */
  public ReadyList(Settings settings, TaskGetClient client, Secrets secrets) {
    reader = new ReadyPageReader(settings.get(Keys.API_PATH), settings.get(Keys.MAX_RESPONSE_SIZE));
    judge = new JudgePoll(client, secrets);
  }

  /**
   * The page in an answer; its verdict is left in the poll.
   *
   * @param body the body, or null for none
   * @param httpStatus the HTTP status
   * @param retryAfter the value of the header {@code Retry-After}, or null
   */
  public ReadyPage answered(
      @Variable(Poll.VARIABLE) Poll poll,
      @Body InputStream body,
      @Header(Exchange.HTTP_RESPONSE_CODE) int httpStatus,
      @Header("Retry-After") String retryAfter) {
    ReadyPage page = reader.read(AnswerBody.whole(body));
    judge.answered(poll, httpStatus, page.code(), page.message(), page.broken(), retryAfter);
    return httpStatus / 100 == 2 ? page : ReadyPage.NONE;
  }

  /** An empty page where no answer came; the poll is judged as failed. */
  public ReadyPage noAnswer(
      @Variable(Poll.VARIABLE) Poll poll, @ExchangeException Exception failure) {
    judge.noAnswer(poll, failure);
    return ReadyPage.NONE;
  }
}
