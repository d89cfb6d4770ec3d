package io.serproutes.items;

import io.serproutes.ids.TaskId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Makes answers that are valid JSON and as odd as JSON may be, and knows as raw text what is to be
 * found in them.
 */
final class RandomAnswers {

  static final TaskId ASKED = TaskId.parse("03171324-0696-0066-0000-d4f3b5bc1ba2");

  /** An answer; what stands in it twice is here as the last one says. */
  record Made(
      String json,
      Integer statusCode,
      String statusMessage,
      boolean hasTasks,
      int otherTasks,
      MadeTask task) {

    byte[] bytes() {
      return json.getBytes(StandardCharsets.UTF_8);
    }
  }

  record MadeTask(
      String raw, Integer statusCode, String data, Map<String, String> dataFields, MadeResults of) {

    List<MadeResult> results() {
      return of.objects;
    }
  }

  /** The member {@code result}: its raw value, null where it is absent, and its objects. */
  record MadeResults(String raw, List<MadeResult> objects) {}

  record MadeResult(String raw, Map<String, String> fields, List<MadeItem> items, Long claimed) {}

  record MadeItem(String raw, ItemType type, boolean isObject, boolean hasTask, String rank) {}

  private record Member(String name, String value) {}

  private static final String[] TEXTS = {
    "a",
    "Z",
    " ",
    "0",
    "네이버",
    "검색 결과",
    "é",
    "😀",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "items",
    "task",
    "\\\"",
    "\\\\",
    "\\/",
    "\\n",
    "\\t",
    "\\u00e9",
    "\\ud800",
    "\\udc00",
    "\\ud83d\\ude00",
    "\\u0022",
    "\\u005c",
    "</b>",
    "?a=b&c=d"
  };
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1",
    "7",
    "110",
    "-17",
    "1.5",
    "-0.0",
    "1e5",
    "1E-7",
    "-2.50e+10",
    "1e400",
    "123456789012345678901234567890",
    "0.1000",
    "9223372036854775807"
  };
  private static final String[] NAMES = {
    "rank_group", "page", "domain", "title", "description", "url", "breadcrumb", "xpath", "", "제목"
  };
  private static final int DEEP = 500;

  private final Random random;
  private final boolean pretty;

  RandomAnswers(Random random) {
    this.random = random;
    pretty = random.nextBoolean();
  }

  Made answer() {
    List<Member> members = new ArrayList<>();
    members.add(new Member("version", "\"0.1.20260717\""));
    Integer code = null;
    if (!oneIn(6)) {
      Code made = code();
      code = made.value;
      members.add(new Member("status_code", made.raw));
    }
    members.add(new Member("status_message", "\"Ok.\""));
    members.add(new Member("time", text()));
    members.add(new Member("cost", number()));
    if (oneIn(3)) {
      members.add(new Member(pick("more", "result", "items", "id"), value(3)));
    }
    MadeTask task = oneIn(10) ? null : task();
    int others = 0;
    boolean hasTasks = false;
    if (task != null || !oneIn(3)) {
      List<String> elements = new ArrayList<>();
      while (oneIn(3)) {
        elements.add(oneIn(3) ? noObject() : otherTask());
      }
      others = elements.size();
      if (task != null) {
        elements.add(random.nextInt(others + 1), task.raw);
      }
      hasTasks = !elements.isEmpty();
      members.add(new Member("tasks", array(elements)));
    } else if (oneIn(2)) {
      members.add(new Member("tasks", noArray()));
    }
    String json = space() + object(members) + space();
    return new Made(json, code, "Ok.", hasTasks, others, task);
  }

  private MadeTask task() {
    List<Member> members = new ArrayList<>();
    String id = oneIn(3) ? ASKED.value().toUpperCase(java.util.Locale.ROOT) : ASKED.value();
    members.add(new Member("id", '"' + id + '"'));
    Code code = code();
    members.add(new Member("status_code", code.raw));
    members.add(new Member("status_message", "\"Ok.\""));
    members.add(new Member("path", "[\"v3\",\"serp\"]"));
    if (oneIn(3)) {
      members.add(new Member(pick("more", "items", "tasks"), value(3)));
    }
    String data = null;
    Map<String, String> dataFields = new LinkedHashMap<>();
    if (!oneIn(5)) {
      data = oneIn(6) ? noObject() : data(dataFields);
      members.add(new Member("data", data));
    }
    MadeResults results = results();
    if (results.raw != null) {
      members.add(new Member("result", results.raw));
    }
    return new MadeTask(object(members), code.value, data, dataFields, results);
  }

  private String otherTask() {
    List<Member> members = new ArrayList<>();
    if (!oneIn(3)) {
      members.add(new Member("id", pick("\"03171324-0696-0066-0000-d4f3b5bc1ba3\"", "null", "7")));
    }
    members.add(new Member("status_code", "20000"));
    members.add(new Member("data", data(new LinkedHashMap<>())));
    MadeResults results = results();
    if (results.raw != null) {
      members.add(new Member("result", results.raw));
    }
    return object(members);
  }

  private String data(Map<String, String> fields) {
    List<Member> members = new ArrayList<>();
    for (String name :
        List.of("tag", "keyword", "se_domain", "location_code", "language_code", "device", "os")) {
      field(name, fields, members);
    }
    members.add(new Member("api", "\"serp\""));
    members.add(new Member("priority", value(2)));
    return object(members);
  }

  private void field(String name, Map<String, String> fields, List<Member> members) {
    if (oneIn(2)) {
      String value = value(2);
      fields.put(name, value);
      members.add(new Member(name, value));
    }
  }

  private MadeResults results() {
    if (oneIn(8)) {
      return new MadeResults(oneIn(2) ? null : noArray(), List.of());
    }
    List<MadeResult> objects = new ArrayList<>();
    List<String> elements = new ArrayList<>();
    do {
      if (oneIn(5)) {
        elements.add(noObject());
      } else {
        MadeResult result = result();
        objects.add(result);
        elements.add(result.raw);
      }
    } while (oneIn(4));
    return new MadeResults(array(elements), objects);
  }

  private MadeResult result() {
    List<Member> members = new ArrayList<>();
    Map<String, String> fields = new LinkedHashMap<>();
    for (String name :
        List.of(
            "keyword",
            "se_domain",
            "location_code",
            "language_code",
            "check_url",
            "datetime",
            "spell")) {
      field(name, fields, members);
    }
    if (oneIn(2)) {
      members.add(new Member("item_types", "[\"organic\",\"paid\",\"related_searches\"]"));
    }
    Long claimed = null;
    if (!oneIn(4)) {
      claimed = oneIn(4) ? null : (Long) (long) random.nextInt(200);
      members.add(
          new Member("items_count", claimed == null ? pick("null", "1.5", "\"3\"") : "" + claimed));
    }
    List<MadeItem> items = new ArrayList<>();
    if (oneIn(6)) {
      if (oneIn(2)) {
        members.add(new Member("items", noArray()));
      }
    } else {
      while (!oneIn(8)) {
        items.add(item());
      }
      members.add(new Member("items", array(items.stream().map(MadeItem::raw).toList())));
    }
    return new MadeResult(object(members), fields, items, claimed);
  }

  private MadeItem item() {
    if (oneIn(10)) {
      return new MadeItem(noObject(), ItemType.OTHER, false, false, null);
    }
    List<Member> members = new ArrayList<>();
    ItemType type = ItemType.OTHER;
    boolean hasTask = false;
    String rank = null;
    if (!oneIn(12)) {
      for (int i = random.nextInt(5); i > 0; i--) {
        members.add(new Member(pick(NAMES), value(3)));
      }
      if (!oneIn(8)) {
        type = pick(ItemType.ORGANIC, ItemType.ORGANIC, ItemType.PAID, ItemType.OTHER);
        members.add(new Member("type", typeText(type)));
      }
      if (oneIn(6)) {
        hasTask = true;
        members.add(new Member("task", value(3)));
      }
      if (oneIn(2)) {
        rank = oneIn(5) ? null : number();
        members.add(new Member("rank_absolute", rank == null ? noNumber() : rank));
      }
    }
    return new MadeItem(object(members), type, true, hasTask, rank);
  }

  private String typeText(ItemType type) {
    return switch (type) {
      case ORGANIC -> pick("\"organic\"", "\"organic\"", "\"org\\u0061nic\"");
      case PAID -> "\"paid\"";
      default ->
          pick(
              "\"images\"",
              "\"Organic\"",
              "\"\"",
              "null",
              "1",
              "[\"organic\"]",
              "{\"type\":\"organic\"}",
              text());
    };
  }

  private record Code(String raw, Integer value) {}

  private Code code() {
    if (oneIn(6)) {
      return new Code(
          pick("null", "\"20000\"", "20000.5", "99999999999", "[20000]", "{\"code\":1}"), null);
    }
    int code = pick(20000, 40102, 40602, 50000, -1, 0);
    return new Code("" + code, code);
  }

  /** An object in any order; sometimes a name appears twice, and then the last one counts. */
  private String object(List<Member> wanted) {
    List<Member> members = new ArrayList<>(wanted);
    Collections.shuffle(members, random);
    while (!members.isEmpty() && oneIn(5)) {
      int real = random.nextInt(members.size());
      String name = members.get(real).name;
      members.add(random.nextInt(real + 1), new Member(name, decoy(name)));
    }
    StringBuilder json = new StringBuilder("{");
    String separator = "";
    for (Member member : members) {
      json.append(separator).append(space()).append(name(member.name)).append(space());
      json.append(':').append(space()).append(member.value).append(space());
      separator = ",";
    }
    return json.append(members.isEmpty() ? space() : "").append('}').toString();
  }

  private String decoy(String name) {
    Supplier<String> like =
        switch (name) {
          case "items" -> () -> array(List.of(item().raw, item().raw));
          case "result" -> () -> array(List.of(result().raw));
          case "tasks" -> () -> array(List.of(task().raw));
          case "type" -> () -> pick("\"organic\"", "\"paid\"", "\"images\"");
          case "status_code", "items_count", "rank_absolute" -> () -> "40100";
          default -> () -> value(2);
        };
    return oneIn(3) ? value(2) : like.get();
  }

  private String name(String name) {
    if (!name.isEmpty() && oneIn(15)) {
      int at = random.nextInt(name.length());
      String escaped = String.format("\\u%04x", (int) name.charAt(at));
      return '"' + name.substring(0, at) + escaped + name.substring(at + 1) + '"';
    }
    return '"' + name + '"';
  }

  private String array(List<String> elements) {
    StringBuilder json = new StringBuilder("[").append(space());
    String separator = "";
    for (String element : elements) {
      json.append(separator).append(space()).append(element).append(space());
      separator = ",";
    }
    return json.append(']').toString();
  }

  private String value(int depth) {
    if (oneIn(60)) {
      return "[".repeat(DEEP) + scalar() + "]".repeat(DEEP);
    }
    if (depth == 0 || !oneIn(3)) {
      return scalar();
    }
    if (random.nextBoolean()) {
      List<String> elements = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        elements.add(value(depth - 1));
      }
      return array(elements);
    }
    List<Member> members = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      members.add(new Member(pick("type", "task", "items", "a", "b"), value(depth - 1)));
    }
    return object(members);
  }

  private String scalar() {
    return switch (random.nextInt(5)) {
      case 0 -> pick("null", "true", "false");
      case 1 -> number();
      default -> text();
    };
  }

  private String noObject() {
    return oneIn(4) ? array(List.of(value(1))) : scalar();
  }

  private String noArray() {
    return oneIn(4) ? object(List.of(new Member("a", value(1)))) : scalar();
  }

  private String noNumber() {
    return pick("null", "\"7\"", "[7]", "{\"a\":7}");
  }

  private String number() {
    if (oneIn(10)) {
      StringBuilder digits = new StringBuilder(oneIn(2) ? "-" : "").append(1 + random.nextInt(9));
      for (int i = random.nextInt(400); i > 0; i--) {
        digits.append(random.nextInt(10));
      }
      return digits.append(pick("", ".25", "e12", "E-300", ".5e+7")).toString();
    }
    return pick(NUMBERS);
  }

  private String text() {
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(pick(TEXTS));
    }
    return text.append('"').toString();
  }

  private String space() {
    if (!pretty) {
      return "";
    }
    return oneIn(40) ? " ".repeat(random.nextInt(9000)) : pick("", " ", "\n", "\r\n", "\t", "  ");
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  @SafeVarargs
  private <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
