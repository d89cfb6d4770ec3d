package io.serproutes.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.serproutes.RawJson;
import io.serproutes.ids.TaskId;
import java.io.ByteArrayInputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whatever a list of finished tasks is, the ids of our endpoint in it are read, as far as it goes.
 */
class ReadyPageFuzzTest {

  private static final String PATH = "/v3/serp/naver/organic/task_get/regular";

  private final ReadyPageReader reader = new ReadyPageReader(PATH, 1_000_000);

  @FuzzTest(maxDuration = "1m")
  void theIdsOfAListAreRead(byte[] body) {
    ReadyPage page = reader.read(new ByteArrayInputStream(body));
    String text = new String(body, UTF_8);
    RawJson document = RawJson.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
    assertThat(page.ids().size() + page.foreign() + page.malformed())
        .isLessThanOrEqualTo(page.rows());
    if (document == null || !document.isObject()) {
      // what follows an object is not looked at
      assertThat(document == null || page.broken() != null).isTrue();
      return;
    }
    Set<TaskId> expected = new LinkedHashSet<>();
    List<RawJson> rows =
        elements(Stream.of(document), "tasks")
            .flatMap(t -> elements(Stream.of(t), "result"))
            .toList();
    rows.stream().filter(ReadyPageFuzzTest::isOurs).forEach(row -> expected.add(id(row)));
    expected.remove(null);
    List<TaskId> all = List.copyOf(expected);
    if (page.broken() == null) {
      assertThat(page.rows()).isEqualTo(rows.size());
      assertThat(page.ids()).isEqualTo(all);
    } else {
      int read = Math.min(page.ids().size(), all.size());
      assertThat(page.ids()).isEqualTo(all.subList(0, read));
    }
  }

  private static Stream<RawJson> elements(Stream<RawJson> objects, String name) {
    return objects
        .flatMap(object -> object.memberList().stream())
        .filter(member -> member.name().equals(name))
        .flatMap(member -> member.value().elements().stream())
        .filter(RawJson::isObject);
  }

  private static boolean isOurs(RawJson row) {
    Map<String, RawJson> members = row.members();
    boolean hasEndpoint =
        row.memberList().stream()
            .anyMatch(m -> m.name().startsWith("endpoint_") && scalar(m.value()) != null);
    String endpoint = scalar(members.get("endpoint_regular"));
    return hasEndpoint
        ? endpoint != null && endpoint.startsWith(PATH + "/")
        : "naver".equals(scalar(members.get("se")))
            && "organic".equals(scalar(members.get("se_type")));
  }

  private static TaskId id(RawJson row) {
    return TaskId.parse(scalar(row.members().get("id")));
  }

  private static String scalar(RawJson value) {
    if (value == null || value.isNull() || value.isObject() || value.isArray()) {
      return null;
    }
    return value.isText() ? value.string() : value.raw();
  }
}
