package io.serproutes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Credentials of any characters reach the API as they are, and nothing else. */
@Execution(ExecutionMode.CONCURRENT)
class CredentialsIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PATH = "/v3/serp/naver/organic/task_get/regular/";
  private static final String PLACEHOLDERS = "{{serp.api.login}} ${env:PATH} #bean:serpGate RAW(";
  private static final String CHARACTERS = " :ä+%41&=?#!$HOME'\"`\\n\\ €🙂/;<>|*,.)} ";

  private static final String KEYS = "for-tests-only";

  @TempDir Path temp;

  @RegisterExtension
  final WireMockExtension api =
      WireMockExtension.newInstance().options(options().dynamicPort()).build();

  @Test
  void fromTheEnvironment() throws IOException {
    String login = "jürgen+{{x}}@example.com";
    String password = CHARACTERS + PLACEHOLDERS;
    arriveAndStaySecret(
        program().environment("SERP_API_LOGIN", login).environment("SERP_API_PASSWORD", password),
        login,
        password);
  }

  @Test
  void fromTheConfigurationFile() throws IOException {
    String login = " 이름 %20 ";
    String password = PLACEHOLDERS + CHARACTERS;
    arriveAndStaySecret(
        program().configFile(line("serp.api.login", login), line("serp.api.password", password)),
        login,
        password);
  }

  /** Where the locale does not let Java read them, the start stops: they would be refused. */
  @Test
  void thatCannotBeReadStopTheStart() {
    try (ProgramUnderTest program =
        program()
            .environment("LC_ALL", "C")
            .environment("SERP_API_LOGIN", "login")
            .environment("SERP_API_PASSWORD", "pässword")
            .start()) {
      assertThat(program.exitCode()).isEqualTo(1);
      assertThat(program.output().lines()).hasSize(1);
      assertThat(program.output()).contains("serp.api.password", "LANG=C.UTF-8");
    }
  }

  /** Whatever a configuration file says of levels, in the clear and over TLS. */
  @ParameterizedTest
  @CsvSource({"debug, false", "trace, false", "debug, true", "trace, true"})
  void appearInNoLogAtAnyLevel(String level, boolean tls) throws Exception {
    String login = "some-login@example.com";
    String password = "s3cret-p4ssword";
    String basic = Base64.getEncoder().encodeToString((login + ":" + password).getBytes(UTF_8));
    Path keys = certificate(temp.resolve("keys.p12"));
    WireMockServer server = httpsServer(keys);
    server.start();
    try {
      server.stubFor(
          get(anyUrl())
              .withBasicAuth(login, password)
              .willReturn(aResponse().withBody(answer(Ids.good(1)))));
      String address = tls ? "https://localhost:" + server.httpsPort() : server.baseUrl();
      String levels = Files.readString(Path.of("config/log4j2.properties"));
      try (ProgramUnderTest program =
          program()
              .key("serp.api.base-url", address)
              .key("serp.ids", Ids.good(1))
              .environment("SERP_API_LOGIN", login)
              .environment("SERP_API_PASSWORD", password)
              .jvm("-Djavax.net.ssl.trustStore=" + keys)
              .jvm("-Djavax.net.ssl.trustStorePassword=" + KEYS)
              .file(
                  "config/log4j2.properties",
                  levels.replaceAll("(?m)^(\\S+\\.level) = .*$", "$1 = " + level))
              .start()) {
        assertThat(program.exitCode()).isZero();
        assertThat(program.output())
            .contains("DEBUG MainClientExec") // the client's loggers are on
            .doesNotContain(login, password, basic);
        assertThat(program.output().toLowerCase(Locale.ROOT)).doesNotContain("authorization");
      }
    } finally {
      server.stop();
    }
    assertThat(new OutFolder(temp.resolve("work/out")).names("receipts")).hasSize(1);
  }

  /** The proxy of the JVM's properties, which also serve a run behind a firewall. */
  @Test
  void aProxySeesNothingOfThem() throws Exception {
    Path keys = certificate(temp.resolve("keys.p12"));
    WireMockServer server = httpsServer(keys);
    server.start();
    server.stubFor(
        get(anyUrl())
            .withBasicAuth("login", "password")
            .willReturn(aResponse().withBody(answer(Ids.good(1)))));
    int port = server.httpsPort();
    try (RawApi proxy = new RawApi((request, client, out) -> tunnel(client, out, port));
        ProgramUnderTest program =
            program()
                .key("serp.api.base-url", "https://localhost:" + port)
                .key("serp.ids", Ids.good(1))
                .environment("SERP_API_LOGIN", "login")
                .environment("SERP_API_PASSWORD", "password")
                .jvm("-Djavax.net.ssl.trustStore=" + keys)
                .jvm("-Djavax.net.ssl.trustStorePassword=" + KEYS)
                .jvm("-Dhttps.proxyHost=" + proxy.address().getHost())
                .jvm("-Dhttps.proxyPort=" + proxy.address().getPort())
                .jvm("-Dhttp.nonProxyHosts=") // else it is passed by on the way to localhost
                .start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(proxy.requests())
          .singleElement()
          .satisfies(
              request -> {
                assertThat(request.line()).isEqualTo("CONNECT localhost:" + port + " HTTP/1.1");
                assertThat(request.headers()).doesNotContainKey("authorization");
              });
    } finally {
      server.stop();
    }
  }

  /** It is the proxy's, so no id is to blame, and the API has said nothing of the account. */
  @Test
  void aProxyThatWantsALoginOfItsOwnOpensTheCircuit() throws Exception {
    byte[] refusal = RawApi.head(407, "Proxy-Authenticate: Basic", "Content-Length: 0");
    try (RawApi proxy = new RawApi((request, client, out) -> out.write(refusal));
        ProgramUnderTest program =
            program()
                .key("serp.api.base-url", "https://api.example.com")
                .key("serp.ids", Ids.good(1))
                .key("serp.once.wait-circuit", "0s")
                .environment("SERP_API_LOGIN", "login")
                .environment("SERP_API_PASSWORD", "password")
                .jvm("-Dhttps.proxyHost=" + proxy.address().getHost())
                .jvm("-Dhttps.proxyPort=" + proxy.address().getPort())
                .start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(3);
      assertThat(program.output()).contains("Halted: ", "HTTP 407");
      assertThat(proxy.requests())
          .isNotEmpty()
          .allSatisfy(
              request -> {
                assertThat(request.line()).startsWith("CONNECT api.example.com:443 ");
                assertThat(request.headers()).doesNotContainKey("authorization");
              });
    }
  }

  private static void tunnel(Socket client, OutputStream out, int port) throws IOException {
    try (Socket server = new Socket("localhost", port)) {
      out.write(RawApi.head(200));
      out.flush();
      Thread back =
          new Thread(
              () -> {
                try {
                  server.getInputStream().transferTo(out);
                } catch (IOException e) {
                  // one of the two has closed it
                }
              });
      back.start();
      client.getInputStream().transferTo(server.getOutputStream());
    }
  }

  private static WireMockServer httpsServer(Path keys) {
    return new WireMockServer(
        options()
            .dynamicPort()
            .dynamicHttpsPort()
            .keystorePath(keys.toString())
            .keystoreType("PKCS12")
            .keystorePassword(KEYS)
            .keyManagerPassword(KEYS));
  }

  private static Path certificate(Path keys) throws IOException, InterruptedException {
    String words =
        "-genkeypair -alias api -keyalg EC -validity 1 -dname CN=localhost -ext san=dns:localhost"
            + " -storetype PKCS12 -storepass "
            + KEYS
            + " -keystore "
            + keys;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(words.split(" ")));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    return keys;
  }

  private Start program() {
    return ProgramUnderTest.in(temp.resolve("work")).key("serp.api.base-url", api.baseUrl());
  }

  // as a person writes it: a backslash is doubled, and a space at the beginning has one before it
  private static String line(String key, String value) {
    return key + "=" + value.replace("\\", "\\\\").replaceFirst("^ ", "\\\\ ");
  }

  private void arriveAndStaySecret(Start start, String login, String password) throws IOException {
    String basic = Base64.getEncoder().encodeToString((login + ":" + password).getBytes(UTF_8));
    List<String> echoes =
        List.of(
            login,
            password,
            json(JSON.writer(), password),
            json(JSON.writer().with(JsonWriteFeature.ESCAPE_NON_ASCII), password),
            URLEncoder.encode(password, UTF_8),
            basic);
    String good = Ids.good(1);
    String echoed = Ids.good(2);
    api.stubFor(get(anyUrl()).willReturn(aResponse().withStatus(404)));
    api.stubFor(get(urlEqualTo(PATH + good)).willReturn(aResponse().withBody(answer(good))));
    api.stubFor(
        get(urlEqualTo(PATH + echoed))
            .willReturn(aResponse().withStatus(400).withBody(echo(echoes))));

    try (ProgramUnderTest program = start.start()) {
      program.awaitStart();
      Files.write(temp.resolve("work/inbox/ids.txt"), List.of(good, echoed, password));
      OutFolder out = new OutFolder(temp.resolve("work/out"));
      out.awaitReceipts(List.of(good, echoed));

      assertThat(api.findAll(getRequestedFor(anyUrl())))
          .hasSize(2)
          .extracting(request -> request.getHeader("Authorization"))
          .containsOnly("Basic " + basic);
      assertThat(api.findAll(getRequestedFor(anyUrl())))
          .extracting(LoggedRequest::getUrl)
          .containsExactlyInAnyOrder(PATH + good, PATH + echoed);
      assertThat(out.receipt(good).path("outcome").textValue()).isEqualTo("delivered");
      assertThat(out.deadLetter(echoed).path("response").textValue()).contains("you sent");
      assertThat(program.observe("/metrics").body()).doesNotContain(echoes);
      assertThat(program.observe("/health").body()).doesNotContain(echoes);
      program.terminate();
      assertThat(program.exitCode()).isZero();
      assertThat(program.output()).contains("dead letter rejected").doesNotContain(echoes);
    }
    for (Path file : filesOf(temp.resolve("work/out"))) {
      String text = Files.readString(file);
      assertThat(text).as(file.toString()).doesNotContain(echoes);
      assertThat(JSON.readTree(text).toString()).doesNotContain(echoes);
    }
  }

  private static String json(ObjectWriter writer, String text) throws IOException {
    return writer.writeValueAsString(text).replaceAll("^\"|\"$", "");
  }

  private static String answer(String id) {
    return ("{'status_code':20000,'tasks':[{'id':'%s','status_code':20000,'data':{},"
            + "'result':[{'items':[{'type':'organic'}]}]}]}")
        .formatted(id)
        .replace('\'', '"');
  }

  private static String echo(List<String> echoes) throws IOException {
    return JSON.writeValueAsString(
        Map.of("status_code", 40000, "status_message", "you sent " + String.join(" ", echoes)));
  }

  private static List<Path> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".json")).toList();
    }
  }
}
