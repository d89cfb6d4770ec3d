package io.serproutes.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * An answer with a result, and the records that must come of it, byte for byte. The same for the
 * same id and number; two answers of one id differ, so that whatever is mixed of them is seen.
 *
 * @param outcome that its receipt must say
 * @param records its items with what is added to them, in the order of the answer
 */
record MadeAnswer(String outcome, byte[] json, List<Item> records) {

  private static final int HUGE_ITEMS = 1_500;
  private static final String[] ODD = {
    "1.50e+10",
    "-0.0",
    "123456789012345678901234567890",
    "\"\\ud83d\\ude00 네이버 \\/\"",
    "[{\"type\":\"paid\"}]"
  };

  /** An item's record: organic, paid or other; its bytes as text. */
  record Item(String type, String record) {

    /** As a line: line breaks lie between tokens and become spaces. */
    String line() {
      return record.replace('\n', ' ');
    }

    int bytes() {
      return record.getBytes(UTF_8).length;
    }
  }

  /** The tag of an answer, which its items and its receipt repeat. */
  static String tag(int number) {
    return "answer " + number;
  }

  /** The number of the answer that a tag names; 0 where it names none. */
  static int number(String tag) {
    return tag.matches("answer \\d+") ? Integer.parseInt(tag.substring(7)) : 0;
  }

  /** The answer that an id of this kind gets for the {@code number}th time, from 1. */
  static MadeAnswer of(Kind kind, String id, int number) {
    Random random = new Random(31L * id.hashCode() + number);
    List<Item> records = new ArrayList<>();
    List<String> results = new ArrayList<>();
    String data =
        "\"tag\":\"%s\",\"keyword\":\"맛집 %d\",\"device\":\"desktop\""
            .formatted(tag(number), number);
    for (int left = items(kind, random), first = left; left > 0; ) {
      int some = first < 20 && random.nextInt(4) == 0 ? 1 + random.nextInt(left) : left;
      left -= some;
      String keyword =
          "\"keyword\":\"%s\",\"se_domain\":\"naver.com\",\"location_code\":2410"
              .formatted(random.nextInt());
      String seen =
          "\"check_url\":\"https:\\/\\/x.test/?a=b\",\"datetime\":\"2026-11-27 00:00:00 +00:00\"";
      String member =
          "{\"id\":\"%s\",\"tag\":\"%s\",%s,\"device\":\"desktop\",%s}"
              .formatted(id, tag(number), keyword, seen);
      List<String> items = new ArrayList<>();
      for (int i = 0; i < some; i++) {
        String item = kind == Kind.HUGE ? large(1_000, i) : item(random, i);
        if (kind == Kind.OVERSIZED && left == 0 && i == some - 1) {
          item = large(Plan.MAX_ITEM_BYTES, i);
        }
        items.add(item);
        records.add(record(item, member));
      }
      results.add(
          "{%s,%s,\"items_count\":%d,\"items\":[%s]}"
              .formatted(keyword, seen, some, String.join(", ", items)));
    }
    int code =
        kind == Kind.PARTIAL ? 40106 : results.isEmpty() && random.nextBoolean() ? 40102 : 20000;
    String result = results.isEmpty() ? "null" : "[" + String.join(",", results) + "]";
    String json =
        "{\"version\":\"0.1\",\"status_code\":20000,\"tasks\":[{\"id\":\"%s\",\"status_code\":%d,\"data\":{%s},\"result\":%s}]}"
            .formatted(id, code, data, result);
    return new MadeAnswer(kind.hasResult() ? kind.outcome() : null, json.getBytes(UTF_8), records);
  }

  private static int items(Kind kind, Random random) {
    return switch (kind) {
      case EMPTY -> 0;
      case HUGE -> HUGE_ITEMS;
      default -> 1 + random.nextInt(12);
    };
  }

  private static String large(int bytes, int rank) {
    return "{\"type\":\"organic\",\"rank_absolute\":%d,\"text\":\"%s\"}"
        .formatted(rank, "0123456789".repeat(bytes / 10));
  }

  private static String item(Random random, int rank) {
    String odd = ODD[random.nextInt(ODD.length)];
    return switch (random.nextInt(12)) {
      case 0 -> "{ }";
      case 1 -> odd;
      case 2 -> "{\"rank_absolute\":%d,\"title\":%s}".formatted(rank, odd);
      case 3 -> "{\"type\":\"images\",\"items\":[{\"type\":\"organic\",\"x\":%s}]}".formatted(odd);
      case 4 -> "{\"type\":\"organic\",\"task\":{\"id\":1},\"x\":%s}".formatted(odd);
      case 5 -> "{\n  \"type\" : \"organic\",\n  \"x\" : %s\n}".formatted(odd);
      case 6, 7 -> "{\"type\":\"paid\",\"rank_absolute\":%d,\"x\":%s }".formatted(rank, odd);
      default ->
          "{\"type\":\"organic\",\"rank_group\":1,\"rank_absolute\":%d,\"x\":%s}"
              .formatted(rank, odd);
    };
  }

  private static Item record(String item, String member) {
    if (!item.startsWith("{")) {
      return new Item("other", "{\"item\":" + item + ",\"task\":" + member + "}");
    }
    String body = item.substring(0, item.length() - 1).stripTrailing();
    String name = item.contains("\"task\":") ? "serp_task" : "task";
    String comma = body.length() > 1 ? "," : "";
    return new Item(type(item), body + comma + "\"" + name + "\":" + member + "}");
  }

  private static String type(String item) {
    String start = item.replaceAll("\\s", "");
    return start.startsWith("{\"type\":\"organic\"")
        ? "organic"
        : start.startsWith("{\"type\":\"paid\"") ? "paid" : "other";
  }
}
