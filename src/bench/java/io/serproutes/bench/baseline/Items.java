package io.serproutes.bench.baseline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The items of an answer, found in one pass over its tokens, and the member {@code task} that the
 * product adds to each: the baselines make the same bytes.
 */
final class Items {

  private static final JsonFactory JSON = new JsonFactory();
  private static final byte[] NAME = ",\"task\":".getBytes(StandardCharsets.US_ASCII);
  private static final List<String> OF_DATA = List.of("tag", "device", "os");
  private static final List<String> OF_RESULT = List.of("check_url", "datetime", "spell");
  private static final List<String> MEMBERS =
      List.of(
          "tag",
          "keyword",
          "se_domain",
          "location_code",
          "language_code",
          "device",
          "os",
          "check_url",
          "datetime",
          "spell");

  private final byte[] answer;
  private final List<Item> all = new ArrayList<>();
  private final Map<String, Part> data = new HashMap<>();
  private final Map<String, Part> result = new HashMap<>();
  private int status;
  private byte[] member;

  /** An item: its type, its rank, and its bytes in the answer. */
  record Item(String type, String rank, int from, int length) {}

  private record Part(int from, int to) {}

  private Items(byte[] answer) {
    this.answer = answer;
  }

  /** Reads the answer for a task; one result to a task is what the API sends. */
  static Items of(String id, byte[] answer) throws IOException {
    Items items = new Items(answer);
    try (JsonParser p = JSON.createParser(answer)) {
      int depth = 0;
      for (JsonToken t; (t = p.nextToken()) != null; ) {
        if (t.isStructStart()) {
          depth++;
        } else if (t.isStructEnd()) {
          depth--;
        } else if (t == JsonToken.FIELD_NAME && depth == 3) {
          items.taskMember(p);
        } else if (t == JsonToken.FIELD_NAME && depth == 5) {
          items.resultMember(p);
        }
      }
    }
    if (items.status != 20000) {
      throw new IOException("status " + items.status);
    }
    items.member = items.member(id);
    return items;
  }

  private void taskMember(JsonParser p) throws IOException {
    if (p.currentName().equals("status_code")) {
      status = p.nextIntValue(0);
    } else if (p.currentName().equals("data") && p.nextToken() == JsonToken.START_OBJECT) {
      while (p.nextToken() == JsonToken.FIELD_NAME) {
        note(data, p);
      }
    }
  }

  private void resultMember(JsonParser p) throws IOException {
    if (!p.currentName().equals("items")) {
      note(result, p);
    } else if (p.nextToken() == JsonToken.START_ARRAY) {
      while (p.nextToken() == JsonToken.START_OBJECT) {
        item(p);
      }
    }
  }

  private static void note(Map<String, Part> members, JsonParser p) throws IOException {
    String name = p.currentName();
    p.nextToken();
    int from = (int) p.currentTokenLocation().getByteOffset();
    p.skipChildren();
    p.finishToken();
    members.put(name, new Part(from, (int) p.currentLocation().getByteOffset()));
  }

  private void item(JsonParser p) throws IOException {
    int from = (int) p.currentTokenLocation().getByteOffset();
    String type = "";
    String rank = null;
    while (p.nextToken() == JsonToken.FIELD_NAME) {
      String name = p.currentName();
      p.nextToken();
      if (name.equals("type")) {
        type = p.getText();
      } else if (name.equals("rank_absolute")) {
        rank = p.getText();
      }
      p.skipChildren();
    }
    all.add(new Item(type, rank, from, (int) p.currentLocation().getByteOffset() - from));
  }

  private byte[] member(String id) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    out.writeBytes(("{\"id\":\"" + id + "\"").getBytes(StandardCharsets.US_ASCII));
    for (String name : MEMBERS) {
      Part part = OF_DATA.contains(name) ? null : result.get(name);
      if (part == null && !OF_RESULT.contains(name)) {
        part = data.get(name);
      }
      if (part != null) {
        out.writeBytes((",\"" + name + "\":").getBytes(StandardCharsets.US_ASCII));
        out.write(answer, part.from(), part.to() - part.from());
      }
    }
    out.writeBytes("}}".getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }

  List<Item> all() {
    return all;
  }

  /** Writes an item with its added member. */
  void write(Item item, ByteArrayOutputStream out) {
    out.write(answer, item.from(), item.length() - 1);
    out.writeBytes(NAME);
    out.writeBytes(member);
  }

  /** An item with its added member. */
  byte[] bytes(Item item) {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(item.length() + NAME.length + member.length);
    write(item, out);
    return out.toByteArray();
  }
}
