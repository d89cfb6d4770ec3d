package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SourceTest {

  @Property(seed = "1")
  void aSafeNameIsPlainAndShortAndKeepsWhatIsPlain(@ForAll String name) {
    String safe = Source.safeName(name);
    assertThat(safe).matches("[A-Za-z0-9._-]{0,120}");
    assertThat(Source.safeName(safe)).isEqualTo(safe);
  }

  @Test
  void charactersFromOutsideBecomeUnderscores() {
    assertThat(Source.safeName("ids (1).txt")).isEqualTo("ids__1_.txt");
    assertThat(Source.safeName("../a/b\\c\n")).isEqualTo(".._a_b_c_");
    assertThat(Source.safeName("네이버-1_A.csv")).isEqualTo("___-1_A.csv");
    assertThat(Source.safeName("x".repeat(119) + "yz")).isEqualTo("x".repeat(119) + "y");
  }

  @Test
  void aSourceIsNamedAsReceiptsAndFilesNameIt() {
    Source line = Source.line("folder", "my ids.txt", 17);
    assertThat(line.label()).isEqualTo("folder:my_ids.txt:17");
    assertThat(line).hasToString("folder:my_ids.txt:17");
    assertThat(line.fileStem()).isEqualTo("my_ids.txt-line-17");
    assertThat(Source.named("command-line")).isEqualTo(new Source("command-line", "command-line"));
    assertThat(Source.named("kafka:t-0@42").fileStem()).isEqualTo("kafka_t-0_42");
  }
}
