package io.serproutes.fetch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.serproutes.Finding;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What {@code user_data} says of the account (docs.dataforseo.com/v3/appendix/user_data): any
 * member may be absent or null.
 */
final class UserData {

  private static final int MOST_BYTES = 4 << 20; // the vendor's price list is part of it
  private static final int AT_ONCE = 30; // the vendor's for every account; user_data has it not
  private static final JsonMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxDocumentLength(MOST_BYTES)
                      .maxNestingDepth(100)
                      .build())
              .build());

  private final JsonNode account;
  private final Settings settings;

  UserData(JsonNode account, Settings settings) {
    this.account = account;
    this.settings = settings;
  }

  /** The JSON of a body; null for no body. */
  static JsonNode tree(InputStream body) throws IOException {
    return body == null ? null : JSON.readTree(body);
  }

  /** Compares it with our keys. */
  void compare(Consumer<Finding> found) {
    int calls = settings.get(Keys.CALLS_PER_MINUTE);
    OptionalInt limit = callsPerMinute();
    List<String> well = new ArrayList<>(List.of("login accepted"));
    JsonNode balance = account.at("/money/balance");
    if (balance.isNumber()) {
      well.add(String.format(Locale.ROOT, "balance %.2f USD", balance.doubleValue()));
    }
    if (limit.isPresent() && limit.getAsInt() >= calls) {
      String unused =
          limit.getAsInt() == calls ? "" : ", of which serp.api.calls-per-minute=" + calls;
      well.add(limit.getAsInt() + " calls a minute" + unused);
    } else if (limit.isEmpty()) {
      well.add("it names no limit of calls a minute");
    }
    found.accept(Finding.ok(String.join("; ", well)));
    warnings(balance, limit, calls).forEach(warning -> found.accept(Finding.warn(warning)));
  }

  private List<String> warnings(JsonNode balance, OptionalInt limit, int calls) {
    List<String> warnings = new ArrayList<>();
    if (balance.isNumber() && balance.doubleValue() <= 0) {
      warnings.add("the account has no money left; the API may refuse it (HTTP 402): top it up");
    }
    if (limit.isPresent() && limit.getAsInt() < calls) {
      warnings.add(
          "%s=%s is more than the account's limit of %3$s; calls would be throttled: set it to %3$s"
              .formatted(Keys.CALLS_PER_MINUTE, calls, limit.getAsInt()));
    }
    int atOnce = settings.get(Keys.MAX_CONCURRENT);
    if (atOnce > AT_ONCE) {
      warnings.add(
          ("%s=%s is more than the %3$s calls at once that the vendor allows an account; calls"
                  + " would be throttled: set it to %3$s, unless the vendor allows you more")
              .formatted(Keys.MAX_CONCURRENT, atOnce, AT_ONCE));
    }
    return warnings;
  }

  /** The least of the limits a minute that hold for our path: of all calls, of the API, its own. */
  OptionalInt callsPerMinute() {
    JsonNode level = account.at("/rates/limits/minute");
    List<Integer> limits = new ArrayList<>();
    add(limits, level.path("total"));
    for (String segment : settings.get(Keys.API_PATH).split("/")) {
      add(limits, level.path("total_" + segment));
      if (level.has(segment)) {
        level = level.path(segment);
        add(limits, level.path("total"));
      }
    }
    add(limits, level);
    return limits.stream().mapToInt(limit -> limit).min();
  }

  private static void add(List<Integer> limits, JsonNode limit) {
    if (limit.isNumber() && limit.doubleValue() >= 1) {
      limits.add((int) Math.min(limit.doubleValue(), Integer.MAX_VALUE));
    }
  }
}
