package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * One item as a record of its own, with the member that names its search. Valid while its answer is
 * open. Its bytes are made when they are asked for: an item may be larger than memory.
 */
public final class ItemRecord {

  private final int position;
  private final String type;
  private final String rankAbsolute;
  private final Answer answer;
  private final Item item;
  private final TaskMember member;
  private final long body;

  ItemRecord(int position, Answer answer, Item item, TaskMember member) throws IOException {
    this.position = position;
    this.answer = answer;
    this.item = item;
    this.member = member;
    this.type = item.type() == ItemType.OTHER ? typeAsSent() : item.type().toString();
    boolean isRanked = item.rankLength() > 0;
    this.rankAbsolute =
        isRanked ? new String(answer.copy(item.rankFrom(), item.rankLength()), UTF_8) : null;
    this.body = member.body(answer, item);
  }

  private String typeAsSent() throws IOException {
    String sent = "";
    try (JsonParser p = answer.parse(item.from(), item.length())) {
      if (p.nextToken() == JsonToken.START_OBJECT) {
        while (p.nextToken() != JsonToken.END_OBJECT) {
          boolean isType = p.currentName().equals("type");
          JsonToken value = p.nextToken();
          if (isType) {
            sent = value == JsonToken.VALUE_STRING ? p.getText() : ""; // the last one counts
          }
          p.skipChildren();
        }
      }
    }
    return sent;
  }

  /** Its place, 0-based, over all items of the task. */
  public int position() {
    return position;
  }

  /** Its {@code type} as the API sent it; empty where it has none. */
  public String type() {
    return type;
  }

  /** Its {@code rank_absolute} as the API sent it, or null. */
  public String rankAbsolute() {
    return rankAbsolute;
  }

  /** The number of its bytes. */
  public long length() {
    return member.length(item, body);
  }

  /**
   * Its bytes, which must fit into memory.
   *
   * @throws UncheckedIOException where the answer's file fails
   */
  public byte[] json() {
    Bytes out = new Bytes(Math.toIntExact(length()));
    try {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.all();
  }

  /**
   * Writes its bytes, a block at a time.
   *
   * @throws IOException where the stream or the answer's file fails
   */
  public void writeTo(OutputStream out) throws IOException {
    member.write(out, answer, item, body);
  }

  /** Bytes in an array of their number, which is not copied. */
  private static final class Bytes extends ByteArrayOutputStream {

    Bytes(int size) {
      super(size);
    }

    byte[] all() {
      return buf;
    }
  }
}
