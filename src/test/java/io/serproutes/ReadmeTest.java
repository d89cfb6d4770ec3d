package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What README and the longer pages say about the project is so; {@code ReadmeIT} runs it. */
class ReadmeTest {

  private static final Path README = Path.of("README.md");
  private static final Path CONFIGURATION = Path.of("src/docs/configuration.md");
  private static final Path OPERATIONS = Path.of("src/docs/operations.md");
  private static final Path EMBEDDING = Path.of("src/docs/embedding.md");
  private static final Path RECIPES = Path.of("src/docs/recipes.md");
  private static final Path CONTRIBUTING = Path.of("CONTRIBUTING.md");
  private static final Path JAVA_ROOT = Path.of("src/main/java/io/serproutes");
  private static final Path KEYS = Path.of("config/application.properties");
  private static final Path METADATA =
      Path.of("src/main/resources/META-INF/spring-configuration-metadata.json");

  private static final String SANDBOX_ID = "00000000-0000-0000-0000-000000000000";
  private static final String CONSOLE = "java @target/broker/classpath org.apache.kafka.tools.";
  private static final String AT_BROKER = " --bootstrap-server localhost:9092 --topic ";

  private static final String JAR = " -jar target/serp-routes.jar";
  private static final String PLAIN = "java" + JAR;
  private static final String JAVA = "java @config/jvm.options" + JAR;
  private static final String POST =
      "curl -u sandbox:sandbox http://127.0.0.1:8085/v3/serp/naver/organic/task_post"
          + " -H 'Content-Type: application/json' -d ";
  private static final String BENCH = "mvn -q -f src/bench/pom.xml compile exec:exec -Dbench=\"";
  private static final String SIZE = " items=100 ids=2000,22000 rounds=3 subjects=product,";

  /** Every command line that a page quotes, and what runs it or its like. */
  private static final String TASKS_READY =
      "java @config/jvm.options -Dserp.from=tasks-ready"
          + " -Dserp.api.base-url=https://api.dataforseo.com";

  private static final Map<String, String> COMMANDS =
      Map.ofEntries(
          Map.entry("mvn -q compile camel:run -Dserp.ids=" + SANDBOX_ID, "ReadmeIT"),
          Map.entry("mvn -q compile camel:run", "ReadmeIT, by the jar"),
          Map.entry("cp ids.txt inbox/", "ReadmeIT"),
          Map.entry(
              "useradd --system --shell /usr/sbin/nologin serp-routes", "src/deploy/check/run"),
          Map.entry("install -d /opt/serp-routes", "src/deploy/check/run"),
          Map.entry(
              "install -m 0644 target/serp-routes.jar config/jvm.options /opt/serp-routes/",
              "src/deploy/check/run"),
          Map.entry(
              "java -jar /opt/serp-routes/serp-routes.jar prepare", "PrepareIT, in another folder"),
          Map.entry("install -d -g serp-routes -m 0750 /etc/serp-routes", "src/deploy/check/run"),
          Map.entry(
              "install -g serp-routes -m 0640 kafka-ca.pem kafka-login /etc/serp-routes/",
              "src/deploy/check/run"),
          Map.entry(
              "install -m 0600 src/deploy/systemd/serp-routes.env /etc/serp-routes/",
              "src/deploy/check/run"),
          Map.entry("install -m 0600 /dev/null /etc/serp-routes/password", "src/deploy/check/run"),
          Map.entry(
              "install -m 0644 src/deploy/systemd/serp-routes.service /etc/systemd/system/",
              "src/deploy/check/run"),
          Map.entry("systemctl daemon-reload", "not run: needs systemd"),
          Map.entry("systemctl enable --now serp-routes", "not run: needs systemd"),
          Map.entry("journalctl -u serp-routes -f", "not run: needs systemd"),
          Map.entry(
              "install -o serp-routes -m 0640 ids.txt /var/lib/serp-routes/inbox/",
              "src/deploy/check/run"),
          Map.entry(
              "docker build -f src/deploy/Dockerfile -t registry.example.com/serp-routes:1.0.0 .",
              "src/deploy/check/image, by buildah"),
          Map.entry(
              "docker run -d --name serp-routes --restart unless-stopped --read-only"
                  + " --tmpfs /tmp:exec -v serp-data:/data -p 127.0.0.1:8084:8084"
                  + " registry.example.com/serp-routes:1.0.0",
              "src/deploy/check/image, by buildah"),
          Map.entry(
              "docker cp ids.txt serp-routes:/data/inbox/ids.txt.part",
              "src/deploy/check/image, by itself"),
          Map.entry(
              "docker exec serp-routes mv /data/inbox/ids.txt.part /data/inbox/ids.txt",
              "src/deploy/check/image, by mv"),
          Map.entry("docker stop -t 40 serp-routes", "src/deploy/check/image, by SIGTERM"),
          Map.entry(
              "kubectl cp ids.txt serp-routes-folder-0:/data/inbox/ids.txt.part",
              "not run: needs a cluster"),
          Map.entry(
              "kubectl exec serp-routes-folder-0 -- mv /data/inbox/ids.txt.part"
                  + " /data/inbox/ids.txt",
              "not run: needs a cluster"),
          Map.entry(
              "kubectl apply -f secret.yml -f src/deploy/kubernetes/kafka.yml",
              "not run: needs a cluster"),
          Map.entry(
              "kubectl rollout status deployment/serp-routes-kafka", "not run: needs a cluster"),
          Map.entry("kubectl logs deployment/serp-routes-kafka", "not run: needs a cluster"),
          Map.entry("find out -name '.*.tmp' -mtime +1 -delete", "by hand"),
          Map.entry("mvn -q package -DskipTests", "the build of every IT"),
          Map.entry("mvn verify", ".ci/run"),
          Map.entry("mvn -Pci", ".ci/run"),
          Map.entry("mvn -Prelease package -DskipTests", "src/deploy/check/run"),
          Map.entry("mvn verify -Plarge", "by hand: it takes long"),
          Map.entry(
              "JAZZER_MAX_DURATION=10m mvn -Plarge surefire:test@fuzz -Dtest=AnswerFuzzTest",
              "by hand"),
          Map.entry("mvn -Pmutation", "by hand: it takes long"),
          Map.entry(
              "mvn -Pmutation -DtargetClasses='io.serproutes.fetch.Gate'"
                  + " -DtargetTests='io.serproutes.fetch.*Gate*Test'",
              "by hand"),
          Map.entry(
              "mvn -DskipTests package antrun:run@broker invoker:install@hosts invoker:run@hosts"
                  + " -Dinvoker.test=quarkus",
              "by hand; mvn verify and mvn -Pci run all of them"),
          Map.entry("mvn -q spotless:apply", "spotless:check in every build"),
          Map.entry("mvn -q test -Dtest=ReadmeTest", "this test"),
          Map.entry("mvn -q test -Dtest=ReadmeTest -Dreadme.write=true", "this test"),
          Map.entry("export SERP_API_LOGIN=you@example.com", "StartUp reads it"),
          Map.entry("read -rs SERP_API_PASSWORD && export SERP_API_PASSWORD", "StartUp reads it"),
          Map.entry(
              JAVA
                  + " fetch "
                  + SANDBOX_ID
                  + " --set serp.files.dir=out-sandbox"
                  + " --set serp.api.base-url=https://sandbox.dataforseo.com",
              "ReadmeIT, without an account"),
          Map.entry("export SERP_API_BASE_URL=https://api.dataforseo.com", "StartUp reads it"),
          Map.entry(JAVA, "ReadmeIT, by the jar"),
          Map.entry(PLAIN + " check", "ReadmeIT"),
          Map.entry(PLAIN + " reconcile --from 24h", "ReadmeIT"),
          Map.entry("openssl rand -hex 16 > hook.token", "ReadmeIT"),
          Map.entry(
              "SERP_WEBHOOKS_TOKEN_FILE=hook.token " + JAVA + " run --set serp.from=webhooks",
              "ReadmeIT"),
          Map.entry(
              POST
                  + "'[{\"keyword\":\"여권"
                  + " 갱신\",\"pingback_url\":\"http://127.0.0.1:8086/pingback?token='$(cat"
                  + " hook.token)'&id=$id&tag=$tag\"}]'",
              "ReadmeIT"),
          Map.entry(TASKS_READY + JAR, "TasksReadyIT, at the sandbox"),
          Map.entry(PLAIN + " replay --dry-run", "ReadmeIT"),
          Map.entry(JAVA + " replay", "ReadmeIT, without an account"),
          Map.entry("mvn -q -Pbroker", "BrokerProcessIT, the same broker"),
          Map.entry(PLAIN + " sandbox", "ReadmeIT"),
          Map.entry(
              POST + "'[{\"keyword\":\"여권 갱신\",\"tag\":\"first\"}]'",
              "by hand; the sandbox's tests do the like"),
          Map.entry(
              "java -cp 'target/serp-routes.jar:lib/*' io.serproutes.SerpRoutes", "OwnRoutesIT"),
          Map.entry("export SERP_API_LOGIN=sandbox SERP_API_PASSWORD=sandbox", "ReadmeIT"),
          Map.entry(
              JAVA
                  + " run --set serp.from=kafka --set serp.to=kafka"
                  + " --set serp.kafka.brokers=localhost:9092"
                  + " --set serp.api.base-url=http://127.0.0.1:8085"
                  + " --set serp.files.dir=out-kafka",
              "by hand; KafkaToKafkaIT does the like"),
          Map.entry("mvn -q -DskipTests package antrun:run@broker", "by hand"),
          Map.entry("mvn -q -f src/bench/spring/pom.xml process-classes", "by hand"),
          Map.entry(
              BENCH + "work=folder" + SIZE + "product-lines,hand,hand-lines,node\"", "by hand"),
          Map.entry(BENCH + "work=kafka" + SIZE + "hand,ceiling,spring-platform\"", "by hand"),
          Map.entry(
              BENCH + "work=latency items=100 ids=1000 rounds=6 subjects=product,hand\"",
              "by hand"),
          Map.entry(
              CONSOLE + "ConsoleProducer" + AT_BROKER + "serp.task-ids",
              "by hand; KafkaToKafkaIT does the like"),
          Map.entry(
              CONSOLE + "consumer.ConsoleConsumer" + AT_BROKER + "serp.organic --from-beginning",
              "by hand; KafkaToKafkaIT does the like"));

  private final String readme = read(README);
  private final String configuration = read(CONFIGURATION);
  private final String operations = read(OPERATIONS);

  @Test
  void theFirstScreenFits() {
    long lines = readme.substring(0, readme.indexOf("\n## Go live")).lines().count();
    assertThat(lines).isLessThanOrEqualTo(60);
    assertThat(readme.lines().count()).isLessThanOrEqualTo(250);
  }

  @Test
  void everyKeyIsThereAsTheConfigurationHasIt() throws IOException {
    String table = KeyFile.read().table();
    if (Boolean.getBoolean("readme.write")) {
      int from = configuration.indexOf("<!-- keys -->") + "<!-- keys -->".length();
      int to = configuration.indexOf("<!-- /keys -->");
      Files.writeString(
          CONFIGURATION, configuration.substring(0, from) + table + configuration.substring(to));
    } else {
      assertThat(between("keys", configuration))
          .as("the table of keys; mvn -q test -Dtest=ReadmeTest -Dreadme.write=true writes it")
          .isEqualTo(table);
    }
  }

  @Test
  void editorsAreToldWhatTheConfigurationSays() throws IOException {
    String metadata = KeyFile.read().metadata();
    if (Boolean.getBoolean("readme.write")) {
      Files.writeString(METADATA, metadata);
    } else {
      assertThat(read(METADATA))
          .as("what IDEs read; mvn -q test -Dtest=ReadmeTest -Dreadme.write=true writes it")
          .isEqualTo(metadata);
    }
  }

  @Test
  void everyReasonIsThere() {
    List<String> reasons = Arrays.stream(Reason.values()).map(Reason::toString).toList();
    assertThat(find("(?m)^\\| `([a-z-]+)` \\|", between("reasons", operations))).isEqualTo(reasons);
  }

  @Test
  void everyExitCodeIsThere() {
    String section = operations.substring(operations.indexOf("## Exit codes"));
    assertThat(find("(?m)^\\| `(\\d)` \\|", section)).containsExactly("0", "1", "2", "3", "4", "5");
  }

  @Test
  void everyRouteFileIsThereAndIsAFile() throws IOException {
    Set<String> files = new TreeSet<>();
    try (Stream<Path> routes = Files.walk(Path.of("routes"))) {
      routes.filter(Files::isRegularFile).forEach(file -> files.add(file.toString()));
    }
    String contributing = read(CONTRIBUTING);
    String table = contributing.substring(contributing.indexOf("## The files"));
    Set<String> listed =
        new TreeSet<>(find("(?m)^\\| \\[(routes/[a-z/-]+\\.camel\\.yaml)]\\(\\1\\)", table));
    assertThat(listed).isEqualTo(files);

    String picture = find("(?s)```mermaid\n(.*?)```", readme).get(0);
    List<String> drawn = find("\\b((?:ids-from|items-to|parked-in)-[a-z-]+[a-z])", picture);
    drawn.addAll(find("\\b(task-results|failure-policy)\\b", picture));
    assertThat(drawn).hasSizeGreaterThan(8);
    assertThat(drawn)
        .allSatisfy(name -> assertThat(files).anyMatch(file -> file.endsWith(end(name))));
  }

  private static String end(String name) {
    return "/" + name + ".camel.yaml";
  }

  @Test
  void everyClassOfTheWayOfAnIdIsThere() {
    String page = read(CONTRIBUTING);
    int from = page.indexOf("## The way of an id");
    String way = page.substring(from, page.indexOf("## The files"));
    List<String> classes = find("`([a-z]+\\.[A-Z][A-Za-z]+)`", way);
    assertThat(classes)
        .hasSizeGreaterThan(8)
        .allSatisfy(
            name -> assertThat(JAVA_ROOT.resolve(name.replace('.', '/') + ".java")).exists());

    String core = read(Path.of("routes/core/task-results.camel.yaml"));
    assertThat(find("(?m)^\\| `(serp-[a-z-]+[a-z])` \\|", way))
        .hasSizeGreaterThan(5)
        .allSatisfy(route -> assertThat(core).contains("id: " + route + "\n"));
  }

  @Test
  void everyCommandIsOneThatIsTested() throws IOException {
    Set<String> quoted = new TreeSet<>();
    for (Path page : pages()) {
      if (page.equals(RECIPES)) {
        continue; // RecipesIT runs all of it
      }
      for (String block : find("(?s)```sh\n(.*?)```", read(page))) {
        block.lines().filter(line -> !line.isBlank()).forEach(quoted::add);
      }
    }
    assertThat(quoted).isEqualTo(new TreeSet<>(COMMANDS.keySet()));
    for (String runner : List.of(".ci/run", ".github/workflows/test.yml")) {
      assertThat(read(Path.of(runner))).contains("mvn -B --no-transfer-progress verify");
    }
  }

  @Test
  void everyFileThatIsQuotedIsThatFile() {
    Pattern quote = Pattern.compile("(?s)<!-- file (\\S+) -->\n```[a-z]+\n(.*?)```");
    List<MatchResult> quotes = quote.matcher(read(EMBEDDING)).results().toList();
    assertThat(quotes).hasSizeGreaterThan(2);
    for (MatchResult match : quotes) {
      assertThat(match.group(2)).as(match.group(1)).isEqualTo(read(Path.of(match.group(1))));
    }
  }

  @Test
  void everyPartThatIsQuotedIsInThatFile() {
    Pattern quote = Pattern.compile("(?s)<!-- in (\\S+) -->\n```[a-z]+\n(.*?)```");
    List<MatchResult> quotes = quote.matcher(read(EMBEDDING)).results().toList();
    assertThat(quotes).isNotEmpty();
    for (MatchResult match : quotes) {
      assertThat(read(Path.of(match.group(1))).indent(-100)).contains(match.group(2).indent(-100));
    }
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    Map<String, String> broken = new TreeMap<>();
    for (Path page : pages()) {
      for (String link : find("]\\(([^)]+)\\)", read(page))) {
        if (!link.startsWith("https://") && !leadsSomewhere(page, link)) {
          broken.put(link, page.toString());
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path page, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    return Files.exists(target) && (parts.length == 1 || anchors(read(target)).contains(parts[1]));
  }

  // as GitHub makes them of headings
  private static List<String> anchors(String page) {
    return find("(?m)^#+ (.*)$", page).stream()
        .map(heading -> heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", ""))
        .map(heading -> heading.replace(' ', '-'))
        .toList();
  }

  @Test
  void everyKeyAPageNamesExists() throws IOException {
    Set<String> known = new TreeSet<>(Keys.names());
    Set<String> unknown = new TreeSet<>();
    for (Path page : pages()) {
      String text = read(page).replaceAll("serp\\.\\S+ is not a key of serp-routes", "");
      for (String name : find("(?<![\\w./])-?D?(serp\\.[a-z.*-]*[a-z*])(?=[`=\\s,])", text)) {
        if (!isKnown(name, known)) {
          unknown.add(page + ": " + name);
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  private static boolean isKnown(String name, Set<String> known) {
    boolean header =
        name.matches(
            "serp\\.(task-id|item-type|item-index|item-count|rank-absolute|tag|source|outcome|reason)");
    boolean topic = read(KEYS).contains("=" + name + "\n");
    boolean group = name.endsWith("*") && known.stream().anyMatch(startsLike(name));
    return known.contains(name)
        || header
        || topic
        || group
        || name.startsWith("serp.kafka.properties.");
  }

  private static java.util.function.Predicate<String> startsLike(String group) {
    return key -> key.startsWith(group.substring(0, group.length() - 1));
  }

  private static String between(String name, String page) {
    String begin = "<!-- " + name + " -->";
    return page.substring(
        page.indexOf(begin) + begin.length(), page.indexOf("<!-- /" + name + " -->"));
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(README, CONTRIBUTING));
    pages.addAll(List.of(Path.of("CHANGELOG.md"), Path.of("SECURITY.md")));
    try (Stream<Path> docs = Files.walk(Path.of("src/docs"))) {
      docs.filter(path -> path.toString().endsWith(".md")).forEach(pages::add);
    }
    return pages;
  }

  private static List<String> find(String regex, String text) {
    return new ArrayList<>(
        Pattern.compile(regex).matcher(text).results().map(ReadmeTest::firstGroup).toList());
  }

  private static String firstGroup(MatchResult match) {
    return match.group(1);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
