package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIdTest {

  private static final Pattern WELL_FORMED =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  @Property(seed = "1")
  void bitsAndTextAreTheSameId(@ForAll long high, @ForAll long low) {
    TaskId id = TaskId.of(high, low);
    assertThat(id.value()).isEqualTo(new UUID(high, low).toString());
    assertThat(id.high()).isEqualTo(high);
    assertThat(id.low()).isEqualTo(low);
    assertThat(TaskId.parse(id.value())).isEqualTo(id);
    assertThat(TaskId.parse(" \t" + id.value().toUpperCase(Locale.ROOT) + "\r\n")).isEqualTo(id);
    assertThat(id).hasToString(id.value());
  }

  @Property(seed = "2")
  void aDamagedIdIsNone(@ForAll long high, @ForAll long low, @ForAll Random random) {
    StringBuilder text = new StringBuilder(TaskId.of(high, low).value());
    String characters = "0fG-_/.%?#\0\n é０ａ😀";
    switch (random.nextInt(3)) {
      case 0 -> text.deleteCharAt(random.nextInt(text.length()));
      case 1 -> text.insert(random.nextInt(text.length() + 1), any(characters, random));
      default -> text.setCharAt(random.nextInt(text.length()), any(characters, random));
    }
    boolean isId = WELL_FORMED.matcher(text.toString().strip()).matches();
    assertThat(TaskId.parse(text.toString()) != null).isEqualTo(isId);
  }

  private static char any(String characters, Random random) {
    return characters.charAt(random.nextInt(characters.length()));
  }

  @Property(seed = "3")
  void anyOtherTextIsNone(@ForAll String text) {
    assertThat(TaskId.parse(text) != null).isEqualTo(WELL_FORMED.matcher(text.strip()).matches());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "00000000-0000-0000-0000-00000000000",
        "00000000-0000-0000-0000-0000000000000",
        "0000000000000000-0000-0000-0000-0000",
        "00000000_0000_0000_0000_000000000000",
        "00000000000000000000000000000000",
        "../../../../../../../../etc/passwd--",
        "00000000-0000-0000-0000-00000000000?",
        "{00000000-0000-0000-0000-000000000000}",
        "\"00000000-0000-0000-0000-000000000000\"",
        "00000000-0000-0000-0000\u200B-000000000000",
        "00000000-0000-0000-0000-0000\n0000000",
        "٠٠٠٠٠٠٠٠-0000-0000-0000-000000000000"
      })
  void junkIsNone(String text) {
    assertThat(TaskId.parse(text)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uFEFF", "\u200B", "\u00A0\t", "\u202F\u2060", "\r\n"})
  void whatACopyFromAPageBringsAlongIsIgnored(String around) {
    String id = "03171324-0696-0066-0000-d4f3b5bc1ba2";
    assertThat(TaskId.parse(around + id + around)).isEqualTo(new TaskId(id));
  }

  @Test
  void theVendorsIdsAreNoUuidsAndYetIds() {
    assertThat(TaskId.parse("03171324-0696-0066-0000-d4f3b5bc1ba2")).isNotNull();
    assertThat(TaskId.parse("00000000-0000-0000-0000-000000000000").high()).isZero();
  }

  /** A file of another name is not ours, whatever it holds. */
  @Test
  void aFileIsOfAnIdWhoseNameIsItsValue() {
    String id = "03171324-0696-0066-0000-d4f3b5bc1ba2";
    assertThat(TaskId.ofFileName(id + ".json", ".json")).isEqualTo(new TaskId(id));
    assertThat(TaskId.ofFileName(id + ".json", ".gz")).isNull();
    assertThat(TaskId.ofFileName(id.toUpperCase(Locale.ROOT) + ".json", ".json")).isNull();
    assertThat(TaskId.ofFileName(" " + id + ".json", ".json")).isNull();
    assertThat(TaskId.ofFileName("notes.json", ".json")).isNull();
  }
}
