package io.serproutes.ids;

import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Which headers of an id's record are passed on to what comes of the id: those that {@code
 * serp.kafka.pass-headers} names, up to 1,024 bytes each. Immutable.
 */
public final class PassedHeaders {

  private static final int LONGEST = 1024;

  private final String[] names;

  /** The headers that {@code serp.kafka.pass-headers} names. */
  public PassedHeaders(Settings settings) {
    names = settings.get(Keys.PASS_HEADERS).toArray(String[]::new);
  }

  /** How many bytes they have at most, without their names. */
  public int mostBytes() {
    return names.length * LONGEST;
  }

  /**
   * Returns those to be passed on, by name, in the order of the key; a longer one and one without a
   * value are left out.
   *
   * @param value gives the bytes of a header by its name; null where there is none
   */
  public Map<String, byte[]> of(Function<String, byte[]> value) {
    Map<String, byte[]> passed = new LinkedHashMap<>();
    for (String name : names) {
      byte[] bytes = value.apply(name);
      if (bytes != null && bytes.length <= LONGEST) {
        passed.put(name, bytes);
      }
    }
    return passed.isEmpty() ? Map.of() : passed;
  }
}
