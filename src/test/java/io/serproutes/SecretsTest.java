package io.serproutes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

  private static final String LOGIN = "somebody@mail.example";

  private static Secrets secrets(String login, String password) {
    return new Secrets(
        new Settings(Map.of("serp.api.login", login, "serp.api.password", password)::get));
  }

  private static String base64(String pair) {
    return Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  @Test
  void theHeaderIsBasicAuthenticationInUtf8() {
    assertThat(secrets(LOGIN, "pä:ss wort ").authorization())
        .isEqualTo("Basic " + base64(LOGIN + ":pä:ss wort "));
    assertThat(secrets("", "").authorization()).isEqualTo("Basic Og==");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "swordfish",
        "pass word ",
        "a\"b\\c/d",
        "{{serp.ids}}",
        "$1\\E[x]",
        "비밀번호",
        "p+&=%2F#?",
        "ends with =",
        "????>>>>",
        "tab\there"
      })
  void noFormOfTheCredentialsIsLeft(String password) throws Exception {
    Secrets secrets = secrets(LOGIN, password);
    String pair = LOGIN + ":" + password;
    String json = new JsonMapper().writeValueAsString(password);
    String ascii =
        JsonMapper.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .build()
            .writeValueAsString(password);
    String latin = Base64.getEncoder().encodeToString(pair.getBytes(ISO_8859_1));
    for (String form :
        new String[] {
          password,
          LOGIN,
          pair,
          base64(pair),
          base64(pair).replace("/", "\\/"),
          latin,
          json.substring(1, json.length() - 1),
          json.substring(1, json.length() - 1).replace("/", "\\/"),
          ascii.substring(1, ascii.length() - 1),
          lowerHex(ascii.substring(1, ascii.length() - 1)),
          URLEncoder.encode(password, UTF_8),
          URLEncoder.encode(password, UTF_8).replace("+", "%20"),
          URLEncoder.encode(LOGIN, UTF_8)
        }) {
      assertThat(secrets.redact("x\"" + form + "\"y" + form)).isEqualTo("x\"***\"y***");
    }
  }

  private static String lowerHex(String json) {
    return Pattern.compile("u[0-9A-F]{4}").matcher(json).replaceAll(u -> u.group().toLowerCase());
  }

  @Test
  void aLongSecretIsHiddenBeforeAPartOfIt() {
    Secrets secrets = secrets("fish", "swordfish");
    assertThat(secrets.redact("fish:swordfish swordfish fish")).isEqualTo("*** *** ***");
  }

  @Test
  void whatIsTooShortToBeASecretHidesNothing() {
    Secrets secrets = secrets("", "abc");
    assertThat(secrets.redact("abcabc ab c")).isEqualTo("abcabc ab c");
    assertThat(secrets("", "").redact("a:b, : and \"\"")).isEqualTo("a:b, : and \"\"");
  }

  @Test
  void parametersOfWebhooksAreCut() {
    assertThat(secrets(LOGIN, "swordfish").redact("{\"pingback_url\":\"https://x.example/?s=1\"}"))
        .isEqualTo("{\"pingback_url\":\"https://x.example/\"}");
  }

  @Test
  void aQuoteIsOneLineThatControlsNoTerminal() {
    Secrets secrets = secrets(LOGIN, "swordfish");
    assertThat(secrets.quote(" a\r\nb\tc\u001b[31m\u009b31m\u0085d\u2028e\u202ef swordfish\0 "))
        .isEqualTo("a b c [31m 31m d e f ***");
  }

  @Test
  void aQuoteIsCutAtThreeHundredCharacters() {
    Secrets secrets = secrets(LOGIN, "swordfish");
    assertThat(secrets.quote("x".repeat(300))).isEqualTo("x".repeat(300));
    assertThat(secrets.quote("x".repeat(301))).isEqualTo("x".repeat(300) + "…");
    // a secret that the cut would split is hidden before
    assertThat(secrets.quote("x".repeat(295) + "swordfish")).isEqualTo("x".repeat(295) + "***");
  }
}
