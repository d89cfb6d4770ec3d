package io.serproutes.faults;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A record of the topic of ids.
 *
 * @param entries the ids in it, or what is none
 */
record GivenRecord(String value, List<String> entries) {

  /** Records with all these entries, now and then an array of some. */
  static List<GivenRecord> of(List<String> entries, Random random) {
    List<GivenRecord> records = new ArrayList<>();
    for (int from = 0; from < entries.size(); ) {
      int size = random.nextInt(15) == 0 ? 1 + random.nextInt(10) : 1;
      List<String> some = entries.subList(from, Math.min(entries.size(), from + size));
      from += some.size();
      records.add(size == 1 ? one(some.get(0), random) : array(some));
    }
    return records;
  }

  private static GivenRecord one(String entry, Random random) {
    String form =
        List.of("%s", "\"%s\"", "{\"id\":\"%s\"}", "{\"x\":[],\"task_id\":\"%s\"}")
            .get(random.nextInt(4));
    return new GivenRecord(form.formatted(entry), List.of(entry));
  }

  private static GivenRecord array(List<String> entries) {
    return new GivenRecord("[\"" + String.join("\",\"", entries) + "\"]", entries);
  }
}
