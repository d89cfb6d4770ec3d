package check;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A listener with TLS and SCRAM for the broker, its certificate made by the JDK's keytool. */
final class SecureListener {

  private static final String SECRET = "for-tests-only";
  private static final String MODULE =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";

  private final Path keys;
  private final int port;

  SecureListener(Path folder) throws IOException, InterruptedException {
    keys = folder.resolve("keys.p12");
    keytool("-genkeypair -keyalg EC -validity 1 -dname CN=localhost -ext san=dns:localhost");
    keytool("-exportcert -rfc -file", folder.resolve("certificate.pem").toString());
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  String address() {
    return "localhost:" + port;
  }

  Path certificate() {
    return keys.resolveSibling("certificate.pem");
  }

  /** What a client logs in with. */
  static String login() {
    return MODULE + " username=\"serp\" password=\"right\";";
  }

  String[] settings() {
    String prefix = "listener.name.secure.";
    return new String[] {
      "scram=SCRAM-SHA-512=[name=serp,password=right]",
      "listeners=SECURE://" + address(),
      "listener.security.protocol.map=SECURE:SASL_SSL",
      prefix + "ssl.keystore.type=PKCS12",
      prefix + "ssl.keystore.location=" + keys,
      prefix + "ssl.keystore.password=" + SECRET,
      prefix + "sasl.enabled.mechanisms=SCRAM-SHA-512",
      prefix + "scram-sha-512.sasl.jaas.config=" + MODULE + ";",
      "topic=host.events:1",
      "topic=host.echo:1",
      "topic=host.heard:1"
    };
  }

  private void keytool(String words, String... more) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/keytool");
    command.addAll(List.of(words.split(" ")));
    command.addAll(List.of(more));
    command.addAll(List.of("-alias", "broker", "-storetype", "PKCS12", "-storepass", SECRET));
    command.addAll(List.of("-keystore", keys.toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }
}
