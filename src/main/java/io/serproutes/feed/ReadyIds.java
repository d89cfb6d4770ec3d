package io.serproutes.feed;

import io.serproutes.Secrets;
import io.serproutes.ids.TaskId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which ids of a page are fed. An id is fed once, and once more where it is still listed one period
 * after its receipt; an id that is parked here is not fed. Not thread-safe.
 */
final class ReadyIds {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-tasks-ready");
  private static final int MOST_NAMED = 1000;
  private static final int LONGEST_NAME = 80;

  private final Set<String> named = new LinkedHashSet<>();
  private final Secrets secrets;
  private final ReadyCounts counts;
  private final int period;

  /** Chooses ids; {@code period} is in seconds. */
  ReadyIds(Secrets secrets, ReadyCounts counts, int period) {
    this.secrets = secrets;
    this.counts = counts;
    this.period = period;
  }

  /**
   * What a page brings.
   *
   * @param ids the ids to feed now; they are noted as fed
   * @param news how many ids of the page this process did not know of, parked ones included
   * @param skipped what was not fed and why, to follow what was; empty where all was
   */
  record Chosen(List<TaskId> ids, int news, String skipped) {}

  /**
   * Chooses the ids of a page.
   *
   * @param parked those of its ids that are parked here
   * @param fed what was fed; the chosen ids are noted there as not yet kept
   */
  Chosen choose(ReadyPage page, Set<TaskId> parked, FedMemory fed) {
    List<TaskId> chosen = new ArrayList<>();
    Map<ReadyCounts.Skipped, Integer> skipped = new EnumMap<>(ReadyCounts.Skipped.class);
    skipped.put(ReadyCounts.Skipped.OTHER_ENDPOINT, page.foreign());
    skipped.put(ReadyCounts.Skipped.MALFORMED, page.malformed());
    int news = 0;
    for (TaskId id : page.ids()) {
      FedIds.Choice choice = fed.choose(id, period, parked.contains(id));
      news += choice == FedIds.Choice.FEED ? 1 : 0;
      ReadyCounts.Skipped why = whyNot(choice, parked.contains(id));
      if (why == null) {
        chosen.add(id);
      } else {
        skipped.merge(why, 1, Integer::sum);
      }
      if (why == ReadyCounts.Skipped.STILL_LISTED) {
        nameStillListed(id);
      }
    }
    page.examples().forEach(this::nameMalformed);
    counts.page(page.rows(), chosen.size(), skipped);
    return new Chosen(chosen, news, inWords(skipped));
  }

  /** Why an id is not fed; null where it is. */
  private static ReadyCounts.Skipped whyNot(FedIds.Choice choice, boolean isParked) {
    return switch (choice) {
      case FEED -> isParked ? ReadyCounts.Skipped.PARKED : null;
      case FEED_AGAIN -> null;
      case FED_BEFORE -> ReadyCounts.Skipped.FED_BEFORE;
      case STILL_LISTED -> ReadyCounts.Skipped.STILL_LISTED;
    };
  }

  private static String inWords(Map<ReadyCounts.Skipped, Integer> skipped) {
    StringJoiner words = new StringJoiner(", ", "; skipped: ", "").setEmptyValue("");
    skipped.forEach(
        (why, count) -> {
          if (count > 0) {
            words.add(String.format(Locale.ROOT, "%,d %s", count, why.words()));
          }
        });
    return words.toString();
  }

  private void nameMalformed(String text) {
    String name = secrets.quote(text, LONGEST_NAME);
    if (isNews(name)) {
      LOG.warn(
          "the list of finished tasks names \"{}\", which is not a task id; the row is skipped",
          name);
    }
  }

  private void nameStillListed(TaskId id) {
    if (isNews(id.value())) {
      LOG.warn(
          "{} is still on the list of finished tasks although it was fed twice and has its receipt;"
              + " it is not fed again",
          id);
    }
  }

  private boolean isNews(String name) {
    if (named.size() >= MOST_NAMED) {
      named.remove(named.iterator().next());
    }
    return named.add(name);
  }
}
