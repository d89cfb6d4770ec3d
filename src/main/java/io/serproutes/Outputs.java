package io.serproutes;

import static io.serproutes.SettingsCheck.require;

import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The outputs that {@code serp.to} names, and which of them gets what. Immutable. */
public final class Outputs {

  /** Those that take receipts and dead letters as well as items. */
  private static final List<String> WITH_RECEIPTS = List.of("files", "kafka", "endpoints");

  /** Where a task waits for its transaction. */
  static final String COMMIT = "direct:serp-commit-in-kafka";

  private final List<String> names;
  private final boolean hasLines;
  private final boolean hasTransactions;

  private Outputs(List<String> names, boolean hasLines, boolean hasTransactions) {
    this.names = names;
    this.hasLines = hasLines;
    this.hasTransactions = hasTransactions;
  }

  /**
   * Reads {@code serp.to}.
   *
   * @throws IllegalSettingException where it names none, or what cannot be a name
   */
  public static Outputs of(Settings settings) {
    List<String> names = settings.get(Keys.TO);
    require(!names.isEmpty(), Keys.TO + " is required and has no value");
    boolean hasLines = settings.text(Keys.FILES_LAYOUT).equals("lines");
    return new Outputs(names.stream().distinct().toList(), hasLines, settings.isExactlyOnce());
  }

  /** Returns their names in the order of {@code serp.to}; each gets all items. */
  public List<String> names() {
    return names;
  }

  /** Whether {@code serp.to} names an output. */
  public boolean has(String name) {
    return names.contains(name);
  }

  /**
   * Returns the outputs that get receipts and dead letters; {@code files} where none of them can.
   */
  public List<String> ofReceipts() {
    List<String> able = names.stream().filter(WITH_RECEIPTS::contains).toList();
    return able.isEmpty() ? List.of("files") : able;
  }

  /**
   * Returns where ids are parked: the first of {@code files} and {@code kafka}, or {@code files}.
   */
  public String parking() {
    return names.stream().filter(List.of("files", "kafka")::contains).findFirst().orElse("files");
  }

  /**
   * Returns what {@code {{serp-chosen:…}}} stands for in a route: endpoints, separated by commas.
   *
   * @param what {@code items}, {@code receipts} or {@code dead-letters} for the one endpoint that
   *     takes them; with {@code all-} before it, for each output's; {@code parking}
   */
  String endpoints(String what) {
    return switch (what) {
      case "items" -> areSeveral() ? several("items") : endpoints("all-items");
      case "receipts" -> areSeveral() ? several("receipt") : endpoints("all-receipts");
      case "dead-letters" -> areSeveral() ? several("dead-letter") : endpoints("all-dead-letters");
      case "all-items" -> join(names, this::ofItems);
      case "all-receipts" ->
          join(filesFirst(ofReceipts()), name -> "direct:" + route("receipt", name)) + commit("");
      case "all-dead-letters" ->
          join(ofReceipts(), name -> "direct:" + route("dead-letter", name))
              + commit("-without-receipt");
      case "parking" -> "direct:serp-park-in-" + (hasTransactions ? "transaction" : parking());
      default -> throw new IllegalArgumentException("serp-chosen:" + what);
    };
  }

  /** Whether there is more than one to send to; then {@link RouteFiles#SEVERAL} is needed. */
  boolean areSeveral() {
    return names.size() > 1 || hasTransactions;
  }

  // not "-to-": an output may have the name
  private static String several(String what) {
    return "direct:serp-" + what + "-for-several";
  }

  // items come out into files with the receipt there, and before any other receipt
  private static List<String> filesFirst(List<String> names) {
    return names.stream().sorted(Comparator.comparing(name -> !name.equals("files"))).toList();
  }

  // last of all, when all that the task sends is staged
  private String commit(String kind) {
    return hasTransactions ? "," + COMMIT + kind : "";
  }

  // whatever the route of any other output throws means that the output is unavailable
  private String ofItems(String name) {
    boolean isOurs = WITH_RECEIPTS.contains(name);
    return isOurs ? "direct:" + route("items", name) : "serp-output:" + name;
  }

  /**
   * The route of an output, named so that it is that of no other output.
   *
   * @param what {@code items}, {@code receipt} or {@code dead-letter}
   */
  String route(String what, String name) {
    return "serp-" + what + (isLines(name) ? "-in-lines" : "-to-" + name);
  }

  /** The route file of an output that is named, or that takes the receipts. */
  String file(String name) {
    return isLines(name) ? RouteFiles.LINES : RouteFiles.output(name);
  }

  private boolean isLines(String name) {
    return hasLines && name.equals("files");
  }

  private static String join(List<String> names, UnaryOperator<String> uri) {
    return names.stream().map(uri).collect(Collectors.joining(","));
  }
}
