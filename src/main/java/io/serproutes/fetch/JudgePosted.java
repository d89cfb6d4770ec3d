package io.serproutes.fetch;

import io.serproutes.GzipParts;
import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Verdict.Kind;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Answer;
import io.serproutes.items.AnswerReader;
import io.serproutes.items.Envelope;
import io.serproutes.items.PostedEndpoint;
import io.serproutes.items.SpoolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.apache.camel.Variable;

/**
 * Judges an answer that was posted to the program, as {@link Judge} judges the answer to a call.
 *
 * <p>Only a last word counts: a result, or that asking again cannot help. Whatever else was posted
 * (not ready, throttled, refused, a failure that may pass, no whole JSON document) says nothing of
 * the API, since whoever has the token may have posted it: its id is asked for. Safe for use by
 * many threads.
 */
public final class JudgePosted {

  private static final int BUFFER = 16 * 1024;

  private final Judge judge;
  private final Secrets secrets;
  private final PostedEndpoint endpoint;

  /** A judge that reads as {@code judge} does and quotes no secret. */
  public JudgePosted(Settings settings, Judge judge, Secrets secrets) {
    this.judge = judge;
    this.secrets = secrets;
    endpoint = new PostedEndpoint(settings.get(Keys.API_PATH));
  }

  /** What was read of a file. */
  private record Found(Answer answer, Envelope envelope, Verdict verdict) {}

  /**
   * Judges the file that came with the id of a task.
   *
   * @throws SpoolException where the temporary folder cannot keep it
   */
  public void judge(@Variable(Task.VARIABLE) Task task) throws SpoolException {
    try {
      Found found = read(task.getAnswerFile(), task.getId());
      task.judged(found.verdict, found.answer, found.envelope);
    } catch (SpoolException e) {
      throw e;
    } catch (IOException e) { // it was whole when it was stored: the disk has changed it
      task.judged(judge.unreadable(NoAnswer.inWords(e), null, null), null, null);
    }
  }

  /**
   * The verdict on the file of a task where that is final, in short; else null, and the id is asked
   * for.
   */
  public String finalVerdict(@Variable(Task.VARIABLE) Task task) {
    if (isFinal(task.getVerdict())) {
      return task.getVerdict().inShort();
    }
    task.passOverAnswerFile();
    return null;
  }

  /**
   * Whether a file, packed with gzip, holds the last word on an id.
   *
   * @throws AnswerReader.TooLargeException where it is over {@code serp.api.max-response-size}
   *     unpacked; the rest is not unpacked
   * @throws SpoolException where the temporary folder cannot keep it
   */
  public boolean isFinal(Path file, TaskId id) throws IOException {
    Found found = null;
    try {
      found = read(file, id);
      return isFinal(found.verdict);
    } catch (AnswerReader.TooLargeException | SpoolException e) {
      throw e;
    } catch (IOException e) {
      return false; // no whole gzip
    } finally {
      if (found != null) {
        found.answer.close();
      }
    }
  }

  private static boolean isFinal(Verdict verdict) {
    return verdict.isDeliver() || verdict.kind() == Kind.PERMANENT;
  }

  private Found read(Path file, TaskId id) throws IOException {
    try (InputStream packed = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        InputStream in = new GzipParts(packed, BUFFER)) {
      Answer answer = judge.read(in);
      try {
        return verdict(answer, id);
      } catch (IOException | RuntimeException e) {
        answer.close();
        throw e;
      }
    }
  }

  private Found verdict(Answer answer, TaskId id) throws IOException {
    Judge.Reading reading = Judge.read(answer, id);
    String other = endpoint.other(answer, reading.envelope());
    Verdict verdict =
        other == null
            ? judge.ofBody(reading, null, null)
            : new Verdict(
                Kind.PERMANENT, Reason.WRONG_ENDPOINT, null, secrets.quote(other), null, -1);
    return new Found(answer, reading.envelope(), verdict);
  }
}
