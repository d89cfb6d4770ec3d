package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiAddressTest {

  private static List<String> check(String url) {
    List<String> warnings = new ArrayList<>();
    AbstractAppender appender =
        new AbstractAppender("test", null, null, true, Property.EMPTY_ARRAY) {
          @Override
          public void append(LogEvent event) {
            if (event.getLevel() == Level.WARN) {
              warnings.add(event.getMessage().getFormattedMessage());
            }
          }
        };
    appender.start();
    Logger logger = (Logger) LogManager.getLogger("serp-routes");
    Level before = logger.getLevel();
    logger.addAppender(appender);
    logger.setLevel(Level.WARN);
    try {
      Settings settings = new Settings(Map.of("serp.api.base-url", url)::get);
      settings.get(Keys.BASE_URL);
      ApiAddress.warn(settings);
    } finally {
      logger.removeAppender(appender);
      logger.setLevel(before);
    }
    return warnings;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://api.dataforseo.com",
        "https://proxy.example.com:8443/dataforseo",
        "http://localhost:8085",
        "http://127.0.0.1:8085",
        "http://[::1]:8085",
      })
  void anAddressThatKeepsCredentials(String url) {
    assertThat(check(url)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://api.dataforseo.com", "http://localhost.example.com/x"})
  void plainHttpToAnotherMachineIsOneWarning(String url) {
    assertThat(check(url)).hasSize(1).first().asString().contains("plain http", "use https");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://me:s3cret@host", "https:/me:s3cret@host", "https://h/?p=s3cret"})
  void credentialsInItAreRefusedAndNotQuoted(String url) {
    assertThatThrownBy(() -> check(url))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageContaining("serp.api.base-url")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void anythingElseIsRefused() {
    assertThatThrownBy(() -> check("ftp://host")).isInstanceOf(IllegalSettingException.class);
    assertThatThrownBy(() -> check("http://[:::")).isInstanceOf(IllegalSettingException.class);
    assertThatThrownBy(() -> check("https://api.dataforseo.com/"))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageContaining("without a slash at its end");
  }
}
