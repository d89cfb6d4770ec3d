package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.Envelope.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * What an answer says of a task besides its items, byte for byte, for its receipt.
 *
 * <p>Only webhook URLs are cut after their host: the rest may be a secret of the account's owner.
 * Each method throws a {@link TooLongException} for more than 1 MiB.
 */
public final class ReceiptFields {

  private static final long LONGEST = 1 << 20;

  private ReceiptFields() {}

  /** The task's {@code data}; null where it has none. */
  public static String data(Answer answer, FoundTask task) throws IOException {
    return task.data() == null ? null : text(answer, task.data());
  }

  /** The keyword of the first result that has one, else of {@code data}; null for none. */
  public static String keyword(Answer answer, FoundTask task) throws IOException {
    for (Result result : task.results()) {
      Part keyword = result.fields().get("keyword");
      if (keyword != null) {
        return text(answer, keyword);
      }
    }
    Part keyword = task.dataFields().get("keyword");
    return keyword == null ? null : text(answer, keyword);
  }

  /** The tag of {@code data}; null where it has none. */
  public static String tag(Answer answer, FoundTask task) throws IOException {
    Part tag = task.dataFields().get("tag");
    return tag == null ? null : text(answer, tag);
  }

  /** All result objects without their items, as one JSON array. */
  public static String results(Answer answer, FoundTask task) throws IOException {
    checkLength(task.results().stream().mapToLong(ReceiptFields::lengthWithoutItems).sum());
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    String separator = "[";
    for (Result result : task.results()) {
      out.write(separator.getBytes(UTF_8));
      withoutItems(answer, result, out);
      separator = ",";
    }
    out.write((task.results().isEmpty() ? "[]" : "]").getBytes(UTF_8));
    return Webhooks.cut(out.toString(UTF_8));
  }

  private static long lengthWithoutItems(Result result) {
    long omitted = result.omitted().stream().mapToLong(Part::length).sum();
    return result.whole().length() - omitted;
  }

  private static void checkLength(long bytes) throws TooLongException {
    if (bytes > LONGEST) {
      throw new TooLongException(bytes);
    }
  }

  private static void withoutItems(Answer answer, Result result, ByteArrayOutputStream out)
      throws IOException {
    long from = result.whole().from();
    for (Part member : result.omitted()) {
      answer.writeTo(out, from, member.from() - from);
      from = member.to();
    }
    answer.writeTo(out, from, result.whole().to() - from);
  }

  /** What the API claims to have sent, over all results; null where it claims nothing. */
  public static Long claimedItems(FoundTask task) {
    Long sum = null;
    for (Result result : task.results()) {
      if (result.claimed() != null) {
        sum = (sum == null ? 0 : sum) + result.claimed();
      }
    }
    return sum;
  }

  /** A part of an answer is too long to be quoted; it has not been read into memory. */
  public static final class TooLongException extends IOException {

    TooLongException(long bytes) {
      super("a part of " + bytes + " bytes is not quoted");
    }
  }

  private static String text(Answer answer, Part part) throws IOException {
    checkLength(part.length());
    String text = new String(answer.copy(part.from(), (int) part.length()), UTF_8);
    return Webhooks.cut(text);
  }
}
