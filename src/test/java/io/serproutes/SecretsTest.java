package io.serproutes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SecretsTest {

  private static Secrets secrets(String login, String password) {
    Map<String, String> keys = Map.of("serp.api.login", login, "serp.api.password", password);
    return new Secrets(new Settings(keys::get));
  }

  /** Credentials as people and vendors make them, from four characters on. */
  @Provide
  Arbitrary<String> credentials() {
    return Arbitraries.strings()
        .ascii()
        .excludeChars('*')
        .withChars("äß한글\\\"$^{}[]()|?+.")
        .ofMinLength(4)
        .ofMaxLength(20)
        .filter(text -> text.equals(text.strip()));
  }

  private static String escaped(String text) {
    return text.chars().mapToObj("\\u%04X"::formatted).collect(Collectors.joining());
  }

  private static String base64(String text, java.nio.charset.Charset charset) {
    return Base64.getEncoder().encodeToString(text.getBytes(charset));
  }

  @Property(tries = 300)
  void noFormOfACredentialIsQuoted(
      @ForAll("credentials") String login, @ForAll("credentials") String password) {
    Secrets secrets = secrets(login, password);
    String pair = login + ":" + password;
    for (String form :
        List.of(
            login,
            password,
            pair,
            escaped(login),
            escaped(password),
            URLEncoder.encode(password, UTF_8),
            base64(pair, UTF_8),
            base64(pair, ISO_8859_1))) {
      assertThat(secrets.redact("<" + form + ">")).isEqualTo("<***>");
    }
  }

  @Example
  void aCredentialThatBeginsAsTheOtherIsHiddenWhole() {
    Secrets secrets = secrets("hidden-login", "hidden");
    assertThat(secrets.redact("hidden-login, hidden")).isEqualTo("***, ***");
  }

  @Example
  void theHeaderIsBasicInUtf8() {
    assertThat(secrets("me", "한글").authorization()).isEqualTo("Basic " + base64("me:한글", UTF_8));
  }

  @Example
  void aQuoteIsOneShortLine() {
    Secrets secrets = secrets("somebody", "something");
    assertThat(secrets.quote(" a\r\nb\u2028c\u202Ed\u0000e ")).isEqualTo("a b c d e");
    assertThat(secrets.quote("x".repeat(300))).hasSize(300);
    assertThat(secrets.quote("x".repeat(301))).hasSize(301).endsWith("x…");
    assertThat(secrets.quote("x".repeat(295) + "something")).doesNotContain("somet");
  }

  @Example
  void aQuotedTextHasNoHalfCharacter() {
    assertThat(Secrets.oneLine("x😀y", 2)).isEqualTo("x…");
    assertThat(Secrets.oneLine("x😀y", 3)).isEqualTo("x😀…");
    assertThat(Secrets.oneLine("x😀", 3)).isEqualTo("x😀");
  }

  @Example
  void whatIsTooShortToBeASecretIsLeftAlone() {
    assertThat(secrets("a", "abc").redact("a man called abc")).isEqualTo("a man called abc");
    assertThat(secrets("", "").redact("nothing is secret")).isEqualTo("nothing is secret");
  }

  @Example
  void theTokensOfWebhooksAreHidden() {
    Map<String, String> keys = Map.of("serp.webhooks.token", "first-token, second~token");
    Secrets secrets = new Secrets(new Settings(keys::get));
    assertThat(secrets.quote("/pingback?token=first-token&x=second%7Etoken"))
        .isEqualTo("/pingback?token=***&x=***");
  }
}
