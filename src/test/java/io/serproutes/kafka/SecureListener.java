package io.serproutes.kafka;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A listener with TLS and SCRAM-SHA-512 for a {@link BrokerProcess}, beside the open one, which
 * stays for setting things up. Its certificate is made by the JDK's keytool, for {@code localhost}
 * and a day.
 */
public final class SecureListener {

  /** The password of the key store and of the key in it. */
  static final String SECRET = "for-tests-only";

  private final Path keys;
  private final Path certificate;
  private final int port;

  /** Makes key and certificate in the folder, which has none yet. */
  public SecureListener(Path dir) throws IOException, InterruptedException {
    keys = dir.resolve("keys.p12");
    certificate = dir.resolve("certificate.pem");
    port = Broker.freePort();
    keytool("-genkeypair -keyalg EC -validity 1 -dname CN=localhost -ext san=dns:localhost");
    keytool("-exportcert -rfc -file", certificate.toString());
  }

  /** Lets the broker listen here too, from its next start on. */
  public void addTo(BrokerProcess broker) {
    String prefix = "listener.name.secure.";
    broker
        .with("listeners", "SECURE://" + bootstrapServers())
        .with("listener.security.protocol.map", "SECURE:SASL_SSL")
        .with(prefix + "ssl.keystore.type", "PKCS12")
        .with(prefix + "ssl.keystore.location", keys)
        .with(prefix + "ssl.keystore.password", SECRET)
        .with(prefix + "sasl.enabled.mechanisms", "SCRAM-SHA-512")
        .with(prefix + "scram-sha-512.sasl.jaas.config", login(""));
  }

  public String bootstrapServers() {
    return "localhost:" + port;
  }

  /** What a client needs to connect as this user; see {@link BrokerProcess#withUser}. */
  public Map<String, Object> client(String user, String password) {
    return Map.of(
        "bootstrap.servers",
        bootstrapServers(),
        "security.protocol",
        "SASL_SSL",
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        certificate.toString(),
        "sasl.mechanism",
        "SCRAM-SHA-512",
        "sasl.jaas.config",
        login(" username=\"" + user + "\" password=\"" + password + "\""));
  }

  /** The keys of serp-routes for what a client needs. */
  static Map<String, Object> keys(Map<String, Object> client) {
    Map<String, Object> keys = new HashMap<>();
    client.forEach((name, value) -> keys.put("serp.kafka.properties." + name, value));
    keys.put("serp.kafka.brokers", keys.remove("serp.kafka.properties.bootstrap.servers"));
    return keys;
  }

  /** What a client needs to have a certificate of its own, which the broker does not ask for. */
  Map<String, Object> keyStore() {
    return Map.of(
        "ssl.keystore.type",
        "PKCS12",
        "ssl.keystore.location",
        keys.toString(),
        "ssl.keystore.password",
        SECRET,
        "ssl.key.password",
        SECRET);
  }

  private static String login(String options) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required" + options + ";";
  }

  private void keytool(String words, String... more) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(words.split(" ")));
    command.addAll(List.of(more));
    command.addAll(List.of("-alias", "broker", "-storetype", "PKCS12", "-storepass", SECRET));
    command.addAll(List.of("-keystore", keys.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException("keytool " + words + ": " + said);
    }
  }
}
