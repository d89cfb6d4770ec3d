package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.serproutes.RawJson;
import java.util.List;

/** Whatever the record of an id is, its ids are found, or it is handed on as it is. */
class IdTextsFuzzTest {

  private static final String ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

  @FuzzTest(maxDuration = "1m")
  void aRecordHoldsTheIdsThatItsJsonSays(byte[] record) {
    String value = new String(record, UTF_8);
    checkId(value);
    List<String> found = IdTexts.of(value);
    RawJson document = TaskId.parse(value) == null ? RawJson.of(value) : null;
    if (document == null) {
      assertThat(found).isEqualTo(List.of(value));
    } else if (document.isArray()) {
      assertThat(found)
          .isEqualTo(document.elements().stream().map(IdTextsFuzzTest::textIn).toList());
    } else {
      String id = idIn(document);
      assertThat(found).isEqualTo(List.of(id == null ? value : id));
    }
  }

  private static void checkId(String value) {
    TaskId id = TaskId.parse(value);
    boolean isId = value.strip().toLowerCase(java.util.Locale.ROOT).matches(ID);
    assertThat(id != null && id.value().length() == 36).isEqualTo(isId);
    if (isId) {
      assertThat(id.value()).isEqualToIgnoringCase(value.strip()).matches(ID);
      assertThat(TaskId.of(id.high(), id.low())).isEqualTo(id);
    }
  }

  private static String textIn(RawJson value) {
    String id = idIn(value);
    return id == null ? value.raw() : id;
  }

  /** The id that a text or an object says; null where it says none. */
  static String idIn(RawJson value) {
    if (value.isText()) {
      return value.string();
    }
    String id = last(value, "id");
    String taskId = last(value, "task_id");
    if (TaskId.parse(id) != null || taskId == null && id != null) {
      return id;
    }
    return taskId == null ? last(value, "input") : taskId;
  }

  private static String last(RawJson object, String name) {
    return object.memberList().stream()
        .filter(member -> member.name().equals(name) && member.value().isText())
        .map(member -> member.value().string())
        .reduce(null, (before, now) -> now);
  }
}
