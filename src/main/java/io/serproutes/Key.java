package io.serproutes;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A key of serp-routes: its name, and what its text may be. Immutable.
 *
 * <p>Durations are written {@code 500ms}, {@code 2s}, {@code 5m}, {@code 24h}, {@code 3d}; sizes
 * {@code 900KiB}, {@code 64MiB} or plain bytes; the parts of a list are separated by commas. Space
 * around a text is ignored, except in credentials.
 *
 * @param <T> what its text is read as
 */
public final class Key<T> {

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
  private static final Duration LONGEST = Duration.ofDays(36_500); // far from what nanos can hold
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB)?");
  private static final List<String> SIZE_UNITS = List.of("B", "KiB", "MiB", "GiB");
  private static final Pattern SHARE = Pattern.compile("([1-9]\\d{0,5})\\s*/\\s*([1-9]\\d{0,5})");
  private static final Pattern RANGE = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9._~-]{22,200}");
  private static final Pattern HEADER =
      Pattern.compile(
          "(?i)(?!content-type$|serp\\.|camel|kafka\\.|org\\.apache\\.camel)[!-~]{1,100}");
  private static final int MOST_HEADERS = 20;
  private static final Pattern BEARER = Pattern.compile("[A-Za-z0-9._~+/=-]{8,200}");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?");
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}+");

  private final String name;
  private final Function<String, T> reader;
  private final boolean secret;

  private Key(String name, Function<String, T> reader) {
    this(name, reader, false);
  }

  private Key(String name, Function<String, T> reader, boolean secret) {
    this.name = name;
    this.reader = reader;
    this.secret = secret;
  }

  /**
   * A key whose reader returns null for what is malformed.
   *
   * @param expected what a text must be, as it follows "is not"
   */
  private static <T> Key<T> key(String name, String expected, Function<String, T> reader) {
    return new Key<>(
        name,
        text -> {
          T value = reader.apply(text.strip());
          if (value == null) {
            throw malformed(name, text.strip(), expected);
          }
          return value;
        });
  }

  /**
   * What is thrown for a text that is not what it must be; quotes it without control characters.
   */
  static IllegalSettingException malformed(String name, String text, String expected) {
    String given = CONTROL.matcher(text).replaceAll(" ");
    return new IllegalSettingException(name + "=" + given + " is not " + expected);
  }

  /** A text that may be empty. */
  static Key<String> text(String name) {
    return new Key<>(name, String::strip);
  }

  /** A text that must not be empty. */
  static Key<String> required(String name) {
    return new Key<>(
        name,
        text -> {
          if (text.isBlank()) {
            throw new IllegalSettingException(name + " is required and has no value");
          }
          return text.strip();
        });
  }

  /** A text that must not be empty, and what else it must be: {@code check} throws otherwise. */
  static Key<String> required(String name, Function<String, String> check) {
    return new Key<>(name, required(name).reader.andThen(check));
  }

  /** Login or password: any characters, spaces around them included; no message quotes it. */
  static Key<String> credential(String name) {
    return new Key<>(
        name,
        text -> {
          if (text.isEmpty()) {
            String variable = Environment.variable(name);
            throw new IllegalSettingException(
                name + " is required: set " + variable + " (app.dataforseo.com/api-access)");
          }
          if (text.indexOf('\uFFFD') >= 0) {
            throw new IllegalSettingException(
                name
                    + " holds characters that Java cannot read here; set LANG=C.UTF-8, or write it"
                    + " into config/application.properties");
          }
          return text;
        },
        true);
  }

  /** At most two secrets that callers put into a URL, or none; no message quotes them. */
  static Key<List<String>> tokens(String name) {
    return new Key<>(
        name,
        text -> {
          List<String> tokens = parts(text);
          if (tokens.size() > 2 || !tokens.stream().allMatch(TOKEN.asMatchPredicate())) {
            throw new IllegalSettingException(
                name
                    + " must be one token, or two separated by a comma, each of 22 to 200"
                    + " characters from A-Z a-z 0-9 - . _ ~; openssl rand -hex 16 makes one");
          }
          return tokens;
        },
        true);
  }

  /** A secret that callers send in the header Authorization, or none; no message quotes it. */
  static Key<String> bearer(String name) {
    return new Key<>(
        name,
        text -> {
          String token = text.strip();
          if (!token.isEmpty() && !BEARER.matcher(token).matches()) {
            throw new IllegalSettingException(
                name
                    + " must have 8 to 200 characters, all from A-Z a-z 0-9 . _ ~ + / = -;"
                    + " openssl rand -hex 16 makes one");
          }
          return token;
        },
        true);
  }

  /** Names of hosts without a port, in lower case. */
  static Key<List<String>> hosts(String name) {
    return key(
        name,
        "a list of host names without port or path, such as serp.example.com",
        text -> {
          List<String> hosts = parts(text);
          boolean isRight = hosts.stream().allMatch(HOST.asMatchPredicate());
          return isRight ? hosts.stream().map(h -> h.toLowerCase(Locale.ROOT)).toList() : null;
        });
  }

  /** Addresses and ranges of addresses, or none. */
  static Key<List<AddressRange>> addresses(String name) {
    return key(
        name,
        "a list of addresses and ranges such as 144.76.154.130, 10.0.0.0/8",
        text -> {
          List<AddressRange> ranges = parts(text).stream().map(AddressRange::parse).toList();
          return ranges.contains(null) ? null : ranges;
        });
  }

  /** A text that matches a pattern. */
  static Key<String> matching(String name, String regex, String expected) {
    return key(name, expected, text -> text.matches(regex) ? text : null);
  }

  /** true or false. */
  static Key<Boolean> flag(String name) {
    return key(
        name,
        "true or false",
        text ->
            switch (text) {
              case "true" -> true;
              case "false" -> false;
              default -> null;
            });
  }

  /** A whole number within bounds, both of them included. */
  static Key<Integer> number(String name, int least, int most) {
    return key(
        name,
        "a whole number from " + least + " to " + most,
        text -> {
          int number = text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
          return number >= least && number <= most ? number : null;
        });
  }

  /** A length of time. */
  static Key<Duration> duration(String name) {
    return key(name, "a duration such as 500ms, 2s, 5m or 24h", Key::readDuration);
  }

  /** A length of time that is not zero. */
  static Key<Duration> positiveDuration(String name) {
    return key(
        name,
        "a duration of at least 1ms such as 500ms, 2s, 5m or 24h",
        text -> {
          Duration duration = readDuration(text);
          return duration == null || duration.isZero() ? null : duration;
        });
  }

  /** A length of time between two runs; {@code off} is read as zero, and nothing as none. */
  static Key<Optional<Duration>> period(String name, Duration least) {
    return key(
        name,
        "off or a duration of at least " + least.toSeconds() + "s such as 1m",
        text -> {
          if (text.isEmpty()) {
            return Optional.empty();
          }
          Duration period = text.equals("off") ? Duration.ZERO : readDuration(text);
          boolean isRight =
              period != null
                  && (period.isZero() == text.equals("off"))
                  && (period.isZero() || period.compareTo(least) >= 0);
          return isRight ? Optional.of(period) : null;
        });
  }

  private static Duration readDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    long n = Long.parseLong(matcher.group(1));
    Duration duration =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(n);
          case "s" -> Duration.ofSeconds(n);
          case "m" -> Duration.ofMinutes(n);
          case "h" -> Duration.ofHours(n);
          default -> Duration.ofDays(n);
        };
    return duration.compareTo(LONGEST) > 0 ? null : duration;
  }

  /** A number of bytes that is not zero. */
  static Key<Long> size(String name) {
    return key(
        name,
        "a size of at least 1B such as 900KiB or 64MiB",
        text -> {
          Long size = readSize(text);
          return size == null || size == 0 ? null : size;
        });
  }

  /** A number of bytes that is neither zero nor over a number of GiB. */
  static Key<Long> size(String name, int mostGib) {
    Key<Long> any = size(name);
    return new Key<>(
        name,
        text -> {
          long size = any.read(text);
          if (size > (long) mostGib << 30) {
            throw malformed(name, text.strip(), "a size of at most " + mostGib + "GiB");
          }
          return size;
        });
  }

  /** A whole number of at most six digits, or two of which the first is not the greater. */
  static Key<String> range(String name) {
    return key(
        name,
        "a number or a range such as 20-110",
        text -> {
          Matcher range = RANGE.matcher(text);
          boolean isRight =
              range.matches()
                  && (range.group(2) == null
                      || Integer.parseInt(range.group(1)) <= Integer.parseInt(range.group(2)));
          return isRight ? text : null;
        });
  }

  private static Long readSize(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches()) {
      return null;
    }
    int power = matcher.group(2) == null ? 0 : SIZE_UNITS.indexOf(matcher.group(2));
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << 10 * power);
    } catch (ArithmeticException e) {
      return null;
    }
  }

  /** A fraction of a whole: {@code auto} is 1. */
  static Key<Double> share(String name) {
    return key(name, "auto or a part such as 1/2", Key::readShare);
  }

  private static Double readShare(String text) {
    Matcher matcher = SHARE.matcher(text);
    if (text.equals("auto") || !matcher.matches()) {
      return text.equals("auto") ? 1.0 : null;
    }
    double share = Double.parseDouble(matcher.group(1)) / Double.parseDouble(matcher.group(2));
    return share <= 1 ? share : null;
  }

  /** A list of texts. */
  static Key<List<String>> list(String name) {
    return new Key<>(name, Key::parts);
  }

  /** Some of these words. */
  static Key<List<String>> words(String name, Set<String> words) {
    Key<String> word = word(name, words);
    return new Key<>(name, text -> parts(text).stream().map(word::read).toList());
  }

  /** Names that may be part of a file name and of an endpoint. */
  static Key<List<String>> names(String name) {
    return key(
        name,
        "a list of names made of a-z, 0-9 and -",
        text ->
            parts(text).stream().allMatch(part -> part.matches("[a-z0-9-]+")) ? parts(text) : null);
  }

  /** Names of headers of records, none that serp-routes or Camel sets. */
  static Key<List<String>> headers(String name) {
    return key(
        name,
        "a list of at most "
            + MOST_HEADERS
            + " names of headers; serp-routes and Camel set content-type and those that begin with"
            + " serp., camel or kafka.",
        text -> {
          List<String> names = parts(text).stream().distinct().toList();
          boolean isRight =
              names.size() <= MOST_HEADERS && names.stream().allMatch(HEADER.asMatchPredicate());
          return isRight ? names : null;
        });
  }

  /** One of these words. */
  static Key<String> word(String name, Set<String> words) {
    String expected = "one of " + String.join(", ", new TreeSet<>(words));
    return new Key<>(
        name,
        text -> {
          String word = text.strip();
          if (!words.contains(word)) {
            throw malformed(name, word, expected + Suggestion.of(word, words));
          }
          return word;
        });
  }

  private static List<String> parts(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  /**
   * Reads a text.
   *
   * @throws IllegalSettingException where it is malformed or missing; one line for a person
   */
  T read(String text) {
    return reader.apply(text);
  }

  /** Whether a text can be read. */
  boolean accepts(String text) {
    try {
      reader.apply(text);
      return true;
    } catch (IllegalSettingException e) {
      return false;
    }
  }

  /** Its name, such as {@code serp.api.path}. */
  public String name() {
    return name;
  }

  /** Whether no log line or message may quote its value. */
  public boolean isSecret() {
    return secret;
  }

  @Override
  public String toString() {
    return name;
  }
}
