package io.serproutes.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.Finding;
import io.serproutes.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserDataTest {

  private final Map<String, String> keys = new HashMap<>();

  private static JsonNode json(String text) throws IOException {
    return UserData.tree(new ByteArrayInputStream(text.replace('\'', '"').getBytes(UTF_8)));
  }

  private UserData data(String limits, String balance) throws IOException {
    String account = "{'rates':{'limits':{'minute':%s}},'money':{'balance':%s}}";
    return new UserData(json(account.formatted(limits, balance)), new Settings(keys::get));
  }

  private List<String> compare(String limits, String balance) throws IOException {
    List<Finding> found = new ArrayList<>();
    data(limits, balance).compare(found::add);
    return found.stream().map(finding -> finding.result() + " " + finding.text()).toList();
  }

  @Test
  void noBodyIsNoTree() throws IOException {
    assertThat(UserData.tree(null)).isNull();
    assertThat(json("{'a':7}").path("a").intValue()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "{}                                                                        | none",
        "null                                                                      | none",
        "{'total':1200}                                                            | 1200",
        "{'total_serp':1100}                                                       | 1100",
        "{'serp':{'total':1000}}                                                   | 1000",
        "{'serp':{'total_task_get':900}}                                           | 900",
        "{'serp':{'naver':{'organic':{'task_get':{'total':800}}}}}                 | 800",
        "{'serp':{'naver':{'organic':{'task_get':{'regular':700}}}}}               | 700",
        "{'serp':{'task_get':600}}                                                 | 600",
        "{'total':1200,'serp':{'total':1300,'task_get':{'total':1400}}}            | 1200",
        "{'total':1200,'serp':{'total':1300,'task_get':{'regular':1100}}}          | 1100",
        // of other paths
        "{'total_keywords_data':5,'keywords_data':{'total':6},'serp':{'task_post':7}} | none",
        // what is no limit
        "{'total':0}                                                               | none",
        "{'total':1}                                                               | 1",
        "{'total':'1200','serp':true}                                              | none",
        "{'total':1e300}                                                           | 2147483647",
      })
  void theLeastLimitThatHoldsForOurPath(String limits, Integer least) throws IOException {
    assertThat(data(limits, "1").callsPerMinute())
        .isEqualTo(least == null ? OptionalInt.empty() : OptionalInt.of(least));
  }

  @Test
  void anAccountThatFitsOurKeysIsOneFinding() throws IOException {
    keys.put("serp.api.calls-per-minute", "1200");
    keys.put("serp.api.max-concurrent", "30");
    assertThat(compare("{'total':1200}", "0.01"))
        .containsExactly("ok login accepted; balance 0.01 USD; 1200 calls a minute");
    assertThat(compare("{'total':1201}", "null"))
        .containsExactly(
            "ok login accepted; 1201 calls a minute, of which serp.api.calls-per-minute=1200");
    assertThat(compare("{}", "null"))
        .containsExactly("ok login accepted; it names no limit of calls a minute");
  }

  @Test
  void whatDoesNotFitIsAWarningEach() throws IOException {
    keys.put("serp.api.calls-per-minute", "1200");
    keys.put("serp.api.max-concurrent", "31");
    assertThat(compare("{'total':1199}", "0"))
        .containsExactly(
            "ok login accepted; balance 0.00 USD",
            "warn the account has no money left; the API may refuse it (HTTP 402): top it up",
            "warn serp.api.calls-per-minute=1200 is more than the account's limit of 1199; calls"
                + " would be throttled: set it to 1199",
            "warn serp.api.max-concurrent=31 is more than the 30 calls at once that the vendor"
                + " allows an account; calls would be throttled: set it to 30, unless the vendor"
                + " allows you more");
  }
}
