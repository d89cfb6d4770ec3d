package io.serproutes.kafka;

import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.acl.AclPermissionType.ALLOW;
import static org.apache.kafka.common.acl.AclPermissionType.DENY;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** TLS, users and their rights, missing topics. */
class TopicsAtStartIT {

  private static final Set<String> TOPICS =
      Set.of(
          "serp.task-ids",
          "serp.organic",
          "serp.paid",
          "serp.other",
          "serp.receipts",
          "serp.dead-letters",
          "serp.parked");

  private static SecureListener listener;
  private static BrokerProcess broker;
  private static CountingApi api;

  @TempDir static Path keys;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  @BeforeAll
  static void start() throws Exception {
    api = new CountingApi("2", "0ms");
    listener = new SecureListener(keys);
    broker = new BrokerProcess();
    listener.addTo(broker);
    broker
        .withRights("owner", "guest", "reader", "feeder", "writer", "taker", "stopper", "exact")
        .start();
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
    api.close();
  }

  private InstanceUnderTest instance(Map<String, Object> client) {
    InstanceUnderTest instance =
        new InstanceUnderTest(dir.resolve("work"), Map.of())
            .key("serp.from", "kafka")
            .key("serp.to", "kafka")
            .key("serp.api.base-url", api.address())
            .key("serp.api.login", "sandbox")
            .key("serp.api.password", "sandbox")
            .key("serp.server.port", "0");
    SecureListener.keys(client).forEach(instance::key);
    return instance;
  }

  private InstanceUnderTest instance(String user) {
    return instance(listener.client(user, "right"));
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  /** Ids of one test alone: receipts of all tests stand in the same topics. */
  private static List<String> ids(int test) {
    return Scene.ids(3 * test + 3).subList(3 * test, 3 * test + 3);
  }

  @Test
  void missingTopicsAreMadeAndUsedOverTls() throws Exception {
    try (Admin admin = admin();
        InstanceUnderTest instance = instance("owner")) {
      admin.deleteTopics(existing(admin)).all().get();
      instance.start().awaitStart();
      assertThat(existing(admin)).isEqualTo(TOPICS);
      assertThat(admin.describeTopics(TOPICS).allTopicNames().get().values())
          .allSatisfy(topic -> assertThat(topic.partitions()).hasSize(12));
      ConfigResource parked = new ConfigResource(ConfigResource.Type.TOPIC, "serp.parked");
      Config config = admin.describeConfigs(List.of(parked)).all().get().get(parked);
      assertThat(config.get("retention.ms").value()).isEqualTo("-1");
      try (Scene scene = Scene.defaults(broker, dir)) {
        scene.send(ids(0));
        scene.awaitReceipts(ids(0));
        scene.assertItemsAreThoseOfReceipts();
      }
      assertThat(instance.terminate().exitCode()).isZero();
      assertThat(instance.output()).doesNotContain("right").doesNotContain("WARN");
    }
  }

  @Test
  void topicsThatForgetSoonOrDoNotAcceptAllRecordsAreWarnedOf() throws Exception {
    try (Admin admin = admin();
        InstanceUnderTest instance = instance("owner")) {
      admin.deleteTopics(existing(admin)).all().get();
      NewTopic parked = new NewTopic("serp.parked", 1, (short) 1);
      parked.configs(Map.of("retention.ms", "3600000"));
      NewTopic paid = new NewTopic("serp.paid", 1, (short) 1);
      paid.configs(Map.of("max.message.bytes", "100000"));
      NewTopic letters = new NewTopic("serp.dead-letters", 1, (short) 1);
      letters.configs(Map.of("cleanup.policy", "compact"));
      admin.createTopics(List.of(parked, paid, letters)).all().get();
      instance.start().awaitStart();
      assertThat(instance.output())
          .contains("ids that wait in serp.parked may be lost")
          .contains("retention.ms=3600000 is less than 48 hours")
          .contains("serp.paid may refuse large items")
          .contains("max.message.bytes=100000 is less than 925696")
          .contains("serp.dead-letters refuses dead letters of input that is no id")
          .contains("cleanup.policy=compact; set cleanup.policy=delete for this topic");
      instance.terminate();
      // other tests expect no such warning
      admin.deleteTopics(List.of("serp.parked", "serp.paid", "serp.dead-letters")).all().get();
    }
  }

  private static Set<String> existing(Admin admin) throws Exception {
    Set<String> existing = new TreeSet<>(admin.listTopics().names().get());
    existing.removeIf(name -> !name.startsWith("serp."));
    return existing;
  }

  @Test
  void topicsThatMayNotBeMadeAreNamed() throws Exception {
    try (Admin admin = admin();
        InstanceUnderTest instance = instance("guest")) {
      admin.deleteTopics(existing(admin)).all().get();
      String line = failure(instance);
      assertThat(line)
          .startsWith(
              "topics are missing, or this user may not see them, and cannot be created:"
                  + " serp.dead-letters, serp.organic, serp.other, serp.paid, serp.parked,"
                  + " serp.receipts, serp.task-ids; create them, or allow this user the operations"
                  + " Describe and Create (");
    }
  }

  /** The only line that it prints, after what all have in common. */
  private static String failure(InstanceUnderTest instance) {
    List<String> lines = failures(instance);
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  private static List<String> failures(InstanceUnderTest instance) {
    assertThat(instance.start().exitCode()).isEqualTo(1);
    String common = "serp-routes could not start: ";
    List<String> lines = instance.output().lines().toList();
    assertThat(lines).allSatisfy(line -> assertThat(line).startsWith(common));
    return lines.stream().map(line -> line.substring(common.length())).toList();
  }

  @Test
  void everyMissingRightIsNamed() throws Exception {
    try (Admin admin = admin();
        InstanceUnderTest instance = instance("reader")) {
      allow(admin, "reader", "*", AclOperation.CREATE, AclOperation.DESCRIBE);
      allow(admin, "reader", "serp.task-ids", AclOperation.READ);
      allow(admin, "reader", "serp.paid", AclOperation.WRITE);
      assertThat(failures(instance))
          .containsExactly(
              "not allowed to read serp.parked (serp.kafka.topics.parked): allow this user the"
                  + " operation Read on it",
              "not allowed to write to serp.dead-letters (serp.kafka.topics.dead-letters),"
                  + " serp.organic (serp.kafka.topics.organic), serp.other"
                  + " (serp.kafka.topics.other), serp.parked (serp.kafka.topics.parked),"
                  + " serp.receipts (serp.kafka.topics.receipts): allow this user the operation"
                  + " Write on each of them",
              "not allowed to join the consumer group serp-routes (serp.kafka.group-id): allow this"
                  + " user the operation Read on it",
              "not allowed to join the consumer group serp-routes-parked (serp.kafka.group-id):"
                  + " allow this user the operation Read on it");
    }
  }

  @Test
  void theRightsOfAFeederAreNamed() throws Exception {
    try (Admin admin = admin();
        InstanceUnderTest instance = instance("feeder")) {
      allow(admin, "feeder", "*", AclOperation.CREATE, AclOperation.DESCRIBE, AclOperation.WRITE);
      allow(admin, "feeder", "serp.parked", AclOperation.READ);
      AclBinding noFeeding =
          rule("feeder", ResourceType.TOPIC, "serp.task-ids", AclOperation.WRITE, DENY);
      AclBinding groups = rule("feeder", ResourceType.GROUP, "*", AclOperation.READ, ALLOW);
      AclBinding noFeeder =
          rule("feeder", ResourceType.GROUP, "serp-routes-feeder", AclOperation.READ, DENY);
      admin.createAcls(List.of(noFeeding, groups, noFeeder)).all().get();
      instance.key("serp.from", "kafka,tasks-ready");
      assertThat(failures(instance))
          .containsExactly(
              "not allowed to read serp.receipts (serp.kafka.topics.receipts), serp.task-ids"
                  + " (serp.kafka.topics.ids): allow this user the operation Read on each of them",
              "not allowed to write to serp.task-ids (serp.kafka.topics.ids): allow this user the"
                  + " operation Write on it",
              "not allowed to join the consumer group serp-routes-feeder (serp.kafka.group-id):"
                  + " allow this user the operation Read on it");
    }
  }

  /** Kafka's client hides it behind "we are in an error state". */
  @Test
  void aRightThatIsTakenAwayIsNamedAndMissedNoLongerThanItIsGone() throws Exception {
    String id = "10171324-1535-0066-0000-ffffffffffff";
    AclBinding denied = rule("writer", ResourceType.TOPIC, "*", AclOperation.WRITE, DENY);
    try (Admin admin = admin();
        Scene scene = Scene.defaults(broker, dir);
        InstanceUnderTest instance = instance("writer")) {
      allowAll(admin, "writer");
      instance.key("serp.circuit.probe-interval", "1s").start().awaitStart();
      admin.createAcls(List.of(denied)).all().get();
      scene.send(List.of(id));
      instance.awaitOutput(
          "Halted: cannot deliver: Kafka: not allowed to write to serp.organic"
              + " \\(serp.kafka.topics.organic\\): allow this user the operation Write on it");
      admin.deleteAcls(List.of(denied.toFilter())).all().get();
      scene.awaitReceipts(List.of(id));
      assertThat(instance.terminate().exitCode()).isZero();
    }
  }

  @Test
  void aRightToReadThatIsTakenAwayIsNamedOnceAndReadingGoesOnWhenItIsBack() throws Exception {
    List<String> ids = ids(1);
    AclBinding denied = rule("taker", ResourceType.TOPIC, "serp.task-ids", AclOperation.READ, DENY);
    try (Admin admin = admin();
        Scene scene = Scene.defaults(broker, dir);
        InstanceUnderTest instance = instance("taker")) {
      allowAll(admin, "taker");
      instance.start().awaitStart();
      admin.createAcls(List.of(denied)).all().get();
      scene.send(ids);
      instance.awaitOutput(
          "serp.task-ids is not read now: not allowed to read serp.task-ids"
              + " \\(serp.kafka.topics.ids\\): allow this user the operation Read on it");
      instance.awaitOutput("(?s)(assigned.*){4}"); // with the topic of parked ids: twice again
      admin.deleteAcls(List.of(denied.toFilter())).all().get();
      scene.awaitReceipts(ids);
      assertThat(instance.terminate().exitCode()).isZero();
      assertThat(instance.output().lines().filter(line -> line.matches(".* (WARN|ERROR) .*")))
          .hasSize(1);
    }
  }

  /** As while a broker starts and does not know the users yet. */
  @Test
  void readingGoesOnAfterALoginThatWasRefused() throws Exception {
    List<String> ids = ids(2);
    try (Admin admin = admin();
        Scene scene = Scene.defaults(broker, dir);
        InstanceUnderTest instance = instance("owner")) {
      instance.start().awaitStart();
      setPassword(admin, "owner", "another");
      broker.restart();
      instance.awaitOutput("serp.task-ids is not read now: .* does not accept the credentials");
      setPassword(admin, "owner", "right");
      scene.send(ids);
      scene.awaitReceipts(ids);
      assertThat(instance.terminate().exitCode()).isZero();
    }
  }

  private static void setPassword(Admin admin, String user, String password) throws Exception {
    ScramCredentialInfo info = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 8192);
    admin
        .alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user, info, password)))
        .all()
        .get();
  }

  @Test
  void aStopWhileWritingIsNotAllowedIsShortAndSaysWhatIsLeft() throws Exception {
    String id = "10171324-1535-0066-0000-eeeeeeeeeeee";
    AclBinding denied = rule("stopper", ResourceType.TOPIC, "*", AclOperation.WRITE, DENY);
    try (Admin admin = admin();
        Scene scene = Scene.defaults(broker, dir);
        InstanceUnderTest instance = instance("stopper")) {
      allowAll(admin, "stopper");
      instance.start().awaitStart();
      admin.createAcls(List.of(denied)).all().get();
      scene.send(List.of(id));
      instance.awaitOutput("Halted: cannot deliver");
      long start = System.nanoTime();
      assertThat(instance.terminate().exitCode()).isZero();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(took).as(instance.output()).isLessThan(Duration.ofSeconds(12));
      assertThat(instance.output().lines().filter(line -> line.matches(".* (WARN|ERROR) .*")))
          .hasSize(1)
          .allMatch(line -> line.contains("Halted: cannot deliver: Kafka: not allowed"));
      assertThat(instance.output()).contains("stopped; 1 id stays in its source");
      admin.deleteAcls(List.of(denied.toFilter())).all().get();
      instance.start();
      scene.awaitReceipts(List.of(id));
    }
  }

  @Test
  void exactlyOnceWantsItsTransactionalIdsAndTheTopicOfIds() throws Exception {
    List<String> ids = ids(3);
    AclBinding unwritable = rule("exact", ResourceType.TOPIC, "serp.task-ids", WRITE, DENY);
    try (Admin admin = admin();
        Scene scene = Scene.defaults(broker, dir);
        InstanceUnderTest instance = instance("exact")) {
      allowAll(admin, "exact");
      admin.createAcls(List.of(unwritable)).all().get();
      instance.key("serp.kafka.delivery", "exactly-once");
      assertThat(failures(instance))
          .containsExactly(
              "not allowed to write to serp.task-ids (serp.kafka.topics.ids): allow this user the"
                  + " operation Write on it",
              "not allowed to use transactional ids that begin with serp-routes-"
                  + " (serp.kafka.group-id): allow this user the operations Write and Describe on"
                  + " transactional ids with this prefix, or set"
                  + " serp.kafka.delivery=at-least-once");
      admin.deleteAcls(List.of(unwritable.toFilter())).all().get();
      ResourcePattern prefix =
          new ResourcePattern(ResourceType.TRANSACTIONAL_ID, "serp-routes-", PatternType.PREFIXED);
      admin
          .createAcls(
              Stream.of(WRITE, AclOperation.DESCRIBE)
                  .map(one -> new AccessControlEntry("User:exact", "*", one, ALLOW))
                  .map(entry -> new AclBinding(prefix, entry))
                  .toList())
          .all()
          .get();
      instance.start().awaitStart();
      scene.send(ids);
      scene.awaitReceipts(ids);
      assertThat(instance.terminate().exitCode()).isZero();
      assertThat(instance.output()).doesNotContain("WARN");
    }
  }

  private static void allow(Admin admin, String user, String topic, AclOperation... operations)
      throws Exception {
    List<AclBinding> rules = new ArrayList<>();
    for (AclOperation operation : operations) {
      rules.add(rule(user, ResourceType.TOPIC, topic, operation, ALLOW));
    }
    admin.createAcls(rules).all().get();
  }

  private static void allowAll(Admin admin, String user) throws Exception {
    allow(admin, user, "*", AclOperation.ALL);
    AclBinding groups = rule(user, ResourceType.GROUP, "*", AclOperation.ALL, ALLOW);
    admin.createAcls(List.of(groups)).all().get();
  }

  private static AclBinding rule(
      String user,
      ResourceType type,
      String name,
      AclOperation operation,
      AclPermissionType permission) {
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry("User:" + user, "*", operation, permission));
  }

  @Test
  void aWrongPasswordIsSaidInOneLine() throws Exception {
    try (InstanceUnderTest instance = instance(listener.client("owner", "wrong-password"))) {
      assertThat(failure(instance))
          .startsWith("the broker does not accept the credentials: ")
          .doesNotContain("wrong-password");
    }
  }

  /** Kafka quotes the word at which it cannot read on. */
  @Test
  void aMalformedLoginIsNotQuoted() throws Exception {
    Map<String, Object> client = new HashMap<>(listener.client("owner", "right"));
    client.put(
        "sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=me"
            + " password=my swordfish;");
    try (InstanceUnderTest instance = instance(client)) {
      assertThat(failure(instance))
          .contains("sasl.jaas.config is malformed")
          .doesNotContain("swordfish");
    }
  }

  @Test
  void anUnknownAuthorityIsSaidInOneLine() throws Exception {
    SecureListener other = new SecureListener(Files.createDirectories(dir.resolve("other")));
    Map<String, Object> client = new HashMap<>(other.client("owner", "right"));
    client.put("bootstrap.servers", listener.bootstrapServers());
    try (InstanceUnderTest instance = instance(client)) {
      assertThat(failure(instance))
          .startsWith("the broker's certificate is not trusted or TLS failed: ");
    }
  }

  @Test
  void plainTextToAListenerWithTlsIsSaidInOneLine() throws Exception {
    try (InstanceUnderTest instance =
        instance(Map.of("bootstrap.servers", listener.bootstrapServers()))) {
      String address = listener.bootstrapServers();
      assertThat(failure(instance))
          .isEqualTo(
              "serp.kafka.brokers=%s: the listener at %s uses TLS, but".formatted(address, address)
                  + " serp.kafka.properties.security.protocol is PLAINTEXT; set it to SSL or"
                  + " SASL_SSL, or use the port of another listener");
    }
  }

  @Test
  void tlsToAListenerWithoutIsSaidInOneLine() throws Exception {
    Map<String, Object> client = new HashMap<>(listener.client("owner", "right"));
    client.put("bootstrap.servers", broker.bootstrapServers());
    try (InstanceUnderTest instance = instance(client)) {
      String address = broker.bootstrapServers();
      assertThat(failure(instance))
          .isEqualTo(
              "serp.kafka.brokers=%s: the listener at %s does not answer with TLS, but"
                      .formatted(address, address)
                  + " serp.kafka.properties.security.protocol is SASL_SSL: it is a listener without"
                  + " TLS, or it forwards to a broker that is away; start the broker, or use the"
                  + " port of a listener with TLS");
    }
  }

  @Test
  void aPropertyThatNoClientTakesIsSaidInOneLine() throws Exception {
    Map<String, Object> client = new HashMap<>(listener.client("owner", "right"));
    client.put("security.protocol", "TLS");
    try (InstanceUnderTest instance = instance(client)) {
      assertThat(failure(instance)).contains("security.protocol");
    }
  }
}
