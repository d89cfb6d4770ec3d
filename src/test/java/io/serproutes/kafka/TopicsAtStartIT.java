package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
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
        .withUser("owner", "right")
        .withUser("guest", "right")
        .withUser("reader", "right")
        .with("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
        .with("super.users", "User:ANONYMOUS;User:owner")
        .start();
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
    api.close();
  }

  private InstanceUnderTest instance(Map<String, Object> client) {
    InstanceUnderTest instance =
        new InstanceUnderTest(dir, Map.of())
            .key("serp.from", "kafka")
            .key("serp.to", "kafka")
            .key("serp.api.base-url", api.address())
            .key("serp.api.login", "sandbox")
            .key("serp.api.password", "sandbox")
            .key("serp.server.port", "0");
    client.forEach(
        (name, value) ->
            instance.key(
                name.equals("bootstrap.servers")
                    ? "serp.kafka.brokers"
                    : "serp.kafka.properties." + name,
                value));
    return instance;
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @Test
  void missingTopicsAreMadeAndUsedOverTls() throws Exception {
    try (Admin admin = admin();
        InstanceUnderTest instance = instance(listener.client("owner", "right"))) {
      admin.deleteTopics(existing(admin)).all().get();
      instance.start().awaitStart();
      assertThat(existing(admin)).isEqualTo(TOPICS);
      assertThat(admin.describeTopics(TOPICS).allTopicNames().get().values())
          .allSatisfy(topic -> assertThat(topic.partitions()).hasSize(12));
      ConfigResource parked = new ConfigResource(ConfigResource.Type.TOPIC, "serp.parked");
      Config config = admin.describeConfigs(List.of(parked)).all().get().get(parked);
      assertThat(config.get("retention.ms").value()).isEqualTo("-1");
      try (Scene scene = Scene.defaults(broker, dir)) {
        scene.send(Scene.ids(5));
        scene.awaitReceipts(Scene.ids(5));
        scene.assertItemsAreThoseOfReceipts();
      }
      assertThat(instance.terminate().exitCode()).isZero();
      assertThat(instance.output()).doesNotContain("right").doesNotContain("WARN");
    }
  }

  @Test
  void aTopicOfParkedIdsThatForgetsSoonIsWarnedOf() throws Exception {
    try (Admin admin = admin();
        InstanceUnderTest instance = instance(listener.client("owner", "right"))) {
      admin.deleteTopics(existing(admin)).all().get();
      NewTopic parked = new NewTopic("serp.parked", 1, (short) 1);
      admin.createTopics(List.of(parked.configs(Map.of("retention.ms", "3600000")))).all().get();
      instance.start().awaitStart();
      assertThat(instance.output())
          .contains("ids that wait in serp.parked may be lost")
          .contains("retention.ms=3600000 is less than 48 hours");
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
        InstanceUnderTest instance = instance(listener.client("guest", "right"))) {
      admin.deleteTopics(existing(admin)).all().get();
      String line = failure(instance);
      assertThat(line)
          .startsWith(
              "topics are missing and cannot be made: serp.dead-letters, serp.organic, serp.other,"
                  + " serp.paid, serp.parked, serp.receipts, serp.task-ids; make them, or allow it");
    }
  }

  /** The only line that it prints, after what all have in common. */
  private static String failure(InstanceUnderTest instance) {
    assertThat(instance.start().exitCode()).isEqualTo(1);
    List<String> lines = instance.output().lines().toList();
    assertThat(lines).hasSize(1);
    String common = "serp-routes could not start: ";
    assertThat(lines.get(0)).startsWith(common);
    return lines.get(0).substring(common.length());
  }

  @Test
  void topicsThatMayNotBeReadAreNamed() throws Exception {
    try (Admin admin = admin();
        InstanceUnderTest instance = instance(listener.client("reader", "right"))) {
      admin
          .createAcls(
              List.of(
                  allow(ResourceType.TOPIC, AclOperation.CREATE),
                  allow(ResourceType.TOPIC, AclOperation.DESCRIBE),
                  allow(ResourceType.TOPIC, AclOperation.WRITE),
                  allow(ResourceType.CLUSTER, AclOperation.IDEMPOTENT_WRITE)))
          .all()
          .get();
      assertThat(failure(instance)).contains("serp-routes").contains("not allow");
    }
  }

  private static AclBinding allow(ResourceType type, AclOperation operation) {
    String name = type == ResourceType.CLUSTER ? "kafka-cluster" : "*";
    return new AclBinding(
        new ResourcePattern(type, name, PatternType.LITERAL),
        new AccessControlEntry("User:reader", "*", operation, AclPermissionType.ALLOW));
  }

  @Test
  void aWrongPasswordIsSaidInOneLine() throws Exception {
    try (InstanceUnderTest instance = instance(listener.client("owner", "wrong-password"))) {
      assertThat(failure(instance))
          .startsWith("the broker does not accept the credentials: ")
          .doesNotContain("wrong-password");
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
      assertThat(failure(instance)).startsWith("no broker answers at serp.kafka.brokers=");
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
