package io.serproutes.fetch;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.serproutes.FatalErrors;
import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.StatusCodes.Meaning;
import io.serproutes.fetch.Verdict.Kind;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Answer;
import io.serproutes.items.AnswerReader;
import io.serproutes.items.Envelope;
import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.SpoolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.ZipException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeException;
import org.apache.camel.Header;
import org.apache.camel.Message;
import org.apache.camel.NoSuchHeaderException;
import org.apache.camel.Processor;
import org.apache.camel.Variable;
import org.apache.camel.support.ExchangeHelper;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.MessageConstraintException;

/**
 * Decides what an answer means: HTTP status first, then the top {@code status_code}, then that of
 * the asked task. Neither {@code tasks_error} nor any message is looked at.
 *
 * <p>The decision is left in the task. Safe for use by many threads.
 */
public final class Judge implements Processor {

  private static final int MOST_SEARCHED = 64 * 1024;

  // as HTML, an address, JSON or the path of a file may write it, in small letters
  private static final Pattern SLASH = Pattern.compile("&#0*47;|&#x0*2f;|&sol;|%2f|\\\\u002f|\\\\");

  private final AnswerReader reader;
  private final TaskGetClient client;
  private final Secrets secrets;
  private final NoAnswer noAnswer;

  /** A judge that reads as much as {@code serp.api.max-response-size} and quotes no secret. */
  public Judge(Settings settings, TaskGetClient client, Secrets secrets) {
    this.reader = new AnswerReader(settings.get(Keys.MAX_RESPONSE_SIZE));
    this.client = client;
    this.secrets = secrets;
    this.noAnswer = new NoAnswer(settings.text(Keys.BASE_URL));
  }

  /**
   * Reads the answer to the call for a task, and judges it.
   *
   * @throws NoSuchHeaderException where it has no HTTP status
   * @throws SpoolException where the temporary folder cannot keep it; {@link #noAnswer} passes that
   *     on
   * @throws IOException where the body breaks off, does not come in time or is too large
   */
  @Override
  public void process(Exchange exchange) throws IOException, NoSuchHeaderException {
    Message message = exchange.getMessage();
    answered(
        Task.of(exchange),
        AnswerBody.whole(message.getBody(InputStream.class)),
        ExchangeHelper.getMandatoryHeader(exchange, Exchange.HTTP_RESPONSE_CODE, Integer.class),
        message.getHeader(HttpHeaders.RETRY_AFTER, String.class));
  }

  void answered(Task task, InputStream body, int httpStatus, String retryAfter) throws IOException {
    noAnswer.over();
    Answer answer = read(body);
    try {
      if (body != null) {
        body.close();
      }
      judge(task, answer, httpStatus, retryAfter);
    } catch (IOException | RuntimeException e) {
      answer.close();
      throw e;
    }
  }

  /** Reads a body, or none where it is null; the answer is to be closed. */
  Answer read(InputStream body) throws IOException {
    return reader.read(body);
  }

  void judge(Task task, Answer answer, int httpStatus, String retryAfter) throws SpoolException {
    Reading reading = read(answer, task.getId());
    Verdict verdict =
        httpStatus / 100 == 2
            ? ofBody(reading, httpStatus, retryAfter)
            : ofHttp(task, answer, reading.envelope(), httpStatus, retryAfter);
    task.judged(verdict, answer, reading.envelope());
  }

  /**
   * What an answer says.
   *
   * @param envelope null where it cannot be read
   * @param unreadable why not, or null
   */
  record Reading(Envelope envelope, String unreadable) {}

  static Reading read(Answer answer, TaskId id) throws SpoolException {
    try {
      return new Reading(Envelope.read(answer, id), null);
    } catch (JsonProcessingException e) {
      String why = e.getOriginalMessage();
      return new Reading(null, "the answer is no whole JSON document: " + why);
    } catch (SpoolException e) {
      throw e;
    } catch (IOException e) {
      return new Reading(null, "the answer cannot be read: " + e.getMessage());
    }
  }

  /**
   * Judges a call that brought no whole answer. An HTTP status that is no success counts also
   * without its body.
   *
   * @param httpStatus the HTTP status, or null where not even that came
   * @param retryAfter the value of the header {@code Retry-After}, or null
   * @throws SpoolException where this machine could not keep it: that says nothing about the API or
   *     the id, so there is no verdict, and no attempt is charged
   * @throws StoppingException where the call may have been aborted because the program stops; as
   *     above
   */
  public void noAnswer(
      @Variable(Task.VARIABLE) Task task,
      @ExchangeException Exception failure,
      @Header(Exchange.HTTP_RESPONSE_CODE) Integer httpStatus,
      @Header(HttpHeaders.RETRY_AFTER) String retryAfter)
      throws SpoolException, StoppingException {
    FatalErrors.report(failure); // the client wraps it, and it is no failure of the call
    if (failure instanceof SpoolException disk) {
      throw disk;
    }
    if (client.isStopped()) {
      throw new StoppingException();
    }
    boolean brokeOff =
        failure instanceof AnswerReader.TooLargeException
            || failure instanceof ConnectionClosedException
            || failure instanceof MalformedChunkCodingException
            || failure instanceof MessageConstraintException // over ApiConnections' bounds
            || failure instanceof ZipException
            || failure instanceof java.io.EOFException;
    boolean isLate = client.isLate(); // then we aborted it
    Reason reason = brokeOff && !isLate ? Reason.UNREADABLE : Reason.RETRIES_EXHAUSTED;
    String words = quote(isLate ? client.late() : NoAnswer.inWords(failure));
    if (!isLate) {
      noAnswer.warn(failure, words);
    }
    Meaning meaning =
        httpStatus == null || httpStatus / 100 == 2
            ? new Meaning(Kind.TRANSIENT, reason)
            : StatusCodes.ofHttp(httpStatus, null);
    task.judged(meaning.verdict(null, words, httpStatus, retryAfter), null, null);
  }

  private Verdict ofHttp(
      Task asked, Answer answer, Envelope envelope, int status, String retryAfter)
      throws SpoolException {
    FoundTask task = envelope == null ? null : envelope.task();
    Meaning meaning =
        status == 404 && isAboutTheId(asked, answer, envelope)
            ? new Meaning(Kind.PERMANENT, Reason.NOT_FOUND)
            : StatusCodes.ofHttp(status, code(envelope, task));
    String words = quote(message(envelope, task));
    return meaning.verdict(code(envelope, task), words, status, retryAfter);
  }

  // a gateway's page for an id that does not exist may have any form; only its beginning is
  // searched
  private static boolean isAboutTheId(Task asked, Answer answer, Envelope envelope)
      throws SpoolException {
    if (envelope != null) {
      Integer code = code(envelope, envelope.task());
      if (envelope.task() != null || code != null && StatusCodes.isAboutTheId(code)) {
        return true;
      }
    }
    String id = asked.getId().value();
    // after a slash it is our own path, which a server at a wrong address echoes
    String start = SLASH.matcher(start(answer).toLowerCase(Locale.ROOT)).replaceAll("/");
    start = start.replace("/" + id, "");
    return start.contains(id) || envelope == null && StatusCodes.namesCodeAboutTheId(start);
  }

  private static String start(Answer answer) throws SpoolException {
    try {
      int length = (int) Math.min(answer.length(), MOST_SEARCHED);
      return new String(answer.copy(0, length), StandardCharsets.ISO_8859_1);
    } catch (SpoolException e) {
      throw e;
    } catch (IOException e) {
      return ""; // it cannot be read again, so it says nothing
    }
  }

  // the code that says more: the task's, else the top one
  private static Integer code(Envelope envelope, FoundTask task) {
    if (task != null && task.statusCode() != null) {
      return task.statusCode();
    }
    return envelope == null ? null : envelope.statusCode();
  }

  private static String message(Envelope envelope, FoundTask task) {
    if (task != null && task.statusCode() != null) {
      return task.statusMessage();
    }
    return envelope == null ? null : envelope.statusMessage();
  }

  /**
   * What a whole body means that came with success.
   *
   * @param status the HTTP status, or null where it came without a call
   */
  Verdict ofBody(Reading reading, Integer status, String retryAfter) {
    Envelope envelope = reading.envelope();
    if (envelope == null) {
      return unreadable(reading.unreadable(), null, status);
    }
    Integer top = envelope.statusCode();
    if (top != null) {
      Meaning meaning = StatusCodes.ofCode(top);
      if (meaning.kind() != Kind.DELIVER) {
        return meaning.verdict(top, quote(envelope.statusMessage()), status, retryAfter);
      }
    }
    FoundTask task = envelope.task();
    if (task == null) {
      String what = envelope.hasTasks() ? "no task with the asked id" : "no tasks";
      return unreadable("the answer holds " + what, top, status);
    }
    if (task.statusCode() == null) {
      return unreadable("the task has no status_code", top, status);
    }
    Meaning meaning = StatusCodes.ofCode(task.statusCode());
    if (meaning.kind() == Kind.DELIVER && task.unlike() != null) {
      return unreadable("the task's " + task.unlike(), task.statusCode(), status);
    }
    return meaning.verdict(task.statusCode(), quote(task.statusMessage()), status, retryAfter);
  }

  Verdict unreadable(String words, Integer code, Integer status) {
    return new Verdict(Kind.TRANSIENT, Reason.UNREADABLE, code, quote(words), status, -1);
  }

  private String quote(String words) {
    return words == null ? null : secrets.quote(words);
  }
}
