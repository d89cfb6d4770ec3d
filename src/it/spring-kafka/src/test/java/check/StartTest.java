package check;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stops the start of the host. Nobody listens at any of its addresses. */
@Timeout(60)
class StartTest {

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "serp.kafka.properties.enable.auto.commit=true, is refused: ids would be committed",
    "serp.api.max-concurent=3, is not a key of serp-routes",
  })
  void aSettingThatWouldLoseIdsAndAKeyThatIsNone(String setting, String words) throws Exception {
    Path log = temp.resolve("host.log");
    List<String> arguments =
        List.of(
            "--host.brokers=localhost:1",
            "--serp.kafka.brokers=localhost:1",
            "--serp.kafka.properties.host.seen=" + temp.resolve("seen"),
            "--serp.api.base-url=http://localhost:1",
            "--serp.api.login=login",
            "--serp.api.password=password",
            "--serp.files.dir=" + temp.resolve("out"),
            "--" + setting);
    try (HostProcess host = new HostProcess(List.of(), arguments, Map.of(), log)) {
      assertThat(host.exitCode()).isEqualTo(1);
    }
    assertThat(Files.readString(log)).contains(setting.split("=")[0]).contains(words);
  }
}
