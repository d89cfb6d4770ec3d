package io.serproutes.program;

import io.serproutes.ApiAddress;
import io.serproutes.Count;
import io.serproutes.Environment;
import io.serproutes.Finding;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.RouteFiles;
import io.serproutes.Settings;
import io.serproutes.SettingsCheck;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.fetch.ApiCheck;
import io.serproutes.kafka.TopicsCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** What the command {@code check} looks at: what a run would use, as its keys say. */
final class Checks {

  private static final int SECONDS = 10;
  private static final int SECONDS_TO_LOAD = 30; // waits for nobody, and may be slow
  private static final int ANSWER_SECONDS = 8;

  private final GivenValues values;
  private final boolean offline;
  private final StartUp startUp;
  private final Settings settings;
  private final Surroundings surroundings;
  private final Set<String> problems = new LinkedHashSet<>();

  /** The checks for these values; {@code offline}: without broker and API. */
  Checks(GivenValues values, boolean offline) {
    this.values = values;
    this.offline = offline;
    startUp = StartUp.unchecked(values);
    settings = startUp.settings();
    surroundings = new Surroundings(settings);
    SettingsCheck keys = startUp.keys();
    keys.rule(this::kafkaProperties);
    problems.addAll(keys.problems());
  }

  private void kafkaProperties() {
    if (settings.usesKafka()) {
      new TopicsCheck(settings, ANSWER_SECONDS).tryProperties();
    }
  }

  /** All of them. */
  Checkup all() {
    Checkup checkup = new Checkup(problems);
    checkup.add("keys", SECONDS, this::keys);
    checkup.add("routes", SECONDS_TO_LOAD, this::routes);
    checkup.add("inbox", SECONDS, this::inbox);
    checkup.add("output", SECONDS, this::output);
    checkup.add("temp", SECONDS, this::temporary);
    checkup.add("port", SECONDS, this::port);
    checkup.add("webhooks", SECONDS, this::webhooks);
    if (!offline) {
      checkup.add("broker", SECONDS, this::broker);
      checkup.add("account", SECONDS, found -> api(found, ApiCheck::account));
      checkup.add("access", SECONDS, found -> api(found, ApiCheck::access));
      checkup.add("tasks-ready", SECONDS, this::tasksReady);
    }
    return checkup;
  }

  private void keys(Consumer<Finding> found) {
    problems.forEach(problem -> found.accept(Finding.fail(problem)));
    new Environment(System.getenv()).warnings().forEach(w -> found.accept(Finding.warn(w)));
    if (startUp.usesSandbox()) {
      found.accept(
          Finding.warn(
              "serp.api.base-url has no value, so a run would use the embedded sandbox and its"
                  + " invented results; set it to https://api.dataforseo.com"));
    } else if (!settings.text(Keys.BASE_URL).isEmpty()) {
      String warning = ApiAddress.warning(settings);
      if (warning != null) {
        found.accept(Finding.warn(warning));
      }
    }
    if (problems.isEmpty()) {
      found.accept(Finding.ok(set()));
    }
  }

  /** Which keys are set, by where; those that repeat their default are only counted. */
  private String set() {
    Map<String, List<String>> byOrigin = new LinkedHashMap<>();
    Settings defaults = new Settings(name -> null);
    int same = 0;
    Set<String> names = new LinkedHashSet<>(Keys.all().stream().map(Key::name).toList());
    names.addAll(new TreeSet<>(settings.keys(Settings.KAFKA_PROPERTIES)));
    for (String name : names) {
      String origin = values.origin(name);
      if (origin != null && settings.given(name).equals(defaults.given(name))) {
        same++;
      } else if (origin != null) {
        String where = origin.startsWith("by the environment") ? "in the environment" : origin;
        byOrigin.computeIfAbsent(where, key -> new ArrayList<>()).add(name);
      }
    }
    List<String> parts = new ArrayList<>();
    byOrigin.forEach((where, set) -> parts.add(where + ": " + String.join(", ", set)));
    String set = parts.isEmpty() ? "" : "set " + String.join("; ", parts);
    if (same == 0) {
      return set.isEmpty() ? "none is set" : set;
    }
    return (set.isEmpty() ? "" : set + "; ")
        + Count.of(same, "key repeats its default", "keys repeat their default");
  }

  private void routes(Consumer<Finding> found) throws Exception {
    for (Path file : RouteFiles.strays()) {
      found.accept(
          Finding.warn(
              file
                  + " is never loaded: no route file of the jar has that name, and an output of your"
                  + " own is routes/items-to-NAME.camel.yaml; rename it"));
    }
    try {
      new RoutesLoad(startUp).look(found);
    } catch (Exception e) {
      if (problems.isEmpty()) {
        throw e;
      }
      found.accept(Finding.warn("not checked, since keys are wrong; mend them and check again"));
    }
  }

  private void inbox(Consumer<Finding> found) throws IOException {
    surroundings.requireInboxApart();
    if (settings.get(Keys.FROM).contains("folder")) {
      folder(Keys.INBOX, List.of(".serp", ".done", ".rejected"), found);
    }
  }

  private void output(Consumer<Finding> found) throws IOException {
    surroundings.requireNotMixed(startUp.usesSandbox());
    List<String> inside = new ArrayList<>(ResultFolder.KINDS);
    inside.addAll(List.of(ResultFolder.POSTBACKS, ResultFolder.LEDGERS));
    folder(Keys.FILES_DIR, inside, found);
  }

  private void folder(Key<String> key, List<String> inside, Consumer<Finding> found)
      throws IOException {
    String given = key + "=" + settings.text(key) + settings.origin(key.name());
    Path folder = Path.of(settings.get(key));
    List<Path> folders = new ArrayList<>(List.of(folder));
    inside.stream().map(folder::resolve).filter(Files::exists).forEach(folders::add);
    FolderCheck.look(folders, given, "set another " + key, found);
  }

  private void temporary(Consumer<Finding> found) throws IOException {
    String given = "java.io.tmpdir=" + System.getProperty("java.io.tmpdir");
    Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    FolderCheck.look(List.of(folder), given, "give java another -Djava.io.tmpdir", found);
  }

  private void port(Consumer<Finding> found) {
    if (!settings.get(Keys.ONCE)) {
      server(Keys.SERVER_HOST, Keys.SERVER_PORT, found);
    }
  }

  private void webhooks(Consumer<Finding> found) {
    if (settings.get(Keys.FROM).contains(Settings.WEBHOOKS)) {
      server(Keys.WEBHOOKS_HOST, Keys.WEBHOOKS_PORT, found);
    }
  }

  private void server(Key<String> hostKey, Key<Integer> portKey, Consumer<Finding> found) {
    surroundings.checkServer(hostKey, portKey);
    String host = settings.get(hostKey);
    int port = settings.get(portKey);
    found.accept(
        Finding.ok(
            port == 0 ? "any free port of " + host : "port " + port + " of " + host + " is free"));
  }

  private void broker(Consumer<Finding> found) {
    if (settings.usesKafka()) {
      new TopicsCheck(settings, ANSWER_SECONDS).look(surroundings.topics(), found);
    }
  }

  private void api(Consumer<Finding> found, BiConsumer<ApiCheck, Consumer<Finding>> question)
      throws IOException {
    if (startUp.usesSandbox()) {
      return; // told with the keys
    }
    List.of(Keys.BASE_URL, Keys.LOGIN, Keys.PASSWORD).forEach(settings::get);
    try (ApiCheck api = new ApiCheck(settings, Duration.ofSeconds(ANSWER_SECONDS))) {
      question.accept(api, found);
    }
  }

  private void tasksReady(Consumer<Finding> found) throws IOException {
    if (settings.feeders().contains(Settings.TASKS_READY)) {
      api(found, ApiCheck::readyList);
    }
  }
}
