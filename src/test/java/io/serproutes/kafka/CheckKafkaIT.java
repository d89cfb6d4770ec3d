package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.CommandRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code check} of the jar where brokers, topics and rights are as they should not. */
class CheckKafkaIT {

  private static final List<String> TOPICS =
      List.of(
          "serp.task-ids",
          "serp.organic",
          "serp.paid",
          "serp.other",
          "serp.receipts",
          "serp.dead-letters",
          "serp.parked");

  private static final String NOT_JOINED = "FAIL not allowed to join the consumer group ";

  private static SecureListener listener;
  private static BrokerProcess broker;
  private static CountingApi api;

  @TempDir static Path keys;
  @TempDir Path dir;

  @BeforeAll
  static void start() throws Exception {
    api = new CountingApi("2", "0ms");
    listener = new SecureListener(keys);
    broker = new BrokerProcess();
    listener.addTo(broker);
    broker.withRights("owner", "guest").start();
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
    api.close();
  }

  @BeforeEach
  void noTopics() throws Exception {
    try (Admin admin = admin()) {
      admin.deleteTopics(existing(admin)).all().get();
    }
  }

  private static Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  private static Set<String> existing(Admin admin) throws Exception {
    Set<String> existing = new TreeSet<>(admin.listTopics().names().get());
    existing.removeIf(name -> !name.startsWith("serp."));
    return existing;
  }

  private static void create(Admin admin, List<String> topics, Map<String, String> configs)
      throws Exception {
    admin
        .createTopics(
            topics.stream().map(name -> new NewTopic(name, 1, (short) 1).configs(configs)).toList())
        .all()
        .get();
  }

  private CommandRun.Start check(Map<String, Object> client) {
    CommandRun.Start start =
        CommandRun.in(dir.resolve("work"))
            .key("serp.from", "kafka")
            .key("serp.to", "kafka")
            .key("serp.api.base-url", api.address())
            .key("serp.api.login", "sandbox")
            .key("serp.api.password", "sandbox")
            .key("serp.server.port", "0");
    SecureListener.keys(client).forEach(start::key);
    return start;
  }

  private static CommandRun.Start brokers(CommandRun.Start start, String brokers) {
    return start.key("serp.kafka.brokers", brokers);
  }

  /** The lines of the check of brokers, without its name. */
  private static List<String> broker(CommandRun run, int code) {
    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(code);
    assertThat(run.out()).doesNotContain("for-tests-only").doesNotContain("right\"");
    assertThat(run.lines())
        .as("nothing else is stopped")
        .anyMatch(line -> line.startsWith("ok    routes "))
        .anyMatch(line -> line.startsWith("ok    access "));
    return run.lines().stream()
        .filter(line -> line.matches("\\w+ +broker .*"))
        .map(line -> line.replaceFirst(" +broker +", " "))
        .toList();
  }

  @Test
  void topicsThatAreMissingAreNotCreated() throws Exception {
    try (Admin admin = admin()) {
      create(admin, List.of("serp.task-ids", "serp.organic"), Map.of());
      Set<String> before = existing(admin);
      List<String> found = broker(check(listener.client("owner", "right")).run("check"), 0);
      assertThat(found)
          .containsExactly(
              "ok "
                  + listener.bootstrapServers()
                  + " answers; 2 topics with all rights; a run will create serp.dead-letters,"
                  + " serp.other, serp.paid, serp.parked, serp.receipts");
      assertThat(existing(admin)).isEqualTo(before);
      assertThat(admin.listConsumerGroups().all().get()).isEmpty();
    }
  }

  @Test
  void everythingThatIsWrongAtOnce() throws Exception {
    try (Admin admin = admin()) {
      create(admin, TOPICS.subList(0, 4), Map.of());
      create(admin, List.of("serp.receipts"), Map.of("max.message.bytes", "100000"));
      create(admin, List.of("serp.parked"), Map.of("retention.ms", "3600000"));
      allow(admin, "*", AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);
      allow(admin, "serp.task-ids", AclOperation.READ);
      allow(admin, "serp.paid", AclOperation.WRITE);
      String away = "localhost:" + Broker.freePort();
      CommandRun.Start start =
          brokers(
              check(listener.client("guest", "right")), listener.bootstrapServers() + "," + away);
      List<String> found =
          broker(
              start
                  .key("serp.kafka.properties.linger.mss", "5")
                  .key("serp.from", "kafka,tasks-ready")
                  .run("check"),
              1);
      assertThat(found)
          .satisfiesExactlyInAnyOrder(
              line ->
                  assertThat(line)
                      .startsWith("warn no Kafka client knows")
                      .contains("did you mean linger.ms?"),
              line ->
                  assertThat(line)
                      .startsWith("warn serp.receipts may refuse large records")
                      .endsWith("set max.message.bytes=841728 for this topic"),
              line ->
                  assertThat(line)
                      .startsWith("warn ids that wait in serp.parked may be lost")
                      .contains(
                          "set cleanup.policy=delete, retention.ms=-1 and retention.bytes=-1"),
              line ->
                  assertThat(line)
                      .startsWith("FAIL topics are missing")
                      .contains(
                          "cannot be created: serp.dead-letters; create them, or allow this user"),
              line ->
                  assertThat(line)
                      .startsWith("FAIL not allowed to read serp.parked")
                      .contains(
                          "serp.receipts", "allow this user the operation Read on each of them"),
              line ->
                  assertThat(line)
                      .startsWith("FAIL not allowed to write to serp.organic")
                      .contains("serp.other", "serp.parked", "serp.receipts", "serp.task-ids")
                      .doesNotContain("serp.paid", "serp.dead-letters"),
              line -> assertThat(line).startsWith(NOT_JOINED + "serp-routes ("),
              line -> assertThat(line).startsWith(NOT_JOINED + "serp-routes-parked ("),
              line -> assertThat(line).startsWith(NOT_JOINED + "serp-routes-feeder ("),
              line ->
                  assertThat(line)
                      .startsWith("warn serp.kafka.brokers names an address where no broker")
                      .contains(away + ": connection refused", "take the address out"));
    }
  }

  private static void allow(Admin admin, String topic, AclOperation... operations)
      throws Exception {
    List<AclBinding> rules = new ArrayList<>();
    for (AclOperation operation : operations) {
      rules.add(
          new AclBinding(
              new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
              new AccessControlEntry("User:guest", "*", operation, AclPermissionType.ALLOW)));
    }
    admin.createAcls(rules).all().get();
  }

  @Test
  void aBrokerThatIsAwayOrRefusesIsNamedInTime() throws Exception {
    String away = "localhost:" + Broker.freePort();
    CommandRun.Start start = check(Map.of("bootstrap.servers", away));
    long begin = System.nanoTime();
    assertThat(broker(start.run("check"), 1))
        .containsExactly(
            "FAIL no broker answers at serp.kafka.brokers=%s (%s: connection refused); start the"
                    .formatted(away, away)
                + " broker, or correct the address");
    assertThat(System.nanoTime() - begin).isLessThan(60_000_000_000L);
    assertThat(broker(check(listener.client("owner", "swordfish")).run("check"), 1))
        .singleElement()
        .asString()
        .startsWith("FAIL the broker does not accept the credentials: ")
        .contains("check serp.kafka.properties.sasl.*")
        .doesNotContain("swordfish");
    CommandRun plain = check(Map.of("bootstrap.servers", listener.bootstrapServers())).run("check");
    assertThat(broker(plain, 1))
        .singleElement()
        .asString()
        .contains("uses TLS, but", "set it to SSL or SASL_SSL");
    CommandRun malformed = check(Map.of("bootstrap.servers", "localhost,:1")).run("check");
    assertThat(broker(malformed, 1))
        .satisfiesExactly(
            line -> assertThat(line).contains("localhost is not host:port"),
            line -> assertThat(line).contains(":1 is not host:port"));
  }

  @Test
  void propertiesThatNoClientAcceptsAreAmongTheKeysAndSecretsAreNotQuoted() throws Exception {
    CommandRun run =
        check(listener.client("owner", "right"))
            .key("serp.kafka.properties.enable.auto.commit", "true")
            .run("check", "--offline");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.lines())
        .anyMatch(
            line -> line.startsWith("FAIL  keys        serp.kafka.properties.enable.auto.commit="));
    run =
        check(listener.client("owner", "right"))
            .key(
                "serp.kafka.properties.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required username=me"
                    + " password=my swordfish;")
            .run("check");
    String words = "serp.kafka.properties.sasl.jaas.config is malformed, and is not quoted here";
    assertThat(run.lines())
        .anyMatch(line -> line.startsWith("FAIL  keys        " + words))
        .anyMatch(line -> line.startsWith("ok    routes "));
    assertThat(broker(run, 1)).singleElement().asString().startsWith("warn not checked: " + words);
    assertThat(run.out() + run.err()).doesNotContain("swordfish");
  }
}
